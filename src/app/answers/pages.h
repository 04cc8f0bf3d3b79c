/*
 * pages.h: the pages of the web role as HTML: templates/web/NAME.html.mustache over the values of
 * frame.h, so that they look like the mails.
 */
#ifndef TD_APP_PAGES_H
#define TD_APP_PAGES_H

#include "app/answers/tickets.h"

struct td_pages;
struct td_pages *td_pages_create(struct td_app *app); /* the configuration is loaded */
void td_pages_destroy(struct td_pages *pages);        /* NULL is fine */

struct td_page {
    const char *name;  /* "unsubscribe" */
    const char *title; /* the heading */
    const char *words; /* what a "message" says; or NULL */
    const char *nonce; /* lets the page's own style through its Content-Security-Policy */
    /* Whose page it is; NULL: nobody's, in the look of the first newsletter. */
    const struct td_ticket *ticket;
    const struct td_ticket_choices *choices; /* of "preferences"; or NULL */
};

/* Appends the page. */
enum td_status td_pages_render(struct td_pages *pages, const struct td_page *page,
                               struct td_buf *out, struct td_err *err);

#endif

/*
 * tickets.h: what the links of a mail do, whichever way they come back: pages (web/) and mail commands.
 *
 * A ticket is a link's token, verified, and whom it is about. A link acts for one subscriber and one
 * newsletter, and for one purpose only. It holds nothing but a token (people/token.h); old ones stay
 * good for ever, also after their key was replaced.
 */
#ifndef TD_APP_TICKETS_H
#define TD_APP_TICKETS_H

#include "app/people/optin.h"
#include "people/token.h"

struct td_ticket {
    struct td_token token;
    const struct td_newsletter *newsletter; /* NULL: gone from the configuration */
    bool known;                             /* there is such a subscription still */
    enum td_membership status;              /* if known */
    /* "a…@example.org", for a forwarded mail must not tell a stranger more; or "". */
    char masked[80];
};

/* TD_NO when the text is no token of ours, or one for another purpose. */
enum td_status td_ticket_read(struct td_app *app, struct td_slice text,
                              enum td_purpose purpose, struct td_ticket *out,
                              struct td_err *err);

/* Whence the wish came: "web" or "mail", and words for the ledger. */
struct td_ticket_use {
    const char *how;
    const char *source;
    bool quiet; /* no goodbye: the person's mail program tells them */
};

/* Ends the subscription; the claim withdraws what is queued. A second time, or for somebody nobody
 * knows any more, it is the same success. */
enum td_status td_ticket_leave(struct td_app *app, const struct td_ticket *ticket,
                               const struct td_ticket_use *use, struct td_err *err);

enum td_status td_ticket_confirm(struct td_app *app, const struct td_ticket *ticket,
                                 const struct td_ticket_use *use,
                                 enum td_optin_result *result, struct td_err *err);

/* Somebody who left comes back by a link of their own mails: as good as a yes to a confirmation. */
enum td_status td_ticket_return(struct td_app *app, const struct td_ticket *ticket,
                                const struct td_ticket_use *use,
                                enum td_optin_result *result, struct td_err *err);

/* Appends the person's own mail of that edition as a page (html), or its text where it has no HTML.
 * TD_NO when there is no such mail any more. */
enum td_status td_ticket_view(struct td_app *app, const struct td_ticket *ticket,
                              struct td_buf *out, bool *html, struct td_err *err);

/* What the person chose. */
struct td_ticket_choices {
    struct td_buf topics; /* titles, "All topics" */
    enum td_format format;
    int at;                             /* minute of the day, -1: when it goes out */
    char unsubscribe[TD_TOKEN_MAX + 8]; /* the page for it, seen from this one */
};
enum td_status td_ticket_choices(struct td_app *app, const struct td_ticket *ticket,
                                 struct td_ticket_choices *out, struct td_err *err);
void td_ticket_choices_release(struct td_ticket_choices *choices); /* zeroes are fine */

#endif

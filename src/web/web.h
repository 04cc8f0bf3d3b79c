/*
 * web.h: a request and its response as plain values, and what a handler holds. server.c alone knows
 * the HTTP library; route.c finds the handler; page_*.c are the handlers.
 *
 * GET and HEAD change nothing, ever: mail scanners follow links (standards G5).
 */
#ifndef TD_WEB_WEB_H
#define TD_WEB_WEB_H

#include "app/answers/tickets.h"
#include "app/answers/pages.h"

enum td_method { TD_METHOD_GET, TD_METHOD_POST, TD_METHOD_OTHER };

/* One field of a form. */
#define TD_FORM_FIELDS_MAX 8
#define TD_FORM_NAME_MAX   40
#define TD_FORM_VALUE_MAX  400
struct td_form_field {
    char name[TD_FORM_NAME_MAX + 1];
    char value[TD_FORM_VALUE_MAX + 1]; /* cut there */
};

struct td_request {
    enum td_method method; /* HEAD counts as GET */
    const char *path;      /* decoded; anything may be in it */
    const char *source;    /* the visitor's address, or "" */
    struct td_form_field fields[TD_FORM_FIELDS_MAX];
    size_t field_count;
};

/* Whether the form has this field with this value. */
bool td_request_says(const struct td_request *request, const char *name,
                     const char *value);

#define TD_BODY_MAX  ((size_t)32 * 1024 * 1024)
#define TD_NONCE_LEN 22
struct td_response {
    int status;                   /* 200, 404 … */
    const char *allow;            /* of 405; or NULL */
    const char *type;             /* Content-Type */
    bool mail;                    /* a mail of ours as a page: styles stand in its tags */
    char nonce[TD_NONCE_LEN + 1]; /* the page's style carries it */
    struct td_buf body;
};

/* What handlers share. */
struct td_web {
    struct td_app *app; /* borrowed; its store is open */
    struct td_pages *pages;
};

/* A page as the answer; its nonce is the response's. */
enum td_status td_answer_page(struct td_web *web, const struct td_page *page, int status,
                              struct td_response *response, struct td_err *err);

/* A page that says one thing. */
enum td_status td_answer_words(struct td_web *web, int status, const char *title,
                               const char *words, struct td_response *response,
                               struct td_err *err);

#endif

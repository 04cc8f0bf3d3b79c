/*
 * lint.h: `tidings brief lint`: judges an edition before it is sent: its source, and every mail
 * that its present subscribers would get.
 *
 * lint.c         the driver: source, variants, a sample subscriber; lint_report.c what was found
 * lint_rule.h    what a rule is; how to add one
 * lint_story.c   what the editor wrote
 * lint_words.c   links and words
 * lint_mail.c    a mail taken apart, for the rules below
 * lint_header.c  the header on the wire
 * lint_body.c    MIME and its encodings
 * lint_html.c    what browsers and screen readers get, by lint_tags.c; lint_look.c in which
 *                colours; lint_same.c whether both parts say the same
 *
 * Every rule is explained in docs/tidings-brief.md.
 */
#ifndef TD_APP_LINT_H
#define TD_APP_LINT_H

#include "app/instance/app.h"

enum td_lint_level { TD_LINT_WARNING, TD_LINT_ERROR };

struct td_finding {
    const char *rule; /* "subject-long" */
    enum td_lint_level level;
    const char *file;    /* NULL: not in a file */
    int line;            /* 0: none */
    const char *variant; /* the first one it was found in; NULL: in all or none */
    const char *text;
};

struct td_lint_report {
    struct td_finding *items; /* owned; in the order found */
    size_t count;
    size_t cap;
    size_t errors, warnings; /* of them */
    size_t variants;         /* how many mails were judged */
    char date[11];           /* of the edition; "" until it is known */
    const char *note;        /* what could not be judged, or NULL */
    struct td_arena *arena;  /* owned: all strings above */
};

void td_lint_report_init(struct td_lint_report *report);
void td_lint_report_release(struct td_lint_report *report);

/* Loads the configuration; each fault in it is a finding, but for those of other newsletters.
 * app->config is there unless one of them is an error. */
void td_lint_config(struct td_app *app, const char *newsletter,
                    struct td_lint_report *report);

struct td_lint_options {
    const struct td_newsletter *newsletter;
    struct td_date date;
    const char *name; /* of a special, or NULL */
};

/* Needs the configuration. TD_NOINPUT when there is no source; TD_OK whatever is found. */
enum td_status td_lint(struct td_app *app, const struct td_lint_options *options,
                       struct td_lint_report *report, struct td_err *err);

#endif

/*
 * assemble.h: the main job's first half: source → edition → variants → one message a subscriber.
 *
 * Can be run again at any time: a crash goes on where it stopped, from the source as it was frozen;
 * a complete edition is left as it is.
 */
#ifndef TD_APP_ASSEMBLE_H
#define TD_APP_ASSEMBLE_H

#include "app/instance/app.h"
#include "app/instance/briefings.h"
#include "model/story.h"

struct td_assemble_options {
    const struct td_newsletter *newsletter;
    struct td_date date;
    const char *name; /* of a special: slug DATE-NAME; NULL: the day's issue */
    const char
        *hold; /* why nothing of it may leave before `edition release`; NULL: it may */
    int64_t corrects; /* for those who got this edition, or may have; 0: for all */
    bool replace;     /* freeze anew what was frozen before, if nothing of it was sent */
    void (*progress)(void *context, int64_t done); /* NULL: none */
    void *context;
};

struct td_assembled {
    int64_t edition;
    char slug[TD_SLUG_MAX];
    int64_t variants;
    int64_t messages;    /* rows that are to be sent, whatever their state now */
    int64_t skipped;     /* rows of subscribers for whom nothing is in it */
    bool held;           /* nothing of it leaves before `edition release` */
    int64_t replaced;    /* the edition that this one stands in for; 0: none */
    bool existing;       /* it was complete before: nothing was changed */
    bool source_changed; /* existing, and the file is not what was frozen any more */
    td_time released;
    struct td_warnings warnings; /* about the source */
    char source[300];            /* the source file's name */
};

enum td_status td_assemble(struct td_app *app, const struct td_assemble_options *options,
                           struct td_assembled *out, struct td_err *err);

/* Whether the source is something else now than what the edition was frozen from: other words, two files,
 * none. An edition that is not there has not changed. */
enum td_status td_assemble_changed(struct td_app *app,
                                   const struct td_assemble_options *options,
                                   bool *changed, struct td_err *err);

#endif

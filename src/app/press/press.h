/*
 * press.h: one edition ready to be printed: its frozen source parsed, picked, its subject set; and
 * a variant for whatever choice of topics and format is asked for, rendered once.
 */
#ifndef TD_APP_PRESS_H
#define TD_APP_PRESS_H

#include "app/instance/app.h"
#include "content/content.h"
#include "app/press/printed.h"
#include "model/edition.h"
#include "model/variant.h"
#include "store/editions.h"
#include "variant/partition.h"

/* What an edition is made from; all borrowed while the press is open. */
struct td_press_input {
    const struct td_newsletter *newsletter;
    struct td_date date;
    const char *slug;
    const char *source_name;
    enum td_source_form form;
    struct td_slice
        source; /* the file's bytes; or, `frozen`, what td_press_freeze gave */
    bool frozen;
    struct td_slice previous_standfirst; /* absent: none */
    bool alert;                          /* of class alert, whatever the source says */
    const char *mark; /* put before the subject, "[test]"; NULL: none */
    bool
        unfinished; /* a draft, or nothing to send yet, will do: it is to be looked at only */
};

struct td_press;

/* Parses and picks. Warnings go to *warnings. TD_DATA with file and line for a source that cannot
 * be an edition: it does not parse; unless `unfinished`, is a draft or has nothing to send. */
enum td_status td_press_open(struct td_app *app, const struct td_press_input *input,
                             struct td_press **out, struct td_warnings *warnings,
                             struct td_err *err);
void td_press_close(struct td_press *press);

const struct td_edition *td_press_edition(
    const struct td_press *press); /* dies with it */

/* Appends the source as it is to be kept: the file's bytes, and behind a NUL, which no source
 * holds, the images and attachments it names. */
#define TD_FROZEN_MAX (TD_SOURCE_MAX + TD_ENCLOSURES_BYTES + 1024 * 1024)
void td_press_freeze(const struct td_press *press, struct td_buf *out);

/* What the edition's row has of the press: class, hash, headline, subject, standfirst, and the source,
 * frozen and deflated into *deflated, which the row borrows. */
void td_press_row(const struct td_press *press, struct td_buf *deflated,
                  struct td_edition_row *row);

/* The variants of the edition that are known to be there; dies with the press. */
struct td_printed *td_press_printed(const struct td_press *press);

/* What a reader with these choices sees. */
void td_press_select(const struct td_press *press, struct td_slice topics,
                     enum td_format format, struct td_selection *out);

/* The subject of the selection's mail. Of a live blog that gives none, it follows from the newest entry
 * shown. Dies with the press. */
enum td_status td_press_subject(struct td_press *press,
                                const struct td_selection *selection,
                                struct td_slice *out, struct td_err *err);

/* The selection's mail; *out is the caller's (td_variant_release). */
enum td_status td_press_print(struct td_press *press,
                              const struct td_selection *selection,
                              struct td_variant *out, struct td_err *err);

#endif

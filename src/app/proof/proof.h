/*
 * proof.h: an edition pulled straight from its file, and single mails of it that are in no queue:
 * what previews and trials look at. Nothing is stored.
 */
#ifndef TD_APP_PROOF_H
#define TD_APP_PROOF_H

#include "app/instance/briefings.h"
#include "app/press/letter.h"
#include "app/press/press.h"
#include "store/people.h"

struct td_proof_options {
    const struct td_newsletter *newsletter;
    struct td_date date;
    const char *name; /* of a special; NULL: the day's issue */
    const char *mark; /* put before the subject, or NULL */
    bool unfinished;  /* a draft will do, and one with nothing to send yet */
};

struct td_proof {
    struct td_app *app;
    const struct td_newsletter *newsletter;
    struct td_date date;
    char slug[TD_SLUG_MAX];
    struct td_source source;
    struct td_warnings warnings; /* about the source */
    struct td_press *press;
    struct td_arena *arena; /* what readers point into */
    struct td_buf standfirst;
};

/*
 * In two steps: td_proof_begin opens the store and names the edition, so that td_proof_reader may be
 * asked; td_proof_load reads the file and puts it on the press. TD_NOINPUT without a file; else as
 * td_press_open. td_proof_open is both. *out is to be closed on failure too: it holds the warnings.
 */
enum td_status td_proof_begin(struct td_app *app, const struct td_proof_options *options,
                              struct td_proof *out, struct td_err *err);
enum td_status td_proof_load(struct td_proof *proof,
                             const struct td_proof_options *options, struct td_err *err);
enum td_status td_proof_open(struct td_app *app, const struct td_proof_options *options,
                             struct td_proof *out, struct td_err *err);
void td_proof_close(struct td_proof *proof); /* zeroes are fine */

/* Who reads: a subscriber with the choice they made, or nobody in particular (zeroes): all topics,
 * as HTML. The slices live as long as the proof. */
struct td_proof_reader {
    int64_t newsletter; /* store ids */
    int64_t subscriber; /* 0: nobody */
    struct td_slice address;
    struct td_slice name;
    enum td_membership status;
    bool suppressed;
    struct td_slice topics;
    enum td_format format;
    int at; /* minute of the day, -1: none */
    struct td_slice zone;
};

/* TD_NOINPUT when nobody has that address, TD_NO when they never subscribed to the newsletter. */
enum td_status td_proof_reader(struct td_proof *proof, const char *email,
                               struct td_proof_reader *out, struct td_err *err);

/* The mail that such a reader gets, addressed as `to` says. TD_NO when no part of the edition is
 * for them. */
enum td_status td_proof_print(struct td_proof *proof,
                              const struct td_proof_reader *reader,
                              const struct td_letter_to *to, struct td_parcel *parcel,
                              struct td_err *err);

#endif

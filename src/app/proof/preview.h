/*
 * preview.h: one mail of an edition, whole, before or after it was assembled. Nothing is stored.
 *
 * For nobody in particular the mail shows the file as it is now: all topics, both formats, links
 * that act for nobody. For a subscriber it is, byte by byte, what the sender sends them: once the
 * edition is assembled the mail that is queued; before that what it would be if it were assembled
 * now and next (the number of the edition stands in links and in the Message-ID).
 */
#ifndef TD_APP_PREVIEW_H
#define TD_APP_PREVIEW_H

#include "app/proof/proof.h"

struct td_preview {
    char slug[TD_SLUG_MAX];
    struct td_proof proof; /* its warnings; closed with the preview */
    struct td_parcel mail; /* the whole message */
    int64_t subscriber;    /* 0: nobody in particular */
    int64_t edition;       /* the queued one; 0: from the file */
};

/*
 * `as` is a subscriber's address, or NULL. TD_NO with the reason when they get nothing: not
 * active, suppressed, no section for them, subscribed after the edition was assembled. *out is to
 * be released on failure too.
 */
enum td_status td_preview_make(struct td_app *app, const struct td_proof_options *options,
                               const char *as, struct td_preview *out,
                               struct td_err *err);
void td_preview_release(struct td_preview *preview);

/* Writes DIR/NAME.eml, DIR/NAME.txt and, unless it is a text mail, DIR/NAME.html (images in it
 * become data: URLs, so that a browser shows them); NAME is NEWSLETTER-SLUG[-SUBSCRIBER]. The
 * paths are absolute or as DIR is; each the caller's to free, html NULL when there is none. */
struct td_preview_files {
    char *html, *text, *eml;
};
enum td_status td_preview_write(const struct td_preview *preview, const char *dir,
                                struct td_preview_files *out, struct td_err *err);
void td_preview_files_free(struct td_preview_files *files);

#endif

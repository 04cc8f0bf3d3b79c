/*
 * enclosures.h: the files that a story names: images in its blocks, attachments of its front
 * matter; and the logo of its newsletter's theme.
 *
 * Images and attachments lie beneath briefings/NEWSLETTER/ and are frozen with the source, so that
 * an edition stays what it was. The logo is part of the look, like a template.
 */
#ifndef TD_APP_ENCLOSURES_H
#define TD_APP_ENCLOSURES_H

#include "app/config/config.h"
#include "base/buf.h"
#include "model/enclosure.h"
#include "model/story.h"

struct td_enclosures_input {
    const struct td_config *config;
    const struct td_newsletter *newsletter;
    const struct td_story *story; /* NULL: the logo only */
    const char *source_name;
    struct td_slice frozen; /* what td_enclosures_pack made; absent: read the files */
};

struct td_enclosures {
    struct td_enclosure *items; /* in the arena, all they point to too */
    size_t count;
};

/* TD_DATA with the source's name and the line for a file that is not there, leaves its folder, is
 * of no kind that may go with a mail, or makes the whole larger than TD_ENCLOSURES_BYTES. */
enum td_status td_enclosures_load(const struct td_enclosures_input *input,
                                  struct td_arena *arena, struct td_enclosures *out,
                                  struct td_err *err);

/* Appends images and attachments in a form to be kept. */
void td_enclosures_pack(const struct td_enclosures *enclosures, struct td_buf *out);

/* Reads name (no absolute path, no "..") beneath root; a symbolic link may not lead out of it
 * (standards Q9). TD_DATA saying why not, without the name. */
enum td_status td_read_beneath(const char *root, const char *name, struct td_buf *out,
                               struct td_err *err);

#endif

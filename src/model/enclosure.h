/*
 * enclosure.h: a file that goes with a mail: an image in its HTML, the logo, an attachment.
 */
#ifndef TD_MODEL_ENCLOSURE_H
#define TD_MODEL_ENCLOSURE_H

#include "base/err.h"
#include "base/str.h"

enum td_enclosure_kind { TD_ENCLOSURE_IMAGE, TD_ENCLOSURE_ATTACHMENT, TD_ENCLOSURE_LOGO };

struct td_enclosure {
    enum td_enclosure_kind kind;
    struct td_slice path; /* as the source writes it: an image block's src */
    struct td_slice name; /* what readers see: a file's name without folders */
    const char *type;     /* "image/png" */
    const char *cid;      /* of images and the logo: "hash@list", no angle brackets */
    int width, height;    /* of images, in pixels; 0: not known */
    struct td_slice bytes;
};

/* Bounds of one edition: what most servers take, and a newsletter should be far below. */
#define TD_ENCLOSURES_MAX     50
#define TD_ENCLOSURES_BYTES   (5 * 1024 * 1024)
#define TD_ENCLOSURE_NAME_MAX 200

/*
 * Sets type, width and height from bytes, name and kind. Images are PNG, JPEG, GIF or WebP, by
 * their first bytes; SVG is none, because most mail programs do not show it. Attachments are of a
 * known ending and begin as a file of that kind does; texts are UTF-8. TD_DATA saying what is
 * wrong, without the name.
 */
enum td_status td_enclosure_judge(struct td_enclosure *enclosure, struct td_err *err);

#endif

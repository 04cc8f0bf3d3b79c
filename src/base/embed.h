/*
 * embed.h: files built into the program (cmake/TdEmbed.cmake): SQL, templates, sample
 * files. A table ends with a NULL name.
 */
#ifndef TD_BASE_EMBED_H
#define TD_BASE_EMBED_H

#include "base/str.h"

struct td_embedded {
    const char *name;
    const unsigned char *data; /* NUL-terminated behind size */
    size_t size;
};

/* The file's bytes, static; the absent slice when the table has no such name. */
struct td_slice td_embedded_find(const struct td_embedded *table, const char *name);

#endif

/*
 * briefings.h: where an edition's source file is, and its bytes.
 */
#ifndef TD_APP_BRIEFINGS_H
#define TD_APP_BRIEFINGS_H

#include "app/config/config.h"
#include "base/buf.h"
#include "content/content.h"

/* An edition's name within its newsletter: "2026-11-20", or "2026-11-20-NAME" for a special.
 * TD_USAGE for a name that is not small letters, digits and '-', 1 to 64 of them. */
#define TD_SLUG_MAX 128
enum td_status td_slug_make(struct td_date date, const char *name, char out[TD_SLUG_MAX],
                            struct td_err *err);

struct td_source {
    char *name; /* path as messages show it: owned */
    enum td_source_form form;
    struct td_buf bytes;
};

/*
 * Reads briefings/NEWSLETTER/SLUG.md or .txt. TD_NOINPUT when neither is there, TD_DATA when both
 * are (two files for one slug). *out needs td_source_release only on success.
 */
enum td_status td_source_find(const struct td_config *config,
                              const struct td_newsletter *newsletter, const char *slug,
                              struct td_source *out, struct td_err *err);

/* TD_DATA while somebody has the file open for writing (td_writers_gone); TD_OK also where there is none. */
enum td_status td_source_settled(const struct td_config *config,
                                 const struct td_newsletter *newsletter, const char *slug,
                                 struct td_err *err);

/* Reads one file, its form by its ending; another ending is TD_DATA. */
enum td_status td_source_read(const char *path, struct td_source *out,
                              struct td_err *err);
void td_source_release(struct td_source *source);

#endif

/*
 * file.h: whole files in and out, and paths. Everything that writes for keeps is atomic.
 */
#ifndef TD_BASE_FILE_H
#define TD_BASE_FILE_H

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

/* Reads a regular file of at most max bytes into out (appends). TD_NOINPUT when it is not
 * there, TD_DATA when it is larger or not regular, TD_IO otherwise. "-" reads stdin. */
enum td_status td_file_read(const char *path, size_t max, struct td_buf *out,
                            struct td_err *err);

/* Like td_file_read, but of a larger file the first max bytes, and no fault. A pipe is read to its end all
 * the same: its writer must not take a closed pipe for a failure. */
enum td_status td_file_read_start(const char *path, size_t max, struct td_buf *out,
                                  struct td_err *err);

/* Writes through a temporary file beside it, fsync and rename; mode like 0644. */
enum td_status td_file_write(const char *path, struct td_slice bytes, unsigned mode,
                             struct td_err *err);

/* Like td_file_write, but TD_CANTCREAT when the path exists already. */
enum td_status td_file_create(const char *path, struct td_slice bytes, unsigned mode,
                              struct td_err *err);

/* rename, kept over a power cut; what is at `to` is replaced. */
enum td_status td_file_rename(const char *from, const char *to, struct td_err *err);

/* mkdir -p; an existing directory is fine. */
enum td_status td_dir_make(const char *path, unsigned mode, struct td_err *err);

bool td_file_exists(const char *path);

/* dir + "/" + name, or name alone when it is absolute; the caller frees. */
char *td_path_join(const char *dir, const char *name);

/* The part behind the last '/'; borrowed. */
const char *td_path_base(const char *path);

/* Names in a directory, sorted by bytes, without "." and "..". names[i] and names are
 * owned by the caller (td_names_free). */
struct td_names {
    char **items;
    size_t count;
};
enum td_status td_dir_list(const char *path, struct td_names *out, struct td_err *err);
void td_names_free(struct td_names *names);

#endif

/* An address in the files of an instance (erase_files.h). */
#include "app/people/erase_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define NOWHERE    ((size_t)-1)
#define RECORD_MAX ((size_t)64 * 1024) /* longer than that no record is (people/csv.h) */
#define PIECE      ((size_t)256 * 1024)
#define OVERLAP    ((size_t)2 * TD_ADDRESS_MAX)
#define PATH_BYTES 4200
#define DEPTH_MAX  20
#define REPLACED   "erased"

static bool holds(const struct td_erase_files *files, struct td_slice text, bool whole)
{
    size_t len;
    return td_needle_find(files->needle, text, 0, whole, &len) != NOWHERE;
}

/* --- rewriting -------------------------------------------------------------------------------- */

/* A file copied record by record: a line, or several while a quotation mark is open. */
struct copying {
    const struct td_erase_files *files;
    FILE *to;
    struct td_buf record;
    size_t quotes; /* in it */
    bool dropped;  /* something was */
};

static void copy_lines(struct copying *copying)
{
    struct td_slice rest = td_buf_slice(&copying->record);
    while (rest.len > 0) {
        size_t end = td_slice_find(rest, 0, '\n');
        struct td_slice line = td_slice_sub(rest, 0, end == NOWHERE ? rest.len : end + 1);
        if (holds(copying->files, line, true))
            copying->dropped = true;
        else
            (void)fwrite(line.ptr, 1, line.len, copying->to);
        rest = td_slice_sub(rest, line.len, rest.len);
    }
}

/* A record that is too long was none: its quotation mark was never closed, its lines are judged one by
 * one. */
static void end_record(struct copying *copying)
{
    bool whole = copying->quotes % 2 == 0;
    if (!whole)
        copy_lines(copying);
    else if (holds(copying->files, td_buf_slice(&copying->record), true))
        copying->dropped = true;
    else
        (void)fwrite(copying->record.ptr, 1, copying->record.len, copying->to);
    td_buf_clear(&copying->record);
    copying->quotes = 0;
}

static void copy_all(struct copying *copying, FILE *from)
{
    int c;
    while ((c = getc_unlocked(from)) != EOF) {
        td_buf_add_char(&copying->record, (char)c);
        copying->quotes += c == '"';
        if ((c == '\n' && copying->quotes % 2 == 0) || copying->record.len >= RECORD_MAX)
            end_record(copying);
    }
    end_record(copying);
}

/* The new version beside the old, which it replaces when something was dropped. */
static enum td_status copy_file(const struct td_erase_files *files, const char *path,
                                FILE *from, bool *dropped, struct td_err *err)
{
    struct copying copying = {.files = files};
    struct td_buf made;
    td_buf_init(&copying.record, 2 * RECORD_MAX);
    td_buf_init(&made, PATH_BYTES);
    td_buf_addf(&made, "%s.erasing", path);
    int fd = open(made.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    copying.to = fd < 0 ? NULL : fdopen(fd, "w");
    enum td_status status = TD_OK;
    if (!copying.to) {
        status = td_fail_sys(err, TD_CANTCREAT, "cannot write %s", made.ptr);
        if (fd >= 0)
            (void)close(fd);
    } else {
        copy_all(&copying, from);
        bool failed = ferror(from) || ferror(copying.to) || fflush(copying.to) != 0 ||
                      fsync(fd) != 0;
        failed = fclose(copying.to) != 0 || failed;
        if (!failed && copying.dropped && !files->dry_run)
            failed = rename(made.ptr, path) != 0;
        if (failed)
            status = td_fail_sys(err, TD_IO, "cannot rewrite %s", path);
        (void)unlink(made.ptr);
    }
    *dropped = copying.dropped;
    td_buf_release(&made);
    td_buf_release(&copying.record);
    return status;
}

/* Whether the file holds the address; *from is open at its start, or NULL for what is none to read. */
static bool search_file(const struct td_erase_files *files, const char *path, bool whole,
                        FILE **from)
{
    char *piece = td_xmalloc(OVERLAP + PIECE);
    size_t kept = 0;
    size_t n;
    bool found = false;
    struct stat st;
    *from = NULL;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        *from = fdopen(fd, "r");
    if (!*from && fd >= 0)
        (void)close(fd);
    while (*from && !found && (n = fread(piece + kept, 1, PIECE, *from)) > 0) {
        size_t have = kept + n;
        found = holds(files, td_slice_n(piece, have), whole);
        kept = have < OVERLAP ? have : OVERLAP;
        memmove(piece, piece + have - kept, kept);
    }
    if (*from)
        rewind(*from);
    free(piece);
    return found;
}

/* --- walking ---------------------------------------------------------------------------------- */

/* Every file of a folder and of those in it, so many levels down. */
static enum td_status walk(const struct td_erase_files *files, const char *dir, int depth,
                           enum td_status (*act)(const struct td_erase_files *files,
                                                 const char *path, struct td_err *err),
                           struct td_err *err)
{
    struct td_names names = {0};
    struct stat st;
    enum td_status status = td_dir_list(dir, &names, err);
    if (status == TD_NOINPUT)
        return TD_OK; /* there is no such folder */
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        char *path = td_path_join(dir, names.items[i]);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && depth > 0)
            status = walk(files, path, depth - 1, act, err);
        if (status == TD_OK)
            status = act(files, path, err);
        free(path);
    }
    td_names_free(&names);
    return status;
}

/* A file that was named after somebody. */
static enum td_status clean_name(const struct td_erase_files *files, const char *path,
                                 struct td_err *err)
{
    struct td_buf name;
    const char *base = td_path_base(path);
    enum td_status status = TD_OK;
    td_buf_init(&name, PATH_BYTES);
    td_buf_add(&name, path, (size_t)(base - path));
    if (td_needle_replace(files->needle, td_slice(base), false, REPLACED, &name)) {
        files->changed(files->context, path);
        if (!files->dry_run && rename(path, name.ptr) != 0)
            status = td_fail_sys(err, TD_CANTCREAT, "cannot rename %s", path);
    }
    td_buf_release(&name);
    return status;
}

static enum td_status rewrite(const struct td_erase_files *files, const char *path,
                              struct td_err *err)
{
    FILE *from;
    enum td_status status = TD_OK;
    if (search_file(files, path, true, &from)) {
        bool dropped = false;
        status = copy_file(files, path, from, &dropped, err);
        if (status == TD_OK && dropped)
            files->changed(files->context, path);
    }
    if (from)
        (void)fclose(from);
    return status == TD_OK ? clean_name(files, path, err) : status;
}

static enum td_status rewrite_errors(const struct td_erase_files *files, const char *path,
                                     struct td_err *err)
{
    struct td_slice name = td_slice(td_path_base(path));
    if (!td_slice_starts(name, "import-") || !td_slice_ends(name, ".errors.csv"))
        return TD_OK;
    return rewrite(files, path, err);
}

static enum td_status remove_file(const struct td_erase_files *files, const char *path,
                                  struct td_err *err)
{
    FILE *from;
    bool found = search_file(files, path, true, &from);
    if (from)
        (void)fclose(from);
    if (!found)
        return TD_OK;
    files->changed(files->context, path);
    if (!files->dry_run && unlink(path) != 0)
        return td_fail_sys(err, TD_CANTCREAT, "cannot remove %s", path);
    return TD_OK;
}

enum td_status td_erase_own_files(const struct td_erase_files *files, struct td_err *err)
{
    const struct td_config *config = files->app->config;
    char *done = td_path_join(config->subscribers_dir, "done");
    char *refused = td_path_join(config->subscribers_dir, "refused");
    char *preview = td_path_join(config->dir, "preview");
    enum td_status status = walk(files, config->subscribers_dir, 0, rewrite_errors, err);
    if (status == TD_OK)
        status = walk(files, done, 0, rewrite, err);
    if (status == TD_OK)
        status = walk(files, refused, 0, rewrite, err);
    if (status == TD_OK)
        status = walk(files, preview, DEPTH_MAX, remove_file, err);
    free(done);
    free(refused);
    free(preview);
    return status;
}

/* --- the database ----------------------------------------------------------------------------- */

/* In a database an address stands between other columns: any occurrence counts. */
static bool database_holds(const struct td_erase_files *files)
{
    const char *path = strchr(files->app->config->database, ':') + 1;
    FILE *from;
    bool found = search_file(files, path, false, &from);
    if (from)
        (void)fclose(from);
    return found;
}

enum td_status td_erase_database(const struct td_erase_files *files, struct td_err *err)
{
    enum td_status status = td_store_tidy(files->app->store, false, err);
    if (status == TD_OK && database_holds(files))
        status = td_store_tidy(files->app->store, true, err);
    return status;
}

/* Whether a longer address explains what was found in the database: ann@… in joann@…. */
static enum td_status is_part_of_another(const struct td_erase_files *files, bool *out,
                                         struct td_err *err)
{
    *out = false;
    for (size_t i = 0; i < files->needle->count && !*out; i++) {
        struct td_query *query = td_query(files->app->store, "subscriber_like");
        td_bind_cstr(query, "$part", files->needle->forms[i]);
        enum td_status status = td_one(query, err);
        td_query_end(query);
        *out = status == TD_OK;
        if (status != TD_OK && status != TD_NOINPUT)
            return status;
    }
    return TD_OK;
}

static enum td_status search(const struct td_erase_files *files, const char *path,
                             struct td_err *err)
{
    const char *database = strchr(files->app->config->database, ':') + 1;
    bool in_store = td_slice_starts(td_slice(path), database);
    bool found = holds(files, td_slice(td_path_base(path)), false);
    bool explained = false;
    enum td_status status = TD_OK;
    if (!found) {
        FILE *from;
        found = search_file(files, path, !in_store, &from);
        if (from)
            (void)fclose(from);
    }
    if (found && in_store)
        status = is_part_of_another(files, &explained, err);
    if (status == TD_OK && found && !explained)
        files->left(files->context, path);
    return status;
}

enum td_status td_erase_search(const struct td_erase_files *files, struct td_err *err)
{
    return walk(files, files->app->config->dir, DEPTH_MAX, search, err);
}

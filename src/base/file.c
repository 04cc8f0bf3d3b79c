/* file.c: whole files and directories; what is written is there whole or not at all. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static enum td_status too_large(const char *path, size_t max, struct td_err *err)
{
    return td_fail(err, TD_DATA, "%s: larger than %zu bytes", path, max);
}

static ssize_t read_piece(int fd, char *piece, size_t size)
{
    ssize_t n;
    do {
        n = read(fd, piece, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* size: of a regular file, whose end needs no other read(2) to be known; 0: unknown. */
static enum td_status read_all(int fd, const char *path, size_t size, size_t max,
                               struct td_buf *out, struct td_err *err)
{
    char piece[16 * 1024];
    size_t total = 0;
    for (;;) {
        const ssize_t n = read_piece(fd, piece, sizeof piece);
        if (n < 0) {
            return td_fail_sys(err, TD_IO, "%s", path);
        }
        if (n == 0) {
            return TD_OK;
        }
        if ((size_t)n > max - total) {
            return too_large(path, max, err);
        }
        total += (size_t)n;
        td_buf_add(out, piece, (size_t)n);
        if (td_buf_full(out)) {
            return too_large(path, out->max, err);
        }
        if (size > 0 && total == size && (size_t)n < sizeof piece) {
            return TD_OK;
        }
    }
}

/* The first max bytes; to_end: the others are read, too, and dropped. */
static enum td_status read_start(int fd, const char *path, bool to_end, size_t max,
                                 struct td_buf *out, struct td_err *err)
{
    char piece[16 * 1024];
    size_t left = max;
    while (to_end || left > 0) {
        const ssize_t n = read_piece(fd, piece, sizeof piece);
        if (n < 0) {
            return td_fail_sys(err, TD_IO, "%s", path);
        }
        if (n == 0) {
            return TD_OK;
        }
        const size_t taken = (size_t)n < left ? (size_t)n : left;
        td_buf_add(out, piece, taken);
        left -= taken;
    }
    return TD_OK;
}

static enum td_status open_regular(const char *path, int *out, size_t *size,
                                   struct td_err *err)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    enum td_status status = TD_OK;
    if (fd < 0) {
        const bool missing = errno == ENOENT || errno == ENOTDIR;
        return td_fail_sys(err, missing ? TD_NOINPUT : TD_IO, "%s", path);
    }
    if (fstat(fd, &st) != 0) {
        status = td_fail_sys(err, TD_IO, "%s", path);
    } else if (!S_ISREG(st.st_mode)) {
        status = td_fail(err, TD_DATA, "%s: not a regular file", path);
    }
    if (status != TD_OK) {
        (void)close(fd);
        return status;
    }
    *out = fd;
    *size = (size_t)st.st_size;
    return TD_OK;
}

enum td_status td_file_read(const char *path, size_t max, struct td_buf *out,
                            struct td_err *err)
{
    int fd = -1;
    size_t size = 0;
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, "standard input", 0, max, out, err);
    }
    enum td_status status = open_regular(path, &fd, &size, err);
    if (status == TD_OK) {
        status = read_all(fd, path, size, max, out, err);
        (void)close(fd);
    }
    return status;
}

enum td_status td_file_read_start(const char *path, size_t max, struct td_buf *out,
                                  struct td_err *err)
{
    int fd = -1;
    size_t size = 0;
    if (strcmp(path, "-") == 0) {
        return read_start(STDIN_FILENO, "standard input", true, max, out, err);
    }
    enum td_status status = open_regular(path, &fd, &size, err);
    if (status == TD_OK) {
        status = read_start(fd, path, false, max, out, err);
        (void)close(fd);
    }
    return status;
}

static bool write_all(int fd, struct td_slice bytes)
{
    while (bytes.len > 0) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes = td_slice_sub(bytes, n > 0 ? (size_t)n : 0, bytes.len);
    }
    return true;
}

/* The directory part of a path, "." where it has none; the caller frees. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return td_xstrdup(".");
    }
    return slash == path ? td_xstrdup("/") : td_xstrndup(path, (size_t)(slash - path));
}

/* Makes a rename or link in the directory of path survive a power cut. */
static enum td_status sync_parent(const char *path, struct td_err *err)
{
    char *dir = parent_of(path);
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum td_status status = TD_OK;
    /* EINVAL: a file system that cannot sync a directory, and has nothing to sync. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL)) {
        status = td_fail_sys(err, TD_IO, "%s", dir);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(dir);
    return status;
}

/* Writes a hidden file beside path and syncs it; its name is the caller's. */
static enum td_status write_temporary(const char *path, struct td_slice bytes,
                                      unsigned mode, char **name, struct td_err *err)
{
    struct td_buf temp;
    td_buf_init(&temp, SIZE_MAX / 2);
    const char *base = td_path_base(path);
    td_buf_add(&temp, path, (size_t)(base - path));
    td_buf_addf(&temp, ".%s.XXXXXX", base);
    *name = td_buf_detach(&temp);

    const int fd = mkstemp(*name);
    if (fd < 0) {
        const enum td_status status = td_fail_sys(err, TD_CANTCREAT, "%s", path);
        free(*name);
        *name = NULL;
        return status;
    }
    enum td_status status = TD_OK;
    if (fchmod(fd, (mode_t)mode) != 0 || !write_all(fd, bytes) || fsync(fd) != 0) {
        status = td_fail_sys(err, TD_IO, "%s", path);
    }
    if (close(fd) != 0 && status == TD_OK) {
        status = td_fail_sys(err, TD_IO, "%s", path);
    }
    if (status != TD_OK) {
        (void)unlink(*name);
        free(*name);
        *name = NULL;
    }
    return status;
}

enum td_status td_file_write(const char *path, struct td_slice bytes, unsigned mode,
                             struct td_err *err)
{
    char *temp;
    enum td_status status = write_temporary(path, bytes, mode, &temp, err);
    if (status != TD_OK) {
        return status;
    }
    if (rename(temp, path) != 0) {
        status = td_fail_sys(err, TD_CANTCREAT, "%s", path);
        (void)unlink(temp);
    } else {
        status = sync_parent(path, err);
    }
    free(temp);
    return status;
}

enum td_status td_file_create(const char *path, struct td_slice bytes, unsigned mode,
                              struct td_err *err)
{
    char *temp;
    enum td_status status = write_temporary(path, bytes, mode, &temp, err);
    if (status != TD_OK) {
        return status;
    }
    /* link, unlike rename, refuses a name that is taken. */
    if (link(temp, path) != 0) {
        status = td_fail_sys(err, TD_CANTCREAT, "%s", path);
    }
    (void)unlink(temp);
    if (status == TD_OK) {
        status = sync_parent(path, err);
    }
    free(temp);
    return status;
}

enum td_status td_file_rename(const char *from, const char *to, struct td_err *err)
{
    if (rename(from, to) != 0) {
        return td_fail_sys(err, TD_CANTCREAT, "%s", to);
    }
    return sync_parent(to, err);
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum td_status td_dir_make(const char *path, unsigned mode, struct td_err *err)
{
    char *part = td_xstrdup(path);
    int sys = *part == '\0' ? ENOENT : 0;
    for (char *end = part; sys == 0 && *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        const char kept = *end;
        *end = '\0';
        if (mkdir(part, (mode_t)mode) != 0) {
            sys = errno;
            sys = is_directory(part) ? 0 : sys;
        }
        *end = kept;
    }
    free(part);
    if (sys != 0) {
        errno = sys;
        return td_fail_sys(err, TD_CANTCREAT, "cannot make the directory %s", path);
    }
    return TD_OK;
}

bool td_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

char *td_path_join(const char *dir, const char *name)
{
    if (*name == '/' || *dir == '\0') {
        return td_xstrdup(name);
    }
    struct td_buf path;
    td_buf_init(&path, SIZE_MAX / 2);
    td_buf_add_str(&path, dir);
    if (path.ptr[path.len - 1] != '/') {
        td_buf_add_char(&path, '/');
    }
    td_buf_add_str(&path, name);
    return td_buf_detach(&path);
}

const char *td_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum td_status td_dir_list(const char *path, struct td_names *out, struct td_err *err)
{
    *out = (struct td_names){0};
    DIR *dir = opendir(path);
    if (dir == NULL) {
        const bool missing = errno == ENOENT || errno == ENOTDIR;
        return td_fail_sys(err, missing ? TD_NOINPUT : TD_IO, "%s", path);
    }
    size_t cap = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        out->items = td_vec_grow(out->items, &cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = td_xstrdup(entry->d_name);
    }
    enum td_status status = TD_OK;
    if (errno != 0) {
        status = td_fail_sys(err, TD_IO, "%s", path);
        td_names_free(out);
    } else if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_bytes);
    }
    (void)closedir(dir);
    return status;
}

void td_names_free(struct td_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (struct td_names){0};
}

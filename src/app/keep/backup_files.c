/* The files of a backup beside the database (backup_files.h). */
#include "app/keep/backup_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/file.h"

#define FILE_MOST  ((size_t)64 * 1024 * 1024)
#define DEPTH_MOST 8

void td_carry_leave(const struct td_carry *carry, const char *path, const char *why)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "path", path);
    td_json_set_cstr(json, "why", why);
    td_json_append_take(carry->left_out, json);
}

static void note_file(const struct td_carry *carry, const char *path,
                      struct td_slice bytes)
{
    unsigned char hash[TD_SHA256_LEN];
    struct td_buf hex;
    struct td_json *json = td_json_object();
    td_buf_init(&hex, 2 * sizeof hash);
    td_sha256(bytes, hash);
    td_hex(&hex, hash, sizeof hash);
    td_json_set_cstr(json, "path", path);
    td_json_set_int(json, "bytes", (int64_t)bytes.len);
    td_json_set_str(json, "sha256", td_buf_slice(&hex));
    td_json_append_take(carry->files, json);
    td_buf_release(&hex);
}

/* Secrets may lie in the bytes: they are wiped. */
static enum td_status carry_file(const struct td_carry *carry, const char *path,
                                 unsigned mode, struct td_err *err)
{
    char *from = td_path_join(carry->from, path);
    char *to = td_path_join(carry->to, path);
    struct td_buf bytes;
    td_buf_init(&bytes, FILE_MOST);
    enum td_status status = td_file_read(from, FILE_MOST, &bytes, err);
    if (status == TD_OK)
        status = td_file_create(to, td_buf_slice(&bytes), mode, err);
    if (status == TD_OK)
        note_file(carry, path, td_buf_slice(&bytes));
    if (bytes.cap > 0)
        explicit_bzero(bytes.ptr, bytes.cap);
    td_buf_release(&bytes);
    free(from);
    free(to);
    return status;
}

static enum td_status carry_folder(const struct td_carry *carry, const char *name,
                                   int depth, struct td_err *err);

static enum td_status carry_entry(const struct td_carry *carry, const char *path,
                                  int depth, struct td_err *err)
{
    struct stat st;
    char *from = td_path_join(carry->from, path);
    char *to = td_path_join(carry->to, path);
    bool there = td_file_exists(to);
    int failed = stat(from, &st); /* a link counts as what it leads to */
    free(from);
    free(to);
    if (failed != 0)
        td_carry_leave(carry, path, "a link that leads nowhere");
    else if (S_ISDIR(st.st_mode) && depth < DEPTH_MOST)
        return carry_folder(carry, path, depth + 1, err);
    else if (!S_ISREG(st.st_mode))
        td_carry_leave(carry, path, "not a regular file");
    else if (carry->only_missing && there)
        td_carry_leave(carry, path, "there already");
    else if (carry->without_secrets && (st.st_mode & 077) == 0)
        td_carry_leave(carry, path, "secret: only its owner may read it");
    else
        return carry_file(carry, path, st.st_mode & 0777, err);
    return TD_OK;
}

static enum td_status carry_folder(const struct td_carry *carry, const char *name,
                                   int depth, struct td_err *err)
{
    struct td_names names = {0};
    char *from = td_path_join(carry->from, name);
    char *to = td_path_join(carry->to, name);
    struct stat st;
    unsigned mode = stat(from, &st) == 0 ? st.st_mode & 0777 : 0700;
    enum td_status status = td_dir_list(from, &names, err);
    if (status == TD_OK)
        status = td_dir_make(to, mode | 0700, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        char *path = td_path_join(name, names.items[i]);
        status = carry_entry(carry, path, depth, err);
        free(path);
    }
    td_names_free(&names);
    free(from);
    free(to);
    return status;
}

enum td_status td_carry_tree(const struct td_carry *carry, const char *name,
                             struct td_err *err)
{
    char *from = td_path_join(carry->from, name);
    bool there = td_file_exists(from);
    free(from);
    return there ? carry_folder(carry, name, 0, err) : TD_OK;
}

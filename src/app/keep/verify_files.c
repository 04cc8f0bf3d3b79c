/* `db verify` of a backup's folder: its files against its manifest (verify.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/keep/backup.h"
#include "app/keep/verify.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"

#define FILE_MOST     ((size_t)64 * 1024 * 1024)
#define MANIFEST_MOST ((size_t)16 * 1024 * 1024)

static enum td_status read_manifest(const char *folder, struct td_json **out,
                                    struct td_err *err)
{
    struct td_buf text;
    char *path = td_path_join(folder, TD_BACKUP_MANIFEST);
    td_buf_init(&text, MANIFEST_MOST);
    enum td_status status = td_file_read(path, MANIFEST_MOST, &text, err);
    if (status == TD_OK && td_json_parse(td_buf_slice(&text), out, err) != TD_OK)
        status = td_err_context(err, "%s", path);
    td_buf_release(&text);
    free(path);
    return status;
}

/* Secrets may lie in the bytes: they are wiped. */
static bool has_hash(const char *path, struct td_slice wanted)
{
    unsigned char hash[TD_SHA256_LEN];
    struct td_buf bytes;
    struct td_buf hex;
    struct td_err ignored;
    td_buf_init(&bytes, FILE_MOST);
    td_buf_init(&hex, 2 * sizeof hash);
    bool same = td_file_read(path, FILE_MOST, &bytes, &ignored) == TD_OK;
    if (same) {
        td_sha256(td_buf_slice(&bytes), hash);
        td_hex(&hex, hash, sizeof hash);
        same = td_slice_eq(td_buf_slice(&hex), wanted);
    }
    if (bytes.cap > 0)
        explicit_bzero(bytes.ptr, bytes.cap);
    td_buf_release(&bytes);
    td_buf_release(&hex);
    return same;
}

/* Whether a file of the manifest is there and as it was. The database has no hash: it is examined. */
static bool is_whole(const char *folder, const struct td_json *file)
{
    struct td_slice name = td_json_str(td_json_get(file, "path"));
    struct td_slice hash = td_json_str(td_json_get(file, "sha256"));
    char *copy = td_xstrndup(name.len > 0 ? name.ptr : "", name.len);
    char *path = td_path_join(folder, copy);
    bool whole = hash.len > 0 ? has_hash(path, hash) : td_file_exists(path);
    free(path);
    free(copy);
    return whole;
}

void td_verify_files(const char *folder, struct td_verify_sink sink)
{
    struct td_verified verified = {.check = "files",
                                   .words = "files that are not as they were backed up"};
    struct td_json *manifest = NULL;
    struct td_err why = {0};
    if (read_manifest(folder, &manifest, &why) != TD_OK) {
        verified.count = 1;
        verified.example = td_slice(why.text);
    }
    const struct td_json *files = manifest ? td_json_get(manifest, "files") : NULL;
    for (size_t i = 0; files && i < td_json_count(files); i++) {
        const struct td_json *file = td_json_at(files, i);
        if (is_whole(folder, file))
            continue;
        if (verified.count++ == 0)
            verified.example = td_json_str(td_json_get(file, "path"));
    }
    sink.verified(sink.context, &verified);
    td_json_destroy(manifest);
}

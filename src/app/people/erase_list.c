/* Who was erased, outside the database (erase_list.h). */
#include "app/people/erase_list.h"

#include <stdlib.h>

#include "app/people/erase.h"
#include "base/crypto.h"
#include "base/file.h"
#include "model/address.h"
#include "store/people.h"

#define LIST_MAX ((size_t)64 * 1024 * 1024)

static const char opening[] =
    "# Who was erased: when, the keyed hash of the address, their number and since when "
    "it is theirs\n# (times in microseconds UTC). `tidings db restore` erases them again "
    "in "
    "a backup that still holds\n# them. Keep this file with your backups.\n";

/* The list as it stands; empty where there is none. */
static enum td_status read_list(const char *path, struct td_buf *out, struct td_err *err)
{
    struct td_err why = {0};
    enum td_status status = td_file_read(path, LIST_MAX, out, &why);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status != TD_OK)
        *err = why;
    return status;
}

enum td_status td_erase_list_add(struct td_app *app, const struct td_erase_entry *entry,
                                 struct td_err *err)
{
    char *path = td_path_join(app->config->dir, TD_ERASE_LIST);
    struct td_buf text;
    td_buf_init(&text, LIST_MAX);
    enum td_status status = read_list(path, &text, err);
    if (status == TD_OK) {
        if (text.len == 0)
            td_buf_add_str(&text, opening);
        td_buf_addf(&text, "%lld ", (long long)entry->at);
        td_base64url(&text, entry->hash.ptr, entry->hash.len);
        td_buf_addf(&text, " %lld %lld\n", (long long)entry->subscriber,
                    (long long)entry->created);
        status = td_buf_full(&text)
                     ? td_fail(err, TD_CANTCREAT, "%s is larger than it may be", path)
                     : td_file_write(path, td_buf_slice(&text), 0644, err);
    }
    td_buf_release(&text);
    free(path);
    return status;
}

/* --- again -------------------------------------------------------------------------------------- */

static void hear_rows(void *context, const char *what, int64_t rows)
{
    (void)context;
    (void)what;
    (void)rows;
}

static void hear_file(void *context, const char *path)
{
    (void)context;
    (void)path;
}

/* Whether the database has the erasure in it. */
static enum td_status is_known(struct td_store *store, td_time at, bool *known,
                               struct td_err *err)
{
    struct td_query *query = td_query(store, "audit_of_time");
    td_bind_int(query, "$at", at);
    td_bind_cstr(query, "$action", TD_ERASE_AUDIT);
    enum td_status status = td_one(query, err);
    td_query_end(query);
    *known = status == TD_OK;
    return status == TD_NOINPUT ? TD_OK : status;
}

/* The address that the database still has of the person; empty when it has none. */
static enum td_status find_address(struct td_store *store,
                                   const struct td_erase_entry *entry, struct td_buf *out,
                                   struct td_err *err)
{
    struct td_query *query = td_query(store, "subscriber_of_hash");
    td_bind_blob(query, "$hash", entry->hash);
    td_bind_int(query, "$subscriber", entry->subscriber);
    td_bind_int(query, "$created", entry->created);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        td_buf_add(out, td_col_text(query, 0).ptr, td_col_text(query, 0).len);
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

static enum td_status erase_entry(struct td_app *app, const struct td_erase_entry *entry,
                                  int64_t *erased, struct td_err *err)
{
    const struct td_erase_calls calls = {hear_rows, hear_file, hear_file, NULL};
    struct td_erased done;
    struct td_buf address;
    bool known = false;
    td_buf_init(&address, TD_ADDRESS_MAX + 1);
    enum td_status status = is_known(app->store, entry->at, &known, err);
    if (status == TD_OK && !known)
        status = find_address(app->store, entry, &address, err);
    if (status == TD_OK && !known && address.len > 0) {
        status = td_erase_at(app, address.ptr, entry->at, &calls, &done, err);
        *erased += status == TD_OK;
    } else if (status == TD_OK && !known) {
        status = td_erase_hash(app, entry->hash, entry->at, err);
    }
    td_buf_release(&address);
    return status;
}

/* The next word of a line, apart by single spaces. */
static struct td_slice next_word(struct td_slice *rest)
{
    const size_t found = td_slice_find(*rest, 0, ' ');
    const size_t end = found < rest->len ? found : rest->len;
    const struct td_slice word = td_slice_sub(*rest, 0, end);
    *rest = td_slice_sub(*rest, end < rest->len ? end + 1 : end, rest->len);
    return word;
}

static bool read_entry(struct td_slice line, struct td_erase_entry *out,
                       struct td_buf *hash)
{
    td_buf_clear(hash);
    const bool read = td_slice_int64(next_word(&line), &out->at) &&
                      td_base64url_decode(next_word(&line), hash) &&
                      td_slice_int64(next_word(&line), &out->subscriber) &&
                      td_slice_int64(next_word(&line), &out->created);
    out->hash = td_buf_slice(hash);
    return read && line.len == 0 && hash->len == TD_ADDRESS_HASH_LEN;
}

enum td_status td_erase_again(struct td_app *app, int64_t *erased, struct td_err *err)
{
    *erased = 0;
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    char *path = td_path_join(app->config->dir, TD_ERASE_LIST);
    struct td_buf text;
    struct td_buf hash;
    struct td_slice line;
    td_buf_init(&text, LIST_MAX);
    td_buf_init(&hash, 4096);
    status = read_list(path, &text, err);
    struct td_slice rest = td_buf_slice(&text);
    for (int number = 1; status == TD_OK && td_slice_line(&rest, &line); number++) {
        struct td_erase_entry entry;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!read_entry(line, &entry, &hash)) {
            status = td_fail(err, TD_DATA, "%s:%d: this is no erasure", path, number);
            break;
        }
        status = erase_entry(app, &entry, erased, err);
    }
    td_buf_release(&hash);
    td_buf_release(&text);
    free(path);
    return status;
}

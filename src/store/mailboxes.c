/* How far mailboxes have been read (mailboxes.h). */
#include "store/mailboxes.h"

enum td_status td_store_mailbox_get(struct td_store *store, const char *name,
                                    struct td_mailbox_place *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "mailbox_get");
    td_bind_cstr(query, "$name", name);
    *out = (struct td_mailbox_place){0};
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_mailbox_place){td_col_int(query, 0), td_col_int(query, 1)};
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

enum td_status td_store_mailbox_set(struct td_store *store, const char *name,
                                    const struct td_mailbox_place *place,
                                    struct td_err *err)
{
    struct td_query *query = td_query(store, "mailbox_set");
    td_bind_cstr(query, "$name", name);
    td_bind_int(query, "$validity", place->validity);
    td_bind_int(query, "$uid", place->uid);
    return td_run(query, err);
}

enum td_status td_store_mailbox_polled(struct td_store *store, const char *name,
                                       td_time now, const char *trouble,
                                       struct td_err *err)
{
    struct td_query *query = td_query(store, "mailbox_polled");
    td_bind_cstr(query, "$name", name);
    td_bind_int(query, "$polled", now);
    td_bind_cstr(query, "$trouble", trouble);
    return td_run(query, err);
}

void td_store_mail_digest(struct td_slice mail, unsigned char out[TD_SHA256_LEN])
{
    struct td_sha256 *hash = td_sha256_create();
    struct td_slice rest = mail;
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        td_sha256_add(hash, line.ptr, line.len);
        td_sha256_add(hash, "\n", 1);
    }
    td_sha256_finish(hash, out);
}

static struct td_query *mail_query(struct td_store *store, const char *name,
                                   struct td_slice mail)
{
    unsigned char digest[TD_SHA256_LEN];
    struct td_query *query = td_query(store, name);
    td_store_mail_digest(mail, digest);
    td_bind_blob(query, "$digest", td_slice_n((const char *)digest, sizeof digest));
    return query;
}

enum td_status td_store_mail_begin(struct td_store *store, struct td_slice mail,
                                   td_time now, int *tries, bool *done,
                                   struct td_err *err)
{
    struct td_query *query = mail_query(store, "mail_begin", mail);
    td_bind_int(query, "$at", now);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *tries = (int)td_col_int(query, 0);
        *done = td_col_int(query, 1) != 0;
    }
    td_query_end(query);
    return status;
}

enum td_status td_store_mail_done(struct td_store *store, struct td_slice mail,
                                  struct td_err *err)
{
    return td_run(mail_query(store, "mail_done", mail), err);
}

enum td_status td_store_mail_forget(struct td_store *store, td_time before,
                                    struct td_err *err)
{
    struct td_query *query = td_query(store, "mail_forget");
    td_bind_int(query, "$before", before);
    return td_run(query, err);
}

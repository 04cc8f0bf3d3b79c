/* What came back (bounces.h). */
#include "store/bounces.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/mem.h"
#include "model/reply.h"
#include "store/deflate.h"
#include "store/mailboxes.h"
#include "store/people.h"

#define RAW_MAX ((size_t)16 * 1024 * 1024) /* inflated; far above what is taken in */

static const char *const results[TD_BOUNCE_RESULTS] = {
    [TD_RESULT_PENDING] = "pending",   [TD_RESULT_COUNTED] = "counted",
    [TD_RESULT_NOTHING] = "nothing",   [TD_RESULT_NO_TOKEN] = "no_token",
    [TD_RESULT_FORGED] = "forged",     [TD_RESULT_NEVER_SENT] = "never_sent",
    [TD_RESULT_TOO_LATE] = "too_late", [TD_RESULT_MISMATCH] = "mismatch",
    [TD_RESULT_GONE] = "gone",         [TD_RESULT_WAITING] = "waiting",
    [TD_RESULT_CLEARED] = "cleared",   [TD_RESULT_UNREADABLE] = "unreadable",
    [TD_RESULT_ANSWER] = "answer",     [TD_RESULT_LIFTED] = "lifted",
};

const char *td_bounce_result_name(enum td_bounce_result result)
{
    return (unsigned)result < TD_BOUNCE_RESULTS ? results[result] : "?";
}

bool td_bounce_result_parse(struct td_slice name, enum td_bounce_result *out)
{
    for (unsigned i = 0; i < TD_BOUNCE_RESULTS; i++) {
        if (td_slice_is(name, results[i])) {
            *out = (enum td_bounce_result)i;
            return true;
        }
    }
    return false;
}

void td_bounce_text(char *out, size_t room, struct td_slice text)
{
    size_t len = 0;
    size_t pos = 0;
    while (pos < text.len) {
        char shown[5];
        int32_t cp = td_utf8_next(text, &pos);
        bool space = cp >= 0 && (cp < 0x20 || cp == 0x7F);
        size_t n = td_utf8_put(shown, cp < 0 ? 0xFFFD : space ? ' ' : (uint32_t)cp);
        if (space && (len == 0 || out[len - 1] == ' '))
            continue;
        if (len + n >= room)
            break;
        memcpy(out + len, shown, n);
        len += n;
    }
    out[len] = '\0';
}

enum td_status td_store_bounce_add(struct td_store *store, td_time now,
                                   const char *source, struct td_slice mail, bool *added,
                                   struct td_err *err)
{
    unsigned char digest[TD_SHA256_LEN];
    int64_t id;
    *added = false;
    enum td_status status = td_store_next_ids(store, "bounce", 1, &id, err);
    if (status != TD_OK)
        return status;
    struct td_buf raw;
    td_buf_init(&raw, RAW_MAX);
    td_deflate(mail, &raw);
    td_store_mail_digest(mail, digest);
    struct td_query *query = td_query(store, "bounce_add");
    td_bind_int(query, "$id", id);
    td_bind_int(query, "$at", now);
    td_bind_cstr(query, "$source", source);
    td_bind_blob(query, "$digest", td_slice_n((const char *)digest, sizeof digest));
    td_bind_blob(query, "$raw", td_buf_slice(&raw));
    td_bind_int(query, "$size", (int64_t)mail.len);
    status = td_run(query, err);
    *added = status == TD_OK && td_changes(store) == 1;
    td_buf_release(&raw);
    return status;
}

enum td_status td_store_bounce_add_reply(struct td_store *store, td_time now,
                                         int64_t edition, int64_t subscriber,
                                         struct td_slice words, struct td_err *err)
{
    char text[TD_BOUNCE_WORDS_MAX + 1];
    int64_t id;
    enum td_status status = td_store_next_ids(store, "bounce", 1, &id, err);
    if (status != TD_OK)
        return status;
    td_bounce_text(text, sizeof text, words);
    struct td_query *query = td_query(store, "bounce_add_reply");
    td_bind_int(query, "$id", id);
    td_bind_int(query, "$at", now);
    td_bind_cstr(query, "$source", TD_BOUNCE_SOURCE_SMTP);
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_cstr(query, "$words", text);
    return td_run(query, err);
}

enum td_status td_store_bounce_claim(struct td_store *store, td_time now, td_time until,
                                     bool begun, struct td_bounce_claim *out, size_t max,
                                     size_t *count, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_claim");
    struct td_err own = {0};
    enum td_step step;
    *count = 0;
    td_bind_int(query, "$now", now);
    td_bind_int(query, "$until", until);
    td_bind_int(query, "$begun", begun ? 1 : 0);
    td_bind_int(query, "$max", (int64_t)max);
    while ((step = td_step(query, &own)) == TD_STEP_ROW)
        if (*count < max)
            out[(*count)++] = (struct td_bounce_claim){.id = td_col_int(query, 0),
                                                       .tries = td_col_int(query, 1)};
    if (step == TD_STEP_ERROR && err)
        *err = own;
    return step == TD_STEP_ERROR ? own.status : TD_OK;
}

static void read_row(struct td_query *query, struct td_bounce_row *row)
{
    *row = (struct td_bounce_row){
        .id = td_col_int(query, 0),
        .at = td_col_int(query, 1),
        .size = td_col_int(query, 3),
        .tries = (int)td_col_int(query, 4),
        .until = td_col_int(query, 5),
        .result = (enum td_bounce_result)td_col_int(query, 6),
        .rules = td_col_int(query, 7),
        .edition = td_col_int(query, 8),
        .subscriber = td_col_int(query, 9),
        .form = (int)td_col_int(query, 11),
        .kind = (int)td_col_int(query, 12),
        .reason = (enum td_reason)td_col_int(query, 13),
        .scope = (enum td_scope)td_col_int(query, 14),
        .disputed = td_col_int(query, 15) != 0,
        .blocks = td_col_int(query, 16) != 0,
        .effect = td_col_int(query, 21) != 0,
        .kept = !td_col_is_null(query, 22),
    };
    td_bounce_text(row->source, sizeof row->source, td_col_text(query, 2));
    td_bounce_text(row->domain, sizeof row->domain, td_col_text(query, 10));
    td_bounce_text(row->status, sizeof row->status, td_col_text(query, 17));
    td_bounce_text(row->address, sizeof row->address, td_col_text(query, 18));
    td_bounce_text(row->rule, sizeof row->rule, td_col_text(query, 19));
    td_bounce_text(row->words, sizeof row->words, td_col_text(query, 20));
}

/* Leaves the statement at its row, for whoever wants the raw mail. */
static enum td_status find(struct td_store *store, int64_t id, struct td_query **query,
                           struct td_err *err)
{
    *query = td_query(store, "bounce_get");
    td_bind_int(*query, "$id", id);
    enum td_status status = td_one(*query, err);
    if (status == TD_NOINPUT)
        (void)td_fail(err, TD_NOINPUT, "there is no bounce %lld", (long long)id);
    return status;
}

enum td_status td_store_bounce_get(struct td_store *store, int64_t id,
                                   struct td_bounce_row *out, struct td_err *err)
{
    struct td_query *query;
    enum td_status status = find(store, id, &query, err);
    if (status == TD_OK)
        read_row(query, out);
    td_query_end(query);
    return status;
}

enum td_status td_store_bounce_raw(struct td_store *store, int64_t id, struct td_buf *out,
                                   struct td_err *err)
{
    struct td_query *query;
    enum td_status status = find(store, id, &query, err);
    if (status == TD_OK && !td_col_is_null(query, 22))
        status = td_inflate(td_col_blob(query, 22), out, err);
    td_query_end(query);
    return status;
}

enum td_status td_store_bounce_judge(struct td_store *store,
                                     const struct td_bounce_row *row,
                                     enum td_bounce_result was, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_judge");
    td_bind_int(query, "$id", row->id);
    td_bind_int(query, "$was", was);
    td_bind_int(query, "$result", row->result);
    td_bind_int(query, "$tries", row->tries);
    td_bind_or_null(query, "$until", row->until);
    td_bind_int(query, "$rules", row->rules);
    td_bind_or_null(query, "$edition", row->edition);
    td_bind_or_null(query, "$subscriber", row->subscriber);
    td_bind_cstr(query, "$domain", row->domain);
    td_bind_int(query, "$form", row->form);
    td_bind_int(query, "$kind", row->kind);
    td_bind_int(query, "$reason", row->reason);
    td_bind_int(query, "$scope", row->scope);
    td_bind_int(query, "$disputed", row->disputed);
    td_bind_int(query, "$blocks", row->blocks);
    td_bind_cstr(query, "$status", row->status);
    td_bind_cstr(query, "$address", row->address);
    td_bind_cstr(query, "$rule", row->rule);
    td_bind_cstr(query, "$words", row->words);
    td_bind_int(query, "$effect", row->effect);
    enum td_status status = td_run(query, err);
    if (status == TD_OK && td_changes(store) == 0)
        return td_fail(err, TD_CONFLICT, "bounce %lld is no longer %s",
                       (long long)row->id, td_bounce_result_name(was));
    return status;
}

enum td_status td_store_bounce_message(struct td_store *store, int64_t edition,
                                       int64_t subscriber, struct td_bounce_message *out,
                                       struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_message");
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$dot", TD_STAGE_DOT);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_bounce_message){
            .newsletter = td_col_int(query, 0),
            .released = td_col_int(query, 1),
            .there = !td_col_is_null(query, 2),
            .state = (enum td_state)td_col_int(query, 2),
            .due = td_col_int(query, 3) * TD_SECOND,
            .tried = td_col_int(query, 4) != 0,
        };
    td_query_end(query);
    return status;
}

enum td_status td_store_bounce_delivered(struct td_store *store, int64_t subscriber,
                                         td_time since, td_time upto, td_time *out,
                                         struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_delivered");
    int64_t seconds = 0;
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$since", since);
    td_bind_int(query, "$sent", TD_SENT);
    td_bind_int(query, "$upto", upto / TD_SECOND);
    enum td_status status = td_store_number(query, &seconds, err);
    *out = seconds * TD_SECOND;
    return status;
}

enum td_status td_store_bounce_failures(struct td_store *store,
                                        const struct td_bounce_row *row, int64_t *out,
                                        struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_failures");
    td_bind_int(query, "$subscriber", row->subscriber);
    td_bind_int(query, "$edition", row->edition);
    td_bind_int(query, "$id", row->id);
    return td_store_number(query, out, err);
}

enum td_status td_store_bounce_suspended(struct td_store *store, int64_t subscriber,
                                         int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_suspended");
    td_bind_int(query, "$subscriber", subscriber);
    return td_store_number(query, out, err);
}

enum td_status td_store_bounce_effect(struct td_store *store, int64_t subscriber,
                                      int64_t id, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_effect");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$id", id);
    return td_run(query, err);
}

enum td_status td_store_bounce_lift(struct td_store *store, int64_t subscriber,
                                    struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_lift");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_int(query, "$lifted", TD_RESULT_LIFTED);
    return td_run(query, err);
}

enum td_status td_store_bounce_expire(struct td_store *store, td_time before, int64_t max,
                                      int64_t *forgotten, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_expire");
    td_bind_int(query, "$before", before);
    td_bind_int(query, "$max", max);
    enum td_status status = td_run(query, err);
    *forgotten = status == TD_OK ? td_changes(store) : 0;
    return status;
}

enum td_status td_store_bounce_forget(struct td_store *store, td_time before, int64_t max,
                                      int64_t *forgotten, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_forget");
    td_bind_int(query, "$before", before);
    td_bind_int(query, "$max", max);
    enum td_status status = td_run(query, err);
    *forgotten = status == TD_OK ? td_changes(store) : 0;
    return status;
}

enum td_status td_store_bounce_erase(struct td_store *store, int64_t subscriber,
                                     struct td_slice address_key, struct td_err *err)
{
    struct td_query *query = td_query(store, "bounce_erase");
    td_bind_int(query, "$subscriber", subscriber);
    td_bind_text(query, "$address", address_key);
    return td_run(query, err);
}

enum td_status td_store_ids(struct td_query *query, struct td_ids *ids,
                            struct td_err *err)
{
    struct td_err own = {0};
    enum td_step step;
    ids->count = 0;
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        ids->items =
            td_vec_grow(ids->items, &ids->cap, ids->count + 1, sizeof *ids->items);
        ids->items[ids->count++] = td_col_int(query, 0);
    }
    if (step == TD_STEP_ERROR && err)
        *err = own;
    return step == TD_STEP_ERROR ? own.status : TD_OK;
}

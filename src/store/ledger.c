/*
 * ledger.c: one move of one message, its attempts, and how many are where.
 */
#include "store/ledger.h"

#include <stdio.h>

#include "store/driver.h"
#include "store/interned.h"
#include "store/people.h"

static int64_t whole_seconds_up(td_time t)
{
    return t / TD_SECOND + (t % TD_SECOND > 0 ? 1 : 0);
}

/* Which statement makes the move: only what the move changes is written, for an index is written
 * anew whenever one of its columns is named. */
static const char *statement_for(enum td_state to)
{
    switch (to) {
    case TD_ON_WIRE: return "message_mark";
    case TD_QUEUED:
    case TD_DEFERRED:
    case TD_HELD:
    case TD_IN_DOUBT: return "message_wait";
    default: return "message_settle";
    }
}

static void bind_move(struct td_query *query, const struct td_move *move)
{
    td_bind_int(query, "$edition", move->edition);
    td_bind_int(query, "$subscriber", move->subscriber);
    td_bind_int(query, "$from", move->from);
    td_bind_int(query, "$to", move->to);
    if (move->sender != 0)
        td_bind_int(query, "$sender", move->sender);
    if (move->to == TD_ON_WIRE)
        return;
    td_bind_int(query, "$reason", move->reason);
    td_bind_int(query, "$charged", move->charged ? 1 : 0);
    if (move->to == TD_QUEUED || move->to == TD_DEFERRED)
        td_bind_int(query, "$next", whole_seconds_up(move->next));
}

enum td_status td_ledger_move(struct td_store *store, const struct td_move *move,
                              struct td_err *err)
{
    if (!td_state_may_move(move->from, move->to) || move->to == TD_LEASED)
        TD_PANIC("a move that the table of states forbids");
    struct td_query *query = td_query(store, statement_for(move->to));
    bind_move(query, move);
    enum td_status status = td_run(query, err);
    if (status == TD_OK && td_changes(store) == 0)
        return td_fail(err, TD_CONFLICT, "message %lld-%lld is no longer %s",
                       (long long)move->edition, (long long)move->subscriber,
                       td_state_name(move->from));
    return status;
}

static enum td_status find_or_make_reply(struct td_store *store, int code,
                                         struct td_slice text, int64_t *id,
                                         struct td_err *err)
{
    struct td_query *query = td_query(store, "reply_find");

    td_bind_text(query, "$text", text);
    td_bind_int(query, "$code", code);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *id = td_col_int(query, 0);
    td_query_end(query);
    if (status != TD_NOINPUT)
        return status;
    status = td_store_next_ids(store, "reply", 1, id, err);
    if (status != TD_OK)
        return status;
    query = td_query(store, "reply_add");
    td_bind_int(query, "$id", *id);
    td_bind_text(query, "$text", text);
    td_bind_int(query, "$code", code);
    return td_run(query, err);
}

/* Servers repeat themselves. `key` is the code and the text. */
static enum td_status reply_id(struct td_store *store, int code, const struct td_buf *key,
                               int64_t *id, struct td_err *err)
{
    struct td_slice whole = td_buf_slice(key);

    *id = td_id_cache_find(&store->replies, whole);
    if (*id != 0)
        return TD_OK;
    struct td_slice text =
        td_slice_sub(whole, td_slice_find(whole, 0, ' ') + 1, whole.len);
    enum td_status status = find_or_make_reply(store, code, text, id, err);
    if (status == TD_OK)
        td_id_cache_add(&store->replies, whole, *id);
    return status;
}

/* Retention has taken the reply away, or marked it as one that nothing refers to, since we looked it
 * up last: it is found or made anew, and in use (app/keep/retention.h). */
static enum td_status revive_reply(struct td_store *store, int code,
                                   const struct td_buf *key, int64_t *id,
                                   struct td_err *err)
{
    td_id_cache_clear(&store->replies);
    enum td_status status = reply_id(store, code, key, id, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "reply_mark");
    td_bind_int(query, "$id", *id);
    td_bind_int(query, "$unused", 0);
    return td_run(query, err);
}

static enum td_status add_attempt(struct td_store *store,
                                  const struct td_attempt *attempt, int64_t reply,
                                  struct td_slice words, struct td_err *err)
{
    struct td_query *query = td_query(store, "attempt_add");

    td_bind_int(query, "$edition", attempt->edition);
    td_bind_int(query, "$subscriber", attempt->subscriber);
    td_bind_int(query, "$at", attempt->at);
    td_bind_int(query, "$stage", attempt->reply->stage);
    td_bind_cstr(query, "$relay", attempt->relay);
    td_bind_int(query, "$reply", reply);
    td_bind_text(query, "$words", words);
    td_bind_int(query, "$verdict", attempt->verdict);
    return td_run(query, err);
}

/* A pattern may be four times as long as its text (\xNN for each byte); the code stands before. */
#define PATTERN_MAX ((size_t)4 * TD_REPLY_TEXT_MAX + 16)

enum td_status td_ledger_attempt(struct td_store *store, const struct td_attempt *attempt,
                                 struct td_err *err)
{
    struct td_buf key, words;
    int64_t id = 0;

    td_buf_init(&key, PATTERN_MAX);
    td_buf_init(&words, TD_REPLY_TEXT_MAX);
    td_buf_addf(&key, "%d ", attempt->reply->code);
    td_interned_split(td_slice(attempt->reply->text), &key, &words);
    enum td_status status = reply_id(store, attempt->reply->code, &key, &id, err);
    if (status == TD_OK)
        status = add_attempt(store, attempt, id, td_buf_slice(&words), err);
    if (status == TD_OK && td_changes(store) == 0) {
        status = revive_reply(store, attempt->reply->code, &key, &id, err);
        if (status == TD_OK)
            status = add_attempt(store, attempt, id, td_buf_slice(&words), err);
    }
    td_buf_release(&key);
    td_buf_release(&words);
    return status;
}

/* Reads the row at hand; its relay and reply stay where the caller put them. */
static enum td_status read_attempt(struct td_query *query, struct td_attempt *attempt,
                                   struct td_reply *reply, struct td_err *err)
{
    struct td_buf text;

    td_buf_init(&text, sizeof reply->text - 1);
    bool whole = td_interned_join(td_col_text(query, 4), td_col_text(query, 5), &text);
    *reply = (struct td_reply){.stage = (enum td_stage)td_col_int(query, 1),
                               .code = (int)td_col_int(query, 3)};
    (void)snprintf(reply->text, sizeof reply->text, "%s", text.ptr);
    td_buf_release(&text);
    attempt->at = td_col_int(query, 0);
    attempt->relay = td_col_text(query, 2).ptr;
    attempt->reply = reply;
    attempt->verdict = (enum td_verdict_kind)td_col_int(query, 6);
    if (!whole)
        return td_fail(err, TD_DATA,
                       "an attempt of message %lld-%lld does not fit its reply",
                       (long long)attempt->edition, (long long)attempt->subscriber);
    return TD_OK;
}

enum td_status td_ledger_attempts(struct td_store *store, int64_t edition,
                                  int64_t subscriber, struct td_attempt_sink sink,
                                  struct td_err *err)
{
    struct td_query *query = td_query(store, "attempt_list");
    struct td_attempt attempt = {.edition = edition, .subscriber = subscriber};
    struct td_reply reply;
    struct td_err own = {0};
    enum td_status status = TD_OK;
    enum td_step step;

    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, &own)) == TD_STEP_ROW) {
        status = read_attempt(query, &attempt, &reply, &own);
        if (status == TD_OK)
            status = sink.attempt(sink.context, &attempt, &own);
        if (status != TD_OK)
            break;
    }
    td_query_end(query);
    if (step == TD_STEP_ERROR)
        status = own.status;
    if (status != TD_OK && err != NULL)
        *err = own;
    return status;
}

enum td_status td_ledger_counts(struct td_store *store, int64_t edition,
                                int64_t counts[TD_STATE_COUNT], struct td_err *err)
{
    struct td_query *query =
        td_query(store, edition != 0 ? "message_counts_edition" : "message_counts");

    if (edition != 0)
        td_bind_int(query, "$edition", edition);
    enum td_status status = td_one(query, err);
    for (int i = 0; i < TD_STATE_COUNT && status == TD_OK; i++)
        counts[i] = td_col_int(query, i);
    td_query_end(query);
    return status;
}

enum td_status td_ledger_enqueue(struct td_store *store, const struct td_claim *message,
                                 bool *added, struct td_err *err)
{
    struct td_query *query = td_query(store, "message_enqueue");

    td_bind_int(query, "$edition", message->edition);
    td_bind_int(query, "$subscriber", message->subscriber);
    td_bind_int(query, "$variant", message->variant);
    td_bind_int(query, "$due", message->due / TD_SECOND);
    enum td_status status = td_run(query, err);
    *added = status == TD_OK && td_changes(store) > 0;
    return status;
}

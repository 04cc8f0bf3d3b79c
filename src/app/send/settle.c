/* What an event means for its message's row (settle.h). */
#include "app/send/settle.h"

#include <stdio.h>

#include "base/log.h"
#include "outcome/judge.h"
#include "outcome/retry.h"
#include "store/bounces.h"
#include "store/editions.h"

/* How long a message waits that was lost before the dot, or that cannot be written as things
 * are. */
#define PUT_BACK_FOR (30 * TD_SECOND)

static struct td_piece *piece_of(const struct td_event *event)
{
    return event->parcel->owner;
}

static struct td_move move_of(const struct td_settle *settle,
                              const struct td_piece *piece, enum td_state to)
{
    return (struct td_move){
        .edition = piece->parcel.edition,
        .subscriber = piece->parcel.subscriber,
        .from = piece->on_wire ? TD_ON_WIRE : TD_LEASED,
        .to = to,
        .sender = settle->sender->number,
    };
}

static void log_move(const struct td_piece *piece, const char *event,
                     const struct td_reply *reply)
{
    char id[48];
    char address[300];
    if (!td_log_shows(TD_INFO))
        return;
    td_message_id_format(piece->parcel.edition, piece->parcel.subscriber, id);
    td_log(TD_INFO, event, "msg=%s to=%s relay=%s stage=%s reply=%s", id,
           td_log_address(td_slice(piece->parcel.rcpt), address), piece->relay,
           td_stage_name(reply->stage), reply->text);
}

/* The mark before the dot. A lease that is gone withholds the dot; that is no error. */
static enum td_status mark(const struct td_settle *settle, struct td_piece *piece,
                           struct td_err *err)
{
    struct td_move move = move_of(settle, piece, TD_ON_WIRE);
    struct td_err lost;
    if (piece->over)
        return TD_OK; /* no dot will go, and what became of it stands behind */
    enum td_status status = td_ledger_move(settle->store, &move, &lost);
    piece->withheld = status == TD_CONFLICT;
    if (status != TD_OK && status != TD_CONFLICT)
        *err = lost;
    return status == TD_CONFLICT ? TD_OK : status;
}

/*
 * Another took the row: the lease had run out. A 250 is evidence whoever holds the row, so it
 * settles a doubt; for all else the ledger's later word stands.
 */
static enum td_status settle_late(const struct td_settle *settle,
                                  const struct td_piece *piece, enum td_state to,
                                  struct td_err *err)
{
    struct td_move move = move_of(settle, piece, to);
    struct td_err lost;
    char id[48];
    enum td_status status = TD_CONFLICT;
    td_message_id_format(piece->parcel.edition, piece->parcel.subscriber, id);
    if (to == TD_SENT) {
        move.from = TD_IN_DOUBT;
        move.sender = 0;
        status = td_ledger_move(settle->store, &move, &lost);
    }
    td_log(TD_WARN, "late", "msg=%s state=%s settled=%d", id, td_state_name(to),
           status == TD_OK);
    if (status != TD_OK && status != TD_CONFLICT)
        *err = lost;
    return status == TD_CONFLICT ? TD_OK : status;
}

/*
 * The policy resend: what is in doubt waits for another try, as long as for any; without that
 * pause a server that takes mails and never says so would get them again and again. With no time
 * left for it the doubt stays.
 */
static enum td_status resend(const struct td_settle *settle, const struct td_piece *piece,
                             bool *queued, struct td_err *err)
{
    struct td_edition_row edition;
    struct td_move move = move_of(settle, piece, TD_QUEUED);
    *queued = false;
    enum td_status status =
        td_store_edition_get(settle->store, move.edition, &edition, err);
    if (status != TD_OK)
        return status;
    bool wanted = edition.resend_in_doubt;
    td_query_end(td_query(settle->store, "edition_get"));
    if (!wanted || !td_retry_at(settle->policy, piece->tries, settle->now,
                                piece->deadline, settle->rand, &move.next))
        return TD_OK;
    move.from = TD_IN_DOUBT;
    move.sender = 0;
    move.reason = TD_REASON_UNKNOWN_FATE;
    *queued = true;
    return td_ledger_move(settle->store, &move, err);
}

static enum td_status apply(const struct td_settle *settle, const struct td_piece *piece,
                            const struct td_verdict *verdict, struct td_sent *counts,
                            struct td_err *err)
{
    struct td_move move = move_of(settle, piece, TD_SENT);
    int64_t *counter = &counts->sent;
    switch (verdict->kind) {
    case TD_VERDICT_SENT: break;
    case TD_VERDICT_RETRY:
        move.to = TD_DEFERRED;
        move.next = verdict->next_try;
        counter = &counts->deferred;
        break;
    case TD_VERDICT_FAILED:
        /* No time left for another try is no refusal; from the wire the table knows only failed. */
        move.to = verdict->reason == TD_REASON_TOO_LATE && !piece->on_wire ? TD_EXPIRED
                                                                           : TD_FAILED;
        counter = move.to == TD_EXPIRED ? &counts->expired : &counts->failed;
        break;
    case TD_VERDICT_IN_DOUBT:
        move.to = TD_IN_DOUBT;
        counter = &counts->in_doubt;
        break;
    }
    move.reason = verdict->reason;
    move.charged = verdict->charged;
    struct td_err lost;
    bool again = false;
    enum td_status status = td_ledger_move(settle->store, &move, &lost);
    if (status == TD_CONFLICT)
        return settle_late(settle, piece, move.to, err);
    if (status == TD_OK && move.to == TD_IN_DOUBT)
        status = resend(settle, piece, &again, &lost);
    if (status != TD_OK)
        *err = lost;
    ++*(again ? &counts->deferred : counter);
    return status;
}

/* What the server refused because of the recipient counts as a bounce does: it is kept with the move
 * that it caused, and judged by whoever works on bounces. */
static enum td_status keep_refusal(const struct td_settle *settle,
                                   const struct td_piece *piece,
                                   const struct td_verdict *verdict,
                                   const struct td_reply *reply, struct td_err *err)
{
    struct td_buf words;
    bool counts =
        verdict->reason == TD_REASON_ADDRESS || verdict->reason == TD_REASON_QUOTA ||
        verdict->reason == TD_REASON_REFUSED || verdict->reason == TD_REASON_TOO_LATE;
    if (verdict->kind != TD_VERDICT_FAILED || verdict->scope != TD_SCOPE_RECIPIENT ||
        !counts || reply->code == 0)
        return TD_OK;
    td_buf_init(&words, (size_t)4 * TD_REPLY_TEXT_MAX);
    td_reply_show(reply, &words);
    enum td_status status =
        td_store_bounce_add_reply(settle->store, settle->now, piece->parcel.edition,
                                  piece->parcel.subscriber, td_buf_slice(&words), err);
    td_buf_release(&words);
    return status;
}

static enum td_status finish(const struct td_settle *settle, const struct td_event *event,
                             struct td_sent *counts, struct td_err *err)
{
    struct td_piece *piece = piece_of(event);
    struct td_history history = {piece->tries, piece->deadline, settle->now};
    struct td_verdict verdict =
        td_judge(settle->rules, &event->reply, &history, settle->policy, settle->rand);
    /* After the dot only a reply that says yes or no tells its fate; before it, we know that
     * nothing was delivered. */
    if (event->after_dot &&
        (event->reply.code == 0 || verdict.kind == TD_VERDICT_IN_DOUBT))
        verdict = (struct td_verdict){.kind = TD_VERDICT_IN_DOUBT,
                                      .scope = TD_SCOPE_MESSAGE,
                                      .reason = TD_REASON_UNKNOWN_FATE,
                                      .charged = true};
    else if (verdict.kind == TD_VERDICT_IN_DOUBT)
        verdict = (struct td_verdict){.kind = TD_VERDICT_RETRY,
                                      .scope = TD_SCOPE_RELAY,
                                      .reason = TD_REASON_CONNECTION,
                                      .next_try = settle->now + PUT_BACK_FOR};
    piece->verdict = verdict;
    piece->judged = true;
    struct td_attempt attempt = {
        .edition = piece->parcel.edition,
        .subscriber = piece->parcel.subscriber,
        .at = settle->now,
        .relay = piece->relay,
        .reply = &event->reply,
        .verdict = verdict.kind,
    };
    enum td_status status = td_ledger_attempt(settle->store, &attempt, err);
    if (status == TD_OK)
        status = apply(settle, piece, &verdict, counts, err);
    if (status == TD_OK)
        status = keep_refusal(settle, piece, &verdict, &event->reply, err);
    if (status == TD_OK)
        log_move(piece, "settle", &event->reply);
    return status;
}

/* Not tried: back where it came from, uncharged. Without a wait a message never tried is again
 * what it was, and another is due at once (rows round up to seconds): the outbox paces a relay in
 * trouble. */
static enum td_status put_back(const struct td_settle *settle,
                               const struct td_piece *piece, td_time wait,
                               struct td_err *err)
{
    bool tried = piece->on_wire || piece->tries > 0;
    struct td_move move = move_of(settle, piece, tried ? TD_DEFERRED : TD_QUEUED);
    struct td_err lost;
    move.reason = tried ? TD_REASON_CONNECTION : TD_REASON_NONE;
    if (wait > 0)
        move.next = settle->now + wait;
    else
        move.next = tried ? settle->now - TD_SECOND : piece->due;
    enum td_status status = td_ledger_move(settle->store, &move, &lost);
    if (status != TD_OK && status != TD_CONFLICT)
        *err = lost;
    return status == TD_CONFLICT ? TD_OK : status;
}

enum td_status td_settle_event(const struct td_settle *settle,
                               const struct td_event *event, struct td_sent *counts,
                               struct td_err *err)
{
    switch (event->kind) {
    case TD_EVENT_AT_DOT: return mark(settle, piece_of(event), err);
    case TD_EVENT_DONE: return finish(settle, event, counts, err);
    case TD_EVENT_RETURNED:
        log_move(piece_of(event), "returned", &event->reply);
        return put_back(settle, piece_of(event), 0, err);
    }
    TD_PANIC("unknown event");
}

/* As the server would have refused it. */
static enum td_status fail_unwritten(const struct td_settle *settle,
                                     const struct td_piece *piece, const char *why,
                                     struct td_sent *counts, struct td_err *err)
{
    struct td_reply reply = {.stage = TD_STAGE_SESSION};
    (void)snprintf(reply.text, sizeof reply.text, "not sent: %s", why);
    struct td_attempt attempt = {
        .edition = piece->parcel.edition,
        .subscriber = piece->parcel.subscriber,
        .at = settle->now,
        .relay = piece->relay,
        .reply = &reply,
        .verdict = TD_VERDICT_FAILED,
    };
    struct td_verdict verdict = {.kind = TD_VERDICT_FAILED,
                                 .scope = TD_SCOPE_MESSAGE,
                                 .reason = TD_REASON_ADDRESS};
    enum td_status status = td_ledger_attempt(settle->store, &attempt, err);
    return status == TD_OK ? apply(settle, piece, &verdict, counts, err) : status;
}

enum td_status td_settle_unwritten(const struct td_settle *settle,
                                   const struct td_piece *piece, const struct td_err *why,
                                   struct td_sent *counts, struct td_err *err)
{
    struct td_sent after = *counts;
    char id[48];
    td_message_id_format(piece->parcel.edition, piece->parcel.subscriber, id);
    td_log(TD_ERROR, "unwritten", "msg=%s why=%s", id, why->text);
    enum td_status status = td_begin(settle->store, err);
    if (status == TD_OK && why->status == TD_DATA)
        status = fail_unwritten(settle, piece, why->text, &after, err);
    else if (status == TD_OK)
        status = put_back(settle, piece, PUT_BACK_FOR, err);
    if (status == TD_OK)
        status = td_commit(settle->store, err);
    td_rollback(settle->store);
    if (status == TD_OK)
        *counts = after;
    return status;
}

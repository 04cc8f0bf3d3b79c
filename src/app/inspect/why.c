/* Why somebody has or has not got an edition (why.h). */
#include "app/inspect/why.h"

#include "app/press/frozen.h"
#include "app/press/letter.h"
#include "app/assemble/readers.h"
#include "app/instance/senders.h"
#include "app/inspect/why_limit.h"
#include "store/backup.h"
#include "store/people.h"

#define WORDS_MAX 4096

const char *td_why_name(enum td_why why)
{
    switch (why) {
    case TD_WHY_FINAL: return "final";
    case TD_WHY_IN_DOUBT: return "in_doubt";
    case TD_WHY_HELD: return "held";
    case TD_WHY_EDITION_HELD: return "edition_held";
    case TD_WHY_RESTORED: return "restored";
    case TD_WHY_BUILDING: return "edition_building";
    case TD_WHY_ENDED: return "edition_cancelled";
    case TD_WHY_SUPPRESSED: return "suppressed";
    case TD_WHY_LEFT: return "unsubscribed";
    case TD_WHY_PAUSED: return "paused";
    case TD_WHY_TOO_LATE: return "deadline";
    case TD_WHY_SENDER: return "sender";
    case TD_WHY_SENDER_GONE: return "sender_gone";
    case TD_WHY_HOUR: return "hour";
    case TD_WHY_RETRY: return "retry";
    case TD_WHY_NO_SENDER: return "no_sender";
    case TD_WHY_RELAY: return "relay";
    case TD_WHY_RATE: return "rate";
    case TD_WHY_WINDOW: return "window";
    case TD_WHY_TURN: return "turn";
    }
    return "?";
}

const char *td_why_reason(enum td_reason reason)
{
    switch (reason) {
    case TD_REASON_NONE: return "";
    case TD_REASON_NO_SECTION: return "nothing in this edition for these topics";
    case TD_REASON_UNSUBSCRIBED: return "the subscriber left after it was queued";
    case TD_REASON_SUPPRESSED: return "the address must not be mailed";
    case TD_REASON_TOO_LATE: return "its time was over";
    case TD_REASON_REFUSED: return "the server refused it for good";
    case TD_REASON_TRY_LATER: return "the server said: later";
    case TD_REASON_CONNECTION: return "the session broke before the end of the message";
    case TD_REASON_UNKNOWN_FATE: return "no answer came to the end of the message";
    case TD_REASON_ADDRESS: return "no such mailbox or domain";
    case TD_REASON_POLICY: return "refused as spam, for policy or rate";
    case TD_REASON_SIZE: return "larger than the server takes";
    case TD_REASON_SMTPUTF8: return "the server cannot take this international address";
    case TD_REASON_ADMIN: return "an administrator decided so";
    case TD_REASON_QUOTA: return "the mailbox is full";
    case TD_REASON_ERASED: return "the person was erased";
    case TD_REASON_PAUSED: return "the subscriber paused";
    case TD_REASON_SUPERSEDED: return "a later digest of the live blog had it";
    case TD_REASON_UNDER_WAY:
        return "one of this live blog was on its way: the next has it";
    case TD_REASON_MOOT: return "what it was about was over before it could be sent";
    case TD_REASON_COMPLAINT: return "the reader reported it as spam";
    }
    return "?";
}

/* --- what decides now ------------------------------------------------------------------------- */

/* What explaining takes: the moment, and where the words go. */
struct told {
    struct td_app *app;
    td_time now;
    bool restored; /* the database is in quarantine */
    struct td_buf words;
};

static void say_time(struct told *told, const char *before, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_buf_addf(&told->words, "%s%s", before, text);
}

static void say_doubt(struct told *told, const struct td_why_message *message)
{
    char id[TD_MESSAGE_ID_MAX];
    td_letter_message_id(told->app, message->edition, message->subscriber, id);
    td_buf_addf(
        &told->words,
        "Nobody knows whether the relay took it: no answer came to the end of the "
        "message. Look for <%s> in the relay's log, then settle it (queue settle).",
        id);
}

static enum td_why say_final(struct told *told, const struct td_why_message *message)
{
    const char *words = "";
    switch (message->state) {
    case TD_SENT: words = "A relay took it."; break;
    case TD_FAILED:
        words = message->deadline > told->now
                    ? "It failed for good; `queue retry` would try it again."
                    : "It failed for good, and its time is over.";
        break;
    case TD_BOUNCED: words = "A relay took it, and a later server sent it back."; break;
    case TD_COMPLAINED: words = "It was delivered, and reported as unwanted."; break;
    case TD_SUPPRESSED: words = "It was not sent: the address must not be mailed."; break;
    case TD_EXPIRED: words = "Its time was over before it could be sent."; break;
    case TD_CANCELLED: words = "It was withdrawn: "; break;
    case TD_SKIPPED: words = "There was none to send: "; break;
    default: break;
    }
    td_buf_add_str(&told->words, words);
    if (message->state == TD_CANCELLED || message->state == TD_SKIPPED)
        td_buf_addf(&told->words, "%s.", td_why_reason(message->reason));
    return TD_WHY_FINAL;
}

static enum td_status say_sender(struct told *told, struct td_why_message *message,
                                 struct td_err *err)
{
    struct td_senders senders;
    enum td_status status = td_senders_see(told->app, message->sender, &senders, err);
    bool alive = status == TD_OK && senders.alive > 0;
    message->why = alive ? TD_WHY_SENDER : TD_WHY_SENDER_GONE;
    td_buf_addf(&told->words, "Sender %lld", (long long)message->sender);
    if (status == TD_OK && senders.count > 0) {
        td_buf_addf(&told->words, " (%s, process %lld)", senders.items[0].host,
                    (long long)senders.items[0].pid);
        say_time(told, alive ? " has it in hand until " : " had it in hand until ",
                 senders.items[0].until);
    }
    if (!alive)
        td_buf_add_str(
            &told->words,
            message->state == TD_ON_WIRE
                ? " and is gone: whether the relay took the message is in doubt, "
                  "and will be marked so as soon as a sender runs"
                : " and is gone: the next sender that runs takes it over");
    td_buf_add_char(&told->words, '.');
    td_senders_release(&senders);
    return status;
}

/* It is due and may be sent: so who is to send it? */
static enum td_status say_turn(struct told *told, struct td_why_message *message,
                               struct td_err *err)
{
    struct td_senders senders;
    struct td_due_now due = {0};
    enum td_status status = td_senders_see(told->app, 0, &senders, err);
    if (status == TD_OK)
        status = td_due_now(told->app, &due, err);
    say_time(told, "It has been due since ", message->next);
    if (status == TD_OK && senders.alive == 0) {
        message->why = TD_WHY_NO_SENDER;
        td_buf_add_str(&told->words, ", and no sender runs: see tidings send.");
    } else if (status == TD_OK) {
        struct td_why_limit limit;
        td_buf_addf(&told->words, ". Senders at work: %zu; messages due: %lld.",
                    senders.alive, (long long)due.messages);
        status =
            td_why_limit(told->app, message->group, told->now, &limit, &told->words, err);
        message->why = limit.why;
        if (limit.again > message->next)
            message->next = limit.again;
    }
    td_senders_release(&senders);
    return status;
}

/* What stands in the way of a message that waits, before its time is looked at; FINAL: nothing. */
static enum td_why say_obstacle(struct told *told, const struct td_why_message *message)
{
    long long edition = (long long)message->edition;
    if (message->phase == TD_PHASE_CANCELLED) {
        td_buf_addf(&told->words, "Edition %lld is cancelled: it will not be sent.",
                    edition);
        return TD_WHY_ENDED;
    }
    if (message->suppressed) {
        td_buf_add_str(&told->words,
                       "The address must not be mailed any more: it will not "
                       "be sent.");
        return TD_WHY_SUPPRESSED;
    }
    if (!message->active) {
        td_buf_add_str(&told->words,
                       "The subscription is not active any more: it will not "
                       "be sent.");
        return TD_WHY_LEFT;
    }
    if (message->paused_until > told->now && message->paused_until > message->next) {
        say_time(told, "The subscriber has paused until ", message->paused_until);
        td_buf_add_str(&told->words, ": it will not be sent.");
        return TD_WHY_PAUSED;
    }
    if (message->deadline <= told->now) {
        say_time(told, "Its time was over at ", message->deadline);
        td_buf_add_str(&told->words, ": it will not be sent.");
        return TD_WHY_TOO_LATE;
    }
    if (message->phase == TD_PHASE_BUILDING) {
        td_buf_addf(&told->words,
                    "Edition %lld is not complete: the same `edition assemble` goes on "
                    "where it stopped.",
                    edition);
        return TD_WHY_BUILDING;
    }
    if (told->restored) {
        td_buf_add_str(&told->words, "This database was restored from a backup: nothing "
                                     "is sent until `tidings db release`.");
        return TD_WHY_RESTORED;
    }
    if (message->held) {
        td_buf_addf(&told->words, "Edition %lld is held", edition);
        if (message->held_why.len > 0)
            td_buf_add_str(&told->words, " (");
        td_buf_add_slice(&told->words, message->held_why);
        td_buf_addf(&told->words, "%s: tidings edition release %lld.",
                    message->held_why.len > 0 ? ")" : "", edition);
        return TD_WHY_EDITION_HELD;
    }
    return TD_WHY_FINAL;
}

static enum td_status say_waiting(struct told *told, struct td_why_message *message,
                                  struct td_err *err)
{
    message->why = say_obstacle(told, message);
    if (message->why != TD_WHY_FINAL)
        return TD_OK;
    if (message->next <= told->now)
        return say_turn(told, message, err);
    message->why = message->next > message->due ? TD_WHY_RETRY : TD_WHY_HOUR;
    say_time(told,
             message->why == TD_WHY_RETRY ? "It was put off after the last try, until "
                                          : "Its hour is not come: it goes out at ",
             message->next);
    td_buf_add_char(&told->words, '.');
    return TD_OK;
}

static enum td_status explain(struct told *told, struct td_why_message *message,
                              struct td_err *err)
{
    enum td_status status = TD_OK;
    td_buf_clear(&told->words);
    switch (message->state) {
    case TD_QUEUED:
    case TD_DEFERRED: status = say_waiting(told, message, err); break;
    case TD_LEASED:
    case TD_ON_WIRE: status = say_sender(told, message, err); break;
    case TD_HELD:
        message->why = say_obstacle(told, message);
        if (message->why == TD_WHY_FINAL)
            td_buf_add_str(&told->words,
                           "An administrator holds it, until `queue release`.");
        if (message->why == TD_WHY_FINAL)
            message->why = TD_WHY_HELD;
        break;
    case TD_IN_DOUBT:
        message->why = TD_WHY_IN_DOUBT;
        say_doubt(told, message);
        break;
    default: message->why = say_final(told, message);
    }
    message->words = td_buf_slice(&told->words);
    return status;
}

/* --- messages --------------------------------------------------------------------------------- */

/* What the variant shows: that of any choice that led to it. An edition whose newsletter is gone
 * from the configuration cannot be looked into any more: then nothing is said. */
static void find_shown(struct td_app *app, const struct td_why_message *message,
                       struct td_buf *out)
{
    struct td_frozen frozen;
    struct td_selection selection;
    struct td_err ignored;
    if (message->variant == 0 ||
        td_frozen_open(app, message->edition, &frozen, &ignored) != TD_OK)
        return;
    struct td_query *query = td_query(app->store, "why_choice");
    td_bind_int(query, "$edition", message->edition);
    td_bind_int(query, "$variant", message->variant);
    if (td_one(query, &ignored) == TD_OK) {
        td_press_select(frozen.press, td_col_text(query, 0),
                        (enum td_format)td_col_int(query, 1), &selection);
        td_readers_describe(td_press_edition(frozen.press), &selection, out);
    }
    td_query_end(query);
    td_frozen_close(&frozen);
}

static void read_message(struct td_query *query, struct td_why_message *out)
{
    out->edition = td_col_int(query, 0);
    out->newsletter = td_col_text(query, 1);
    out->slug = td_col_text(query, 2);
    out->subject = td_col_text(query, 3);
    out->phase = (enum td_phase)td_col_int(query, 4);
    out->held = td_col_int(query, 5) != 0;
    out->variant = td_col_int(query, 7);
    out->format = (enum td_format)td_col_int(query, 8);
    out->state = (enum td_state)td_col_int(query, 9);
    out->reason = (enum td_reason)td_col_int(query, 10);
    out->due = td_col_int(query, 11) * TD_SECOND;
    out->deadline = out->due + td_col_int(query, 6) * TD_SECOND;
    out->next = td_col_int(query, 12) * TD_SECOND;
    out->tries = (int)td_col_int(query, 13);
    out->sender = td_col_int(query, 14);
    out->active = td_col_int(query, 15) != 0;
    out->suppressed = td_col_int(query, 16) != 0;
    out->held_why = td_col_text(query, 17);
    out->paused_until = td_col_int(query, 18);
    out->group = td_col_int(query, 19);
}

enum td_status td_why_messages(struct td_app *app, const struct td_why_query *asked,
                               struct td_why_sink sink, struct td_err *err)
{
    struct told told = {.app = app, .now = td_clock_now(&app->clock)};
    struct td_buf shown;
    enum td_step step;
    struct td_restore restore;
    enum td_status status = td_store_quarantined(app->store, &restore, err);
    if (status != TD_OK && status != TD_NO)
        return status;
    told.restored = status == TD_OK;
    status = TD_OK;
    td_buf_init(&told.words, WORDS_MAX);
    td_buf_init(&shown, WORDS_MAX);
    struct td_query *query = td_query(app->store, "why_messages");
    td_bind_int(query, "$subscriber", asked->subscriber);
    td_bind_int(query, "$most", asked->limit);
    if (asked->edition != 0)
        td_bind_int(query, "$edition", asked->edition);
    while (status == TD_OK && (step = td_step(query, err)) != TD_STEP_DONE) {
        struct td_why_message message = {.subscriber = asked->subscriber};
        if (step == TD_STEP_ERROR) {
            status = err->status;
            break;
        }
        read_message(query, &message);
        td_buf_clear(&shown);
        find_shown(app, &message, &shown);
        if (shown.len > 0)
            message.shown = td_buf_slice(&shown);
        status = explain(&told, &message, err);
        if (status == TD_OK)
            status = sink.message(sink.context, &message, err);
    }
    td_query_end(query);
    td_buf_release(&told.words);
    td_buf_release(&shown);
    return status;
}

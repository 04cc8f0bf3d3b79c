/* `tidings why`: the whole story of one person or message. */
#include "app/inspect/why.h"
#include "app/press/letter.h"
#include "cli/commands.h"
#include "cli/people.h"
#include "store/ledger.h"

#define LIMIT_DEFAULT 10

/* What is being told, to people and as JSON. */
struct story {
    struct td_run_context *run;
    struct td_json *messages;
    struct td_json *absences;
    struct td_json *past;
};

/* The attempts of one message. */
struct attempts {
    struct td_run_context *run;
    struct td_json *list;
};

static void put_instant(struct td_json *json, const char *key, td_time when,
                        char text[32])
{
    td_time_format(when, text);
    td_json_set_cstr(json, key, text);
}

static enum td_status show_attempt(void *context, const struct td_attempt *attempt,
                                   struct td_err *err)
{
    struct attempts *attempts = context;
    struct td_printer *out = attempts->run->out;
    struct td_json *json = td_json_object();
    char at[32];
    (void)err;
    put_instant(json, "at", attempt->at, at);
    td_json_set_cstr(json, "stage", td_stage_name(attempt->reply->stage));
    td_json_set_cstr(json, "relay", attempt->relay);
    td_json_set_cstr(json, "reply", attempt->reply->text);
    td_json_append_take(attempts->list, json);
    td_printf(out, "  attempt     %s  ", at);
    td_print_visible(out, td_slice(attempt->relay));
    td_printf(out, ", %s: ", td_stage_name(attempt->reply->stage));
    td_print_visible(out, td_slice(attempt->reply->text));
    td_printf(out, "\n");
    return TD_OK;
}

static void show_line(struct td_run_context *run, const char *title, struct td_slice text)
{
    td_printf(run->out, "  %-11s ", title);
    td_print_visible(run->out, text);
    td_printf(run->out, "\n");
}

static void show_heading(struct td_run_context *run, const struct td_why_message *message,
                         const char *id)
{
    const char *reason = td_why_reason(message->reason);
    td_printf(run->out, "\n");
    td_print_visible(run->out, message->newsletter);
    td_printf(run->out, " ");
    td_print_visible(run->out, message->slug);
    td_printf(run->out, ", message %s: %s%s%s\n", id, td_state_name(message->state),
              reason[0] ? ", " : "", reason);
}

static void show_variant(struct td_run_context *run, const struct td_why_message *message,
                         struct td_json *json)
{
    if (message->variant == 0) {
        td_json_set_null(json, "variant");
        td_json_set_null(json, "shown");
        return;
    }
    const char *format = td_format_name(message->format);
    td_json_set_int(json, "variant", message->variant);
    td_json_set_cstr(json, "format", format);
    td_json_set_str(json, "shown", message->shown);
    td_printf(run->out, "  %-11s %lld, %s", "variant", (long long)message->variant,
              format);
    if (message->shown.ptr) {
        td_printf(run->out, ": ");
        td_print_visible(run->out, message->shown);
    }
    td_printf(run->out, "\n");
}

static void show_times(struct td_run_context *run, const struct td_why_message *message,
                       struct td_json *json)
{
    char due[32];
    char deadline[32];
    char next[32];
    put_instant(json, "due", message->due, due);
    put_instant(json, "deadline", message->deadline, deadline);
    td_printf(run->out, "  %-11s %s, deadline %s\n", "due", due, deadline);
    td_json_set_int(json, "tries", message->tries);
    if (message->state != TD_QUEUED && message->state != TD_DEFERRED) {
        td_json_set_null(json, "next_try");
        return;
    }
    put_instant(json, "next_try", message->next, next);
    show_line(run, "next try", td_slice(next));
}

static enum td_status show_message(void *context, const struct td_why_message *message,
                                   struct td_err *err)
{
    struct story *story = context;
    struct td_run_context *run = story->run;
    struct td_json *json = td_json_object();
    struct attempts attempts = {run, td_json_array()};
    char id[48];
    char mail[TD_MESSAGE_ID_MAX];
    const char *reason = td_reason_name(message->reason);
    td_message_id_format(message->edition, message->subscriber, id);
    td_letter_message_id(run->app, message->edition, message->subscriber, mail);
    td_json_append_take(story->messages, json);
    td_json_set_cstr(json, "message", id);
    td_json_set_int(json, "edition", message->edition);
    td_json_set_str(json, "newsletter", message->newsletter);
    td_json_set_str(json, "slug", message->slug);
    td_json_set_str(json, "subject", message->subject);
    td_json_set_cstr(json, "message_id", mail);
    td_json_set_cstr(json, "state", td_state_name(message->state));
    td_json_set_cstr(json, "reason", reason[0] ? reason : NULL);
    show_heading(run, message, id);
    show_line(run, "subject", message->subject);
    show_variant(run, message, json);
    struct td_attempt_sink sink = {show_attempt, &attempts};
    enum td_status status = td_ledger_attempts(run->app->store, message->edition,
                                               message->subscriber, sink, err);
    td_json_set_take(json, "attempts", attempts.list);
    show_times(run, message, json);
    td_json_set_cstr(json, "limiter", td_why_name(message->why));
    td_json_set_str(json, "why", message->words);
    show_line(run, "why", message->words);
    return status;
}

static void show_absence(void *context, const struct td_why_absence *absence)
{
    struct story *story = context;
    struct td_run_context *run = story->run;
    struct td_json *json = td_json_object();
    td_json_append_take(story->absences, json);
    td_json_set_int(json, "edition", absence->edition);
    td_json_set_str(json, "newsletter", absence->newsletter);
    td_json_set_str(json, "slug", absence->slug);
    td_json_set_str(json, "why", absence->words);
    td_printf(run->out, "\n");
    td_print_visible(run->out, absence->newsletter);
    td_printf(run->out, " ");
    td_print_visible(run->out, absence->slug);
    td_printf(run->out, ": no message. ");
    td_print_visible(run->out, absence->words);
    td_printf(run->out, "\n");
}

/* Of a compacted message there is one line. */
static void show_past(void *context, const struct td_why_past *past)
{
    struct story *story = context;
    struct td_run_context *run = story->run;
    struct td_json *json = td_json_object();
    const char *reason = td_reason_name(past->reason);
    td_json_append_take(story->past, json);
    td_json_set_int(json, "edition", past->edition);
    td_json_set_str(json, "newsletter", past->newsletter);
    td_json_set_str(json, "slug", past->slug);
    td_json_set_cstr(json, "state", td_state_name(past->state));
    td_json_set_cstr(json, "reason", reason[0] ? reason : NULL);
    td_printf(run->out, "\n");
    td_print_visible(run->out, past->newsletter);
    td_printf(run->out, " ");
    td_print_visible(run->out, past->slug);
    td_printf(run->out, ": %s%s%s (long ago; retention keeps no more)\n",
              td_state_name(past->state), reason[0] ? ", " : "",
              td_why_reason(past->reason));
}

/* Prints the person, their messages and what they have none of. */
static enum td_status tell(struct td_run_context *run,
                           const struct td_subscriber_row *person,
                           const struct td_why_query *query, struct td_err *err)
{
    struct story story = {run, td_json_array(), td_json_array(), td_json_array()};
    struct td_json *json = td_json_object();
    struct td_json *subscriber = td_json_object();
    struct td_why_sink messages = {show_message, &story};
    struct td_why_absence_sink absences = {show_absence, &story};
    struct td_why_past_sink past = {show_past, &story};
    enum td_status status = td_show_subscriber(run, person, subscriber, err);
    if (status == TD_OK)
        status = td_why_messages(run->app, query, messages, err);
    if (status == TD_OK && query->edition == 0 && query->subscriber != 0)
        status = td_why_absences(run->app, query, absences, err);
    if (status == TD_OK)
        status = td_why_past(run->app, query, past, err);
    td_json_set_take(json, "subscriber", subscriber);
    td_json_set_take(json, "messages", story.messages);
    td_json_set_take(json, "absent", story.absences);
    td_json_set_take(json, "past", story.past);
    if (status == TD_OK)
        td_print_json_take(run->out, json);
    else
        td_json_destroy(json);
    return status;
}

/* An address that no person is known by. */
struct nobody {
    struct td_address address;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
};

static void count_past(void *context, const struct td_why_past *past)
{
    (void)past;
    ++*(int *)context;
}

/* The person of a message that is there, or was. */
static enum td_status find_message(struct td_run_context *run, const char *id,
                                   const struct td_why_query *query,
                                   struct td_subscriber_row *person, struct td_err *err)
{
    struct td_query *message = td_query(run->app->store, "message_show");
    td_bind_int(message, "$edition", query->edition);
    td_bind_int(message, "$subscriber", query->subscriber);
    int past = 0;
    struct td_why_past_sink count = {count_past, &past};
    enum td_status status = td_one(message, err);
    td_query_end(message);
    if (status == TD_NOINPUT) {
        status = td_why_past(run->app, query, count, err);
        if (status == TD_OK && past == 0)
            status = TD_NOINPUT;
    }
    if (status == TD_OK)
        status = td_store_subscriber_get(run->app->store, query->subscriber, person, err);
    return status == TD_NOINPUT ? td_fail(err, TD_NOINPUT, "there is no message %s", id)
                                : status;
}

/* An address that is nobody's, but known by its hash (in *room, as the address is): the last erased
 * person who had it, or one that must not be mailed. TD_NOINPUT (err left alone) for any other. */
static enum td_status find_by_hash(struct td_run_context *run, struct nobody *room,
                                   struct td_subscriber_row *person, struct td_err *err)
{
    struct td_slice hash = td_slice_n((const char *)room->hash, sizeof room->hash);
    struct td_store *store = run->app->store;
    struct td_err unknown;
    if (td_address_parse(td_slice(run->args->operands[0]), &room->address, &unknown) !=
        TD_OK)
        return TD_NOINPUT;
    td_keys_address_hash(&run->app->keys, td_slice(room->address.key), room->hash);
    struct td_query *query = td_query(store, "subscriber_erased");
    td_bind_blob(query, "$hash", hash);
    enum td_status status = td_one(query, err);
    int64_t erased = status == TD_OK ? td_col_int(query, 0) : 0;
    td_query_end(query);
    if (status != TD_NOINPUT)
        return status == TD_OK ? td_store_subscriber_get(store, erased, person, err)
                               : status;
    query = td_query(store, "suppression_list");
    td_bind_blob(query, "$hash", hash);
    status = td_one(query, err);
    td_query_end(query);
    *person = (struct td_subscriber_row){.address = td_slice(room->address.text),
                                         .domain = td_slice(room->address.domain),
                                         .hash = hash};
    return status;
}

static enum td_status find(struct td_run_context *run, struct nobody *room,
                           struct td_subscriber_row *person, struct td_why_query *query,
                           struct td_err *err)
{
    const char *word = run->args->operands[0];
    if (td_message_id_parse(td_slice(word), &query->edition, &query->subscriber))
        return find_message(run, word, query, person, err);
    enum td_status status = td_find_person(run->app, word, person, err);
    if (status == TD_NOINPUT)
        status = find_by_hash(run, room, person, err);
    query->subscriber = status == TD_OK ? person->id : 0;
    return status;
}

static enum td_status run_why(struct td_run_context *run, struct td_err *err)
{
    struct td_int_range range = {.least = 1, .most = 100000, .otherwise = LIMIT_DEFAULT};
    struct td_subscriber_row person;
    struct td_why_query query = {0};
    struct nobody room;
    enum td_status status = td_args_int(run->args, "limit", range, &query.limit, err);
    if (status == TD_OK)
        status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = find(run, &room, &person, &query, err);
    return status == TD_OK ? tell(run, &person, &query, err) : status;
}

static const struct td_option why_options[] = {
    {"limit", "N", "the newest N messages (default: 10)"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_why[] = {
    {
        .name = "why",
        .operands = "EMAIL|MESSAGE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Why somebody has or has not got it: the whole story",
        .details = "The person's choices and consent; each recent message with its "
                   "variant, state, every\n"
                   "attempt with the server's words, what it waits for now, when it is "
                   "tried next and its\n"
                   "deadline; and why there is none of an edition. MESSAGE is "
                   "EDITION-SUBSCRIBER, as\n"
                   "`queue list` shows it.",
        .options = why_options,
        .run = run_why,
    },
    {0},
};

/* `tidings status`: how things stand, for people and monitors. */
#include <stdio.h>

#include "app/press/letter.h"
#include "app/instance/senders.h"
#include "cli/commands.h"
#include "cli/relay_health.h"
#include "cli/status_bounces.h"
#include "cli/status_daemon.h"
#include "store/backup.h"
#include "store/editions.h"
#include "store/ledger.h"

/* Messages may wait so long for somebody to start a sender before that is a problem. */
#define WAIT_MOST (15 * TD_MINUTE)

#define DOUBTS_MOST 20 /* told by name */

/* What has been found so far. */
struct status {
    struct td_run_context *run;
    struct td_json *json;
    struct td_json *problems;
    int64_t in_doubt;
    struct td_due_now due;
    size_t senders; /* alive */
};

static void add_problem(struct status *status, const struct td_buf *words)
{
    td_json_append_str(status->problems, td_buf_slice(words));
    td_printf(status->run->out, "problem     ");
    td_print_visible(status->run->out, td_buf_slice(words));
    td_printf(status->run->out, "\n");
}

static void put_instant(struct td_json *json, const char *key, td_time when,
                        char text[32])
{
    td_time_format(when, text);
    td_json_set_cstr(json, key, text);
}

static void show_database(struct status *status, struct td_store *store)
{
    struct td_json *json = td_json_object();
    const char *url = status->run->app->config->database;
    td_json_set_bool(json, "ok", true);
    td_json_set_cstr(json, "url", url);
    td_json_set_int(json, "schema", td_store_schema(store));
    td_json_set_take(status->json, "database", json);
    td_printf(status->run->out, "database    ok, schema %d, ", td_store_schema(store));
    td_print_visible(status->run->out, td_slice(url));
    td_printf(status->run->out, "\n");
}

static enum td_status show_queue(struct status *status, struct td_err *err)
{
    struct td_run_context *run = status->run;
    int64_t counts[TD_STATE_COUNT];
    char since[32] = "";
    enum td_status result = td_ledger_counts(run->app->store, 0, counts, err);
    if (result == TD_OK)
        result = td_due_now(run->app, &status->due, err);
    if (result != TD_OK)
        return result;
    struct td_json *json = td_json_object();
    int64_t waiting = counts[TD_QUEUED] + counts[TD_DEFERRED];
    status->in_doubt = counts[TD_IN_DOUBT];
    td_json_set_int(json, "waiting", waiting);
    td_json_set_int(json, "due", status->due.messages);
    if (status->due.messages > 0)
        put_instant(json, "due_since", status->due.since, since);
    else
        td_json_set_null(json, "due_since");
    td_json_set_int(json, "in_doubt", status->in_doubt);
    td_json_set_int(json, "held", counts[TD_HELD]);
    td_json_set_take(status->json, "queue", json);
    td_printf(
        run->out, "queue       %lld waiting, %lld due%s%s, %lld in doubt, %lld held\n",
        (long long)waiting, (long long)status->due.messages, since[0] ? " since " : "",
        since, (long long)status->in_doubt, (long long)counts[TD_HELD]);
    return TD_OK;
}

/* What to look for in the relay's log, for the first few. */
static enum td_status show_doubts(struct status *status, struct td_err *err)
{
    struct td_run_context *run = status->run;
    struct td_json *list = td_json_array();
    struct td_query *query = td_query(run->app->store, "status_doubts");
    enum td_step step = TD_STEP_DONE;
    td_bind_int(query, "$most", DOUBTS_MOST);
    while (status->in_doubt > 0 && (step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_json *json = td_json_object();
        char message[48];
        char id[TD_MESSAGE_ID_MAX];
        td_message_id_format(td_col_int(query, 0), td_col_int(query, 1), message);
        td_letter_message_id(run->app, td_col_int(query, 0), td_col_int(query, 1), id);
        td_json_set_cstr(json, "message", message);
        td_json_set_cstr(json, "message_id", id);
        td_json_set_str(json, "newsletter", td_col_text(query, 2));
        td_json_set_str(json, "slug", td_col_text(query, 3));
        td_json_append_take(list, json);
        td_printf(run->out, "in doubt    %s, <%s>\n", message, id);
    }
    td_query_end(query);
    td_json_set_take(status->json, "doubts", list);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

static enum td_status show_senders(struct status *status, struct td_err *err)
{
    struct td_run_context *run = status->run;
    struct td_senders senders;
    struct td_json *list = td_json_array();
    enum td_status result = td_senders_see(run->app, 0, &senders, err);
    status->senders = senders.alive;
    for (size_t i = 0; i < senders.count; i++) {
        const struct td_sender_seen *sender = &senders.items[i];
        struct td_json *json = td_json_object();
        char until[32];
        char started[32];
        td_json_set_int(json, "sender", sender->number);
        td_json_set_cstr(json, "host", sender->host);
        td_json_set_int(json, "pid", sender->pid);
        td_json_set_bool(json, "alive", sender->alive);
        put_instant(json, "started", sender->started, started);
        put_instant(json, "until", sender->until, until);
        td_json_append_take(list, json);
        td_printf(run->out, "sender %-4lld %s, process %lld on %s, since %s\n",
                  (long long)sender->number, sender->alive ? "at work" : "gone",
                  (long long)sender->pid, sender->host, started);
    }
    if (senders.count == 0)
        td_printf(run->out, "sender      none\n");
    td_json_set_take(status->json, "senders", list);
    td_senders_release(&senders);
    return result;
}

/* A relay that failed when nothing was left to send harms nobody; nobody has used one yet: it is well. */
static enum td_status show_relay(struct status *status, const struct td_relay *relay,
                                 struct td_json *list, struct td_buf *troubles,
                                 struct td_err *err)
{
    struct td_relay_seen seen;
    enum td_status result = td_relay_see(status->run->app, relay->name, &seen, err);
    bool ill = seen.failures > 0;
    struct td_json *json = td_json_object();
    td_relay_health_put(json, relay->name, &seen);
    td_json_set_cstr(json, "host", relay->host);
    td_json_set_int(json, "port", relay->port);
    td_json_append_take(list, json);
    td_printf(status->run->out, "relay       %s: %s, port %d%s\n", relay->name,
              relay->host, relay->port, ill ? ", in trouble" : "");
    if (ill && status->due.messages > 0) {
        td_relay_seen_say(relay->name, &seen, troubles);
        td_buf_add_char(troubles, '\n');
    }
    return result;
}

static enum td_status show_relays(struct status *status, struct td_buf *troubles,
                                  struct td_err *err)
{
    const struct td_config *config = status->run->app->config;
    struct td_json *list = td_json_array();
    enum td_status result = TD_OK;
    for (size_t i = 0; i < config->relay_count && result == TD_OK; i++)
        result = show_relay(status, &config->relays[i], list, troubles, err);
    td_json_set_take(status->json, "relays", list);
    return result;
}

/* --- newsletters ------------------------------------------------------------------------------ */

static enum td_status show_newest(struct status *status, struct td_query *query,
                                  struct td_json *list, struct td_err *err)
{
    struct td_run_context *run = status->run;
    struct td_json *json = td_json_object();
    struct td_json *states = td_json_object();
    int64_t counts[TD_STATE_COUNT];
    char released[32];
    const char *phase = td_phase_name((enum td_phase)td_col_int(query, 3));
    td_json_append_take(list, json);
    td_json_set_str(json, "newsletter", td_col_text(query, 0));
    td_json_set_int(json, "edition", td_col_int(query, 1));
    td_json_set_str(json, "slug", td_col_text(query, 2));
    td_json_set_cstr(json, "phase", phase);
    td_json_set_bool(json, "held", td_col_int(query, 4) != 0);
    put_instant(json, "released", td_col_int(query, 5), released);
    td_json_set_take(json, "states", states);
    td_printf(run->out, "newsletter  ");
    td_print_visible(run->out, td_col_text(query, 0));
    td_printf(run->out, ": edition %lld, ", (long long)td_col_int(query, 1));
    td_print_visible(run->out, td_col_text(query, 2));
    td_printf(run->out, ", %s", phase);
    enum td_status result =
        td_ledger_counts(run->app->store, td_col_int(query, 1), counts, err);
    for (int i = 0; i < TD_STATE_COUNT && result == TD_OK; i++) {
        const char *name = td_state_name((enum td_state)i);
        if (counts[i] == 0)
            continue;
        td_json_set_int(states, name, counts[i]);
        td_printf(run->out, ", %lld %s", (long long)counts[i], name);
    }
    td_printf(run->out, "\n");
    return result;
}

static void complain_of_hold(struct td_query *query, struct td_buf *held)
{
    td_buf_addf(held, "edition %lld (", (long long)td_col_int(query, 1));
    td_buf_add_slice(held, td_col_text(query, 0));
    td_buf_add_char(held, ' ');
    td_buf_add_slice(held, td_col_text(query, 2));
    td_buf_add_str(held, ") is held");
    if (td_col_text(query, 7).len > 0)
        td_buf_add_str(held, ": ");
    td_buf_add_slice(held, td_col_text(query, 7));
    td_buf_add_char(held, '\n');
}

/* The newest edition of each; the held ones, a line each, are left in `held`. */
static enum td_status show_newsletters(struct status *status, struct td_buf *held,
                                       struct td_err *err)
{
    struct td_query *query = td_query(status->run->app->store, "status_editions");
    struct td_json *list = td_json_array();
    enum td_status result = TD_OK;
    enum td_step step = TD_STEP_DONE;
    while (result == TD_OK && (step = td_step(query, err)) == TD_STEP_ROW) {
        if (td_col_int(query, 4) != 0)
            complain_of_hold(query, held);
        if (td_col_int(query, 6) != 0)
            result = show_newest(status, query, list, err);
    }
    td_json_set_take(status->json, "newsletters", list);
    return step == TD_STEP_ERROR ? err->status : result;
}

/* --- the verdict ------------------------------------------------------------------------------ */

static void find_problems(struct status *status, struct td_slice held)
{
    struct td_buf words;
    struct td_slice line;
    char since[32];
    td_time now = td_clock_now(&status->run->app->clock);
    td_buf_init(&words, 1024);
    if (status->in_doubt > 0) {
        td_buf_addf(
            &words,
            "%lld messages are in doubt: look for their Message-IDs in the relay's log, "
            "then queue settle",
            (long long)status->in_doubt);
        add_problem(status, &words);
    }
    if (status->due.messages > 0 && status->senders == 0 &&
        status->due.since < now - WAIT_MOST) {
        td_buf_clear(&words);
        td_time_format(status->due.since, since);
        td_buf_addf(&words, "messages are due since %s and no sender runs", since);
        add_problem(status, &words);
    }
    while (td_slice_line(&held, &line)) {
        td_buf_clear(&words);
        td_buf_add_slice(&words, line);
        add_problem(status, &words);
    }
    td_buf_release(&words);
}

/* A restored database sends nothing until somebody has looked. */
static enum td_status show_restore(struct status *status, struct td_err *err)
{
    struct td_restore restore;
    char taken[32];
    struct td_buf words;
    enum td_status result = td_store_quarantined(status->run->app->store, &restore, err);
    if (result != TD_OK) {
        td_json_set_null(status->json, "restored");
        return result == TD_NO ? TD_OK : result;
    }
    td_buf_init(&words, 8192);
    put_instant(status->json, "restored", restore.taken, taken);
    td_buf_addf(&words,
                "the database is the backup of %s: nothing is sent until db release",
                taken);
    add_problem(status, &words);
    td_buf_release(&words);
    return TD_OK;
}

static enum td_status look(struct status *status, struct td_err *err)
{
    struct td_buf held;
    td_buf_init(&held, 64 * 1024);
    show_database(status, status->run->app->store);
    enum td_status result = show_restore(status, err);
    if (result == TD_OK)
        result = show_queue(status, err);
    if (result == TD_OK)
        result = show_doubts(status, err);
    if (result == TD_OK)
        result = td_status_daemon(status->run, status->json, &held, err);
    if (result == TD_OK)
        result = show_senders(status, err);
    if (result == TD_OK)
        result = show_relays(status, &held, err);
    if (result == TD_OK)
        result = show_newsletters(status, &held, err);
    if (result == TD_OK)
        result = td_status_bounces(status->run, status->json, &held, err);
    if (result == TD_OK)
        find_problems(status, td_buf_slice(&held));
    td_buf_release(&held);
    return result;
}

/* A database that cannot be read is the news a monitor is there for. */
static void show_no_database(struct status *status, const struct td_err *why)
{
    struct td_json *json = td_json_object();
    struct td_buf words;
    td_json_set_bool(json, "ok", false);
    td_json_set_cstr(json, "url", status->run->app->config->database);
    td_json_set_take(status->json, "database", json);
    td_buf_init(&words, 1024);
    td_buf_addf(&words, "database: %s", why->text);
    add_problem(status, &words);
    td_buf_release(&words);
}

static enum td_status run_status(struct td_run_context *run, struct td_err *err)
{
    struct td_err why;
    enum td_status result = td_app_config(run->app, err);
    if (result != TD_OK)
        return result;
    struct status status = {
        .run = run, .json = td_json_object(), .problems = td_json_array()};
    if (td_app_store(run->app, &why) != TD_OK)
        show_no_database(&status, &why);
    else
        result = look(&status, err);
    bool ok = td_json_count(status.problems) == 0;
    td_json_set_bool(status.json, "ok", ok);
    td_json_set_take(status.json, "problems", status.problems);
    if (result == TD_OK)
        td_print_json_take(run->out, status.json);
    else
        td_json_destroy(status.json);
    return result != TD_OK ? result : ok ? TD_OK : TD_NO;
}

const struct td_command td_commands_status[] = {
    {
        .name = "status",
        .operands = "",
        .summary = "How things stand, a line each; exit code 0 or 1, for monitors",
        .details =
            "The database, what waits, the daemon's roles, the senders, the relays, the "
            "newest edition of "
            "each newsletter.\n"
            "1, and a line that says why: the database cannot be used, messages are in "
            "doubt, messages\n"
            "are due for over 15 minutes and no sender runs, a relay cannot be used, a "
            "role "
            "of the daemon\nended and waits to be started again, or an edition is held.",
        .run = run_status,
    },
    {0},
};

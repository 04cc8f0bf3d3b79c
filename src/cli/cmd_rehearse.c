/* `tidings rehearse`: an edition sent for practice, and what came of it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stop.h"
#include "cli/commands.h"
#include "cli/rehearse_crew.h"

#define KILLS_MOST 100000

/* --- the report ------------------------------------------------------------------------------- */

static struct td_json *state_counts(const struct td_rehearsed *came)
{
    struct td_json *states = td_json_object();
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (came->states[i] > 0)
            td_json_set_int(states, td_state_name((enum td_state)i), came->states[i]);
    return states;
}

static struct td_json *message_ids(int64_t edition, const int64_t examples[10],
                                   int64_t count)
{
    struct td_json *ids = td_json_array();
    for (int64_t i = 0; i < count && i < 10; i++) {
        char id[48];
        td_message_id_format(edition, examples[i], id);
        td_json_append_str(ids, td_slice(id));
    }
    return ids;
}

static void print_json(struct td_run_context *run, const struct td_crew *crew,
                       const struct td_rehearsed *came, double seconds)
{
    const struct td_rehearsal *rehearsal = crew->rehearsal;
    int64_t edition = rehearsal->assembled.edition;
    struct td_json *json = td_json_object();
    char finished[32];
    td_time_format(crew->finished, finished);
    td_json_set_int(json, "edition", edition);
    td_json_set_cstr(json, "newsletter", rehearsal->newsletter->name);
    td_json_set_cstr(json, "slug", rehearsal->assembled.slug);
    td_json_set_int(json, "messages", (int64_t)rehearsal->waiting.count);
    td_json_set_int(json, "arrived", came->arrived);
    td_json_set_take(json, "states", state_counts(came));
    td_json_set_int(json, "lost", came->lost);
    td_json_set_take(json, "lost_messages",
                     message_ids(edition, came->examples[0], came->lost));
    td_json_set_int(json, "twice", came->twice);
    td_json_set_take(json, "twice_messages",
                     message_ids(edition, came->examples[1], came->twice));
    td_json_set_int(json, "again_after_doubt", came->resent);
    td_json_set_int(json, "again_after_refusal", came->denied);
    td_json_set_int(json, "in_doubt", came->states[TD_IN_DOUBT]);
    td_json_set_int(json, "in_doubt_arrived", came->doubt_came);
    td_json_set_int(json, "other_mails", crew->others);
    td_json_set_bool(json, "held", came->held);
    td_json_set_int(json, "senders", crew->senders);
    td_json_set_int(json, "kills", crew->killed);
    td_json_set_int(json, "faults", td_sink_fault_count(crew->sink));
    td_json_set_int(json, "connections", td_sink_connections(crew->sink));
    td_json_set_cstr(json, "finished", crew->finished != 0 ? finished : NULL);
    td_json_set_real(json, "seconds", seconds);
    td_print_json_take(run->out, json);
}

static void print_again(struct td_printer *out, const struct td_rehearsed *came)
{
    if (came->resent > 0)
        td_printf(out,
                  "  %lld came again, their fate being in doubt and in_doubt: resend\n",
                  (long long)came->resent);
    if (came->denied > 0)
        td_printf(out, "  %lld came again because the server kept what it refused\n",
                  (long long)came->denied);
}

static void print_finish(struct td_run_context *run, const struct td_crew *crew)
{
    const struct td_zone *zone = NULL;
    struct td_err ignored;
    struct td_slice name = td_slice(crew->rehearsal->newsletter->zone);
    char when[40];
    if (crew->finished == 0 ||
        td_zones_get(td_app_zones(&crew->rehearsal->app), name, &zone, &ignored) != TD_OK)
        return;
    td_zone_format(zone, crew->finished, when);
    td_printf(run->out, "the last mail came at %s\n", when);
}

static void print_text(struct td_run_context *run, const struct td_crew *crew,
                       const struct td_rehearsed *came, double seconds)
{
    const struct td_rehearsal *rehearsal = crew->rehearsal;
    struct td_printer *out = run->out;
    td_printf(out, "%s %s: %zu messages, %d senders, %lld kills, %lld faults\n",
              rehearsal->newsletter->name, rehearsal->assembled.slug,
              rehearsal->waiting.count, crew->senders, (long long)crew->killed,
              td_sink_fault_count(crew->sink));
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (came->states[i] > 0)
            td_printf(out, "  %-10s %8lld\n", td_state_name((enum td_state)i),
                      (long long)came->states[i]);
    if (came->states[TD_IN_DOUBT] > 0)
        td_printf(out, "  of those in doubt %lld had come\n",
                  (long long)came->doubt_came);
    print_again(out, came);
    if (came->held)
        td_printf(out, "the edition was stopped on the way\n");
    print_finish(run, crew);
    td_printf(out, "lost %lld, sent twice %lld; it took %.1f s\n", (long long)came->lost,
              (long long)came->twice, seconds);
}

/* --- the command ------------------------------------------------------------------------------ */

static enum td_status rehearse(struct td_run_context *run, struct td_crew *crew,
                               const struct td_rehearsal_options *options,
                               struct td_err *err)
{
    struct td_rehearsed came;
    td_time started = td_clock_monotonic(&run->app->clock);
    enum td_status status = td_rehearsal_begin(crew->rehearsal, run->app, options, err);
    if (status == TD_OK)
        status = td_crew_play(crew, err);
    if (status == TD_OK && *crew->stop != 0)
        return td_fail(err, TD_AGAIN, "stopped before the end: nothing can be said");
    if (status == TD_OK)
        status = td_rehearsal_open(crew->rehearsal, err);
    if (status == TD_OK)
        status =
            td_rehearsal_judge(crew->rehearsal, crew->arrivals, crew->count, &came, err);
    td_rehearsal_close(crew->rehearsal);
    if (status != TD_OK)
        return status;
    double seconds =
        (double)(td_clock_monotonic(&run->app->clock) - started) / (double)TD_SECOND;
    print_json(run, crew, &came, seconds);
    print_text(run, crew, &came, seconds);
    return came.lost + came.twice > 0 ? TD_NO : TD_OK;
}

static enum td_status take_numbers(struct td_run_context *run, struct td_crew *crew,
                                   struct td_err *err)
{
    struct td_int_range senders = {1, TD_CREW_MOST, 2};
    struct td_int_range kills = {0, KILLS_MOST, 0};
    struct td_int_range seeds = {0, INT64_MAX, 1};
    int64_t number = 0;
    int64_t seed = 0;
    enum td_status status = td_args_int(run->args, "senders", senders, &number, err);
    if (status == TD_OK)
        status = td_args_int(run->args, "kill", kills, &crew->kills, err);
    if (status == TD_OK)
        status = td_args_int(run->args, "seed", seeds, &seed, err);
    crew->senders = (int)number;
    crew->rand = td_rand_seeded((uint64_t)seed);
    return status;
}

static enum td_status run_rehearse(struct td_run_context *run, struct td_err *err)
{
    struct td_rehearsal rehearsal = {0};
    struct td_crew crew = {.rehearsal = &rehearsal, .stop = td_stop_catch()};
    const struct td_sink_keeper keeper = {td_crew_keep, &crew};
    const struct td_sink_config config = {.listen = "127.0.0.1:0",
                                          .keeper = &keeper,
                                          .faults = td_args_get(run->args, "faults"),
                                          .hurry = TD_REHEARSAL_HURRY};
    struct td_rehearsal_options options = {.newsletter = run->args->operands[0],
                                           .name = td_args_get(run->args, "name")};
    const struct td_newsletter *newsletter = NULL;
    enum td_status status = take_numbers(run, &crew, err);
    if (status == TD_OK)
        status = td_app_newsletter(run->app, options.newsletter, &newsletter, err);
    if (status == TD_OK)
        status = td_want_date(run, newsletter, &options.date, err);
    if (status == TD_OK)
        status = td_sink_create(&crew.sink, &config, err);
    if (status == TD_OK) {
        options.port = td_sink_port(crew.sink);
        status = rehearse(run, &crew, &options, err);
    }
    td_crew_release(&crew);
    td_sink_destroy(crew.sink);
    td_rehearsal_end(&rehearsal);
    return status;
}

static const struct td_option rehearse_options[] = {
    {"date", "DATE", "the edition of that day (default: today)"},
    {"name", "NAME", "the special of that name"},
    {"faults", "SPEC", "what the server does wrong: see `tidings sink --help`"},
    {"kill", "N", "kill a sender so many times, in the middle of its work"},
    {"senders", "N", "so many senders at work (default: 2)"},
    {"seed", "N", "other moments for the kills (default: 1)"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_rehearse[] = {
    {
        .name = "rehearse",
        .operands = "NEWSLETTER",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Send an edition for practice, in a copy, to a server on this machine",
        .details =
            "Assembles the edition in a copy of the database and sends it to every "
            "subscriber - but\n"
            "each relay is a sink on this machine, whatever the configuration says, and "
            "nothing of the\n"
            "instance is changed. Hours and retries pass quickly. Reports what was lost, "
            "sent twice and\n"
            "is in doubt, and when the last mail came. Exit code 1 when something was "
            "lost or sent twice.",
        .options = rehearse_options,
        .run = run_rehearse,
    },
    {.name = NULL},
};

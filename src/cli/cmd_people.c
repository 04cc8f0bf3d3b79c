/* `tidings subscribe|subscriber set`: one person at a time. */
#include "app/instance/audit.h"
#include "app/people/first.h"
#include "cli/commands.h"
#include "cli/people.h"

enum td_status td_want_basis(const struct td_args *args, const char **source,
                             struct td_err *err)
{
    const char *text = td_args_get(args, "source");
    struct td_slice s = td_slice(text);
    if (td_args_has(args, "confirmed") != (text != NULL))
        return td_fail(
            err, TD_USAGE,
            "--confirmed and --source TEXT go together: TEXT says how you know "
            "that they agreed");
    if (text && td_signup_source(s, err) != TD_OK) {
        err->status = TD_USAGE;
        return td_err_context(err, "--source");
    }
    *source = text;
    return TD_OK;
}

enum td_status td_want_ground(const struct td_args *args, enum td_basis *basis,
                              struct td_err *err)
{
    const char *text = td_args_get(args, "basis");
    *basis = TD_BASIS_NONE;
    if (text && !td_args_has(args, "confirmed"))
        return td_fail(err, TD_USAGE, "--basis goes with --confirmed and --source");
    if (text && !td_basis_parse(td_slice(text), basis))
        return td_fail(err, TD_USAGE, "--basis is consent or soft-opt-in, not \"%s\"",
                       text);
    return TD_OK;
}

enum td_status td_want_newsletter(struct td_run_context *run,
                                  const struct td_newsletter **out, struct td_err *err)
{
    const char *name = td_args_get(run->args, "newsletter");
    *out = NULL;
    return name ? td_app_newsletter(run->app, name, out, err) : TD_OK;
}

struct td_people td_people_by_command(struct td_app *app, const char *source)
{
    return (struct td_people){
        .store = app->store,
        .keys = &app->keys,
        .now = td_clock_now(&app->clock),
        .how = "command",
        .source = td_slice(source),
        .confirmed = source != NULL,
        .may_return = true,
        .zones = td_app_zones(app),
    };
}

enum td_status td_settle_command(struct td_run_context *run, const char *command,
                                 int64_t rows, struct td_err *err)
{
    struct td_app *app = run->app;
    if (rows == 0 || td_args_has(run->args, "dry-run")) {
        td_rollback(app->store);
        return TD_OK;
    }
    enum td_status status =
        td_audit_command(app, command, td_slice(run->args->operands[0]), rows, err);
    return status == TD_OK ? td_commit(app->store, err) : status;
}

enum td_status td_find_person(struct td_app *app, const char *email,
                              struct td_subscriber_row *out, struct td_err *err)
{
    char key[TD_ADDRESS_MAX + 1];
    struct td_err why;
    enum td_status status = TD_NOINPUT;
    if (td_address_key(td_slice(email), key))
        status = td_store_subscriber_find(app->store, td_slice(key), out, &why);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "there is no subscriber %s", email);
    return status == TD_OK ? TD_OK : td_fail(err, status, "%s", why.text);
}

/* --- subscribe, subscriber set --------------------------------------------------------------- */

/* The command line as a row of a signup file, so that the same rules read it. */
static enum td_status read_wish(struct td_run_context *run, enum td_action action,
                                struct td_signup *out, struct td_err *err)
{
    const struct td_args *args = run->args;
    const struct td_newsletter *newsletter;
    enum td_status status = td_want_newsletter(run, &newsletter, err);
    if (status != TD_OK)
        return status;
    if (!newsletter)
        return td_fail(err, TD_USAGE, "--newsletter NAME is wanted");
    struct td_signup_context context = {
        .newsletters = run->app->config->newsletters,
        .newsletter_count = run->app->config->newsletter_count,
        .fallback = newsletter,
        .zones = td_app_zones(run->app),
    };
    struct td_row row = {0};
    row.cells[TD_COL_EMAIL] = td_slice(args->operands[0]);
    row.cells[TD_COL_NAME] = td_slice(td_args_get(args, "name"));
    row.cells[TD_COL_TOPICS] = td_slice(td_args_get(args, "topics"));
    row.cells[TD_COL_FORMAT] = td_slice(td_args_get(args, "format"));
    row.cells[TD_COL_TIMEZONE] = td_slice(td_args_get(args, "timezone"));
    row.cells[TD_COL_AT] = td_slice(td_args_get(args, "at"));
    row.cells[TD_COL_CADENCE] = td_slice(td_args_get(args, "cadence"));
    row.cells[TD_COL_ACTION] =
        td_slice(action == TD_ACTION_CHANGE ? "change" : "subscribe");
    status = td_signup_read(&context, &row, out, err);
    return status == TD_OK ? TD_OK : td_err_context(err, "%s", args->operands[0]);
}

/* --pause-until DATE, or --resume. */
static enum td_status read_pause(const struct td_args *args, struct td_signup *out,
                                 struct td_err *err)
{
    const char *until = td_args_get(args, "pause-until");
    bool resume = td_args_has(args, "resume");
    if (until && resume)
        return td_fail(err, TD_USAGE, "--pause-until or --resume, not both");
    if (until && !td_date_parse(td_slice(until), &out->pause_until))
        return td_fail(err, TD_USAGE, "--pause-until: \"%s\" is not a day (YYYY-MM-DD)",
                       until);
    if (resume)
        out->pause_until = (struct td_date){0};
    out->has_pause = until || resume;
    return TD_OK;
}

/* "Monday 23 November 2026 at 07:30 (Europe/London)". */
static void print_first(struct td_run_context *run, const struct td_first *first,
                        struct td_json *json)
{
    char exact[40];
    char day[40];
    int minute = 0;
    if (first->due == 0) {
        td_json_set_null(json, "first");
        td_json_set_cstr(json, "first_words", first->words[0] ? first->words : NULL);
        td_printf(run->out, "%s%s", first->words, first->words[0] ? "\n" : "");
        return;
    }
    td_zone_format(first->zone, first->due, exact);
    td_json_set_cstr(json, "first", exact);
    td_date_long(td_zone_local(first->zone, first->due, &minute), day);
    td_printf(run->out, "The next one comes on %s at %02d:%02d (%s).\n", day, minute / 60,
              minute % 60, td_zone_name(first->zone));
}

/* What came of a wish, as far as it is not in the outcome. */
struct sequel {
    enum td_optin_ask ask;
    struct td_first first; /* for active people */
};

static void print_outcome(struct td_run_context *run, const struct td_signup *signup,
                          const struct td_person_outcome *outcome,
                          const struct sequel *sequel)
{
    bool dry_run = td_args_has(run->args, "dry-run");
    const char *name = signup->newsletter->name;
    const char *status = td_membership_name(outcome->status);
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "email", signup->address.text);
    td_json_set_cstr(json, "newsletter", name);
    td_json_set_cstr(json, "result", td_person_result_name(outcome->result));
    td_json_set_cstr(json, "status", status);
    if (outcome->status == TD_PENDING)
        td_json_set_cstr(json, "confirmation", td_optin_ask_name(sequel->ask));
    if (outcome->result == TD_PERSON_REFUSED)
        td_json_set_cstr(json, "reason", outcome->reason);
    if (dry_run)
        td_json_set_bool(json, "dry_run", true);
    else if (outcome->subscriber != 0)
        td_json_set_int(json, "subscriber", outcome->subscriber);
    if (outcome->result == TD_PERSON_REFUSED) {
        td_print_json_take(run->out, json);
        return;
    }
    td_print_visible(run->out, td_slice(signup->address.text));
    if (outcome->result == TD_PERSON_UNCHANGED)
        td_printf(run->out, ": nothing to change, %s: %s", name, status);
    else
        td_printf(run->out, ": %s, %s: %s", td_person_result_name(outcome->result), name,
                  status);
    td_printf(run->out, "%s\n", dry_run ? " (dry run: nothing was changed)" : "");
    td_print_ask(run, outcome->status, sequel->ask);
    if (outcome->status == TD_ACTIVE)
        print_first(run, &sequel->first, json);
    td_print_json_take(run->out, json);
}

static enum td_status apply(struct td_run_context *run, const struct td_signup *signup,
                            const char *source, enum td_basis basis, struct td_err *err)
{
    struct td_app *app = run->app;
    struct td_person_outcome outcome;
    struct sequel sequel = {.ask = TD_ASK_NONE};
    bool change = signup->action == TD_ACTION_CHANGE;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    if (status != TD_OK)
        return status;
    struct td_people people = td_people_by_command(app, source);
    people.basis = basis;
    status = td_people_apply(&people, signup, &outcome, err);
    if (status == TD_OK)
        status = td_ask_signed_up(run, signup, &outcome, &sequel.ask, err);
    if (status == TD_OK && outcome.status == TD_ACTIVE)
        status = td_first_issue(app, signup->newsletter, outcome.newsletter,
                                outcome.subscriber, &sequel.first, err);
    if (status == TD_OK)
        status = td_settle_command(
            run, change ? "subscriber set" : "subscribe",
            outcome.result == TD_PERSON_ADDED || outcome.result == TD_PERSON_UPDATED ||
                sequel.ask == TD_ASK_QUEUED || sequel.ask == TD_ASK_WAITS,
            err);
    td_rollback(app->store);
    if (status != TD_OK)
        return status;
    print_outcome(run, signup, &outcome, &sequel);
    if (outcome.result != TD_PERSON_REFUSED)
        return TD_OK;
    return td_fail(err, outcome.subscriber == 0 && change ? TD_NOINPUT : TD_NO, "%s: %s",
                   signup->address.text, outcome.reason);
}

static enum td_status run_subscribe(struct td_run_context *run, struct td_err *err)
{
    struct td_signup signup;
    const char *source;
    enum td_basis basis;
    enum td_status status = td_want_basis(run->args, &source, err);
    if (status == TD_OK)
        status = td_want_ground(run->args, &basis, err);
    if (status == TD_OK)
        status = read_wish(run, TD_ACTION_SUBSCRIBE, &signup, err);
    return status == TD_OK ? apply(run, &signup, source, basis, err) : status;
}

static enum td_status run_set(struct td_run_context *run, struct td_err *err)
{
    struct td_signup signup;
    enum td_status status = read_wish(run, TD_ACTION_CHANGE, &signup, err);
    if (status == TD_OK)
        status = read_pause(run->args, &signup, err);
    if (status != TD_OK)
        return status;
    if (!signup.has_name && !signup.has_topics && !signup.has_format &&
        !signup.has_cadence && !signup.has_at && !signup.has_zone && !signup.has_pause)
        return td_fail(err, TD_USAGE,
                       "nothing to set: --name, --topics, --format, --timezone, --at, "
                       "--cadence, --pause-until or --resume is wanted");
    return apply(run, &signup, NULL, TD_BASIS_NONE, err);
}

/* --- the rows -------------------------------------------------------------------------------- */

#define NEWSLETTER                                                                       \
    {                                                                                    \
        "newsletter", "N", "which newsletter"                                            \
    }
#define CHOICES                                                                          \
    {"name", "NAME", "the person's name"},                                               \
        {"topics", "TOPICS", "apart by space; empty: all; -x: all but x"},               \
        {"format", "FORMAT", "html or text"},                                            \
        {"timezone", "ZONE", "IANA zone, like Europe/London"},                           \
        {"cadence", "CADENCE", "each, daily or weekly, as the newsletter offers"},       \
    {                                                                                    \
        "at", "HH:MM", "their own hour; else when the newsletter goes out"               \
    }
#define BASIS                                                                            \
    {"confirmed", NULL, "they have agreed: active at once; needs --source"},             \
        {"source", "TEXT", "how you know that they agreed"},                             \
    {                                                                                    \
        "basis", "BASIS", "consent (default) or soft-opt-in; with --confirmed"           \
    }
#define DRY_RUN                                                                          \
    {                                                                                    \
        "dry-run", NULL, "say what would be done, and change nothing"                    \
    }
#define END                                                                              \
    {                                                                                    \
        NULL, NULL, NULL                                                                 \
    }

#define ORIGIN                                                                           \
    {                                                                                    \
        "origin", "TEXT", "whence it came, as a visitor's IP address: few an hour each"  \
    }

static const struct td_option subscribe_options[] = {
    NEWSLETTER, CHOICES, BASIS, ORIGIN, DRY_RUN, END,
};
static const struct td_option set_options[] = {
    NEWSLETTER,
    CHOICES,
    {"pause-until", "DATE", "send nothing before that day begins where they live"},
    {"resume", NULL, "end a pause"},
    DRY_RUN,
    END,
};
static const struct td_option confirm_options[] = {
    NEWSLETTER,
    {"source", "TEXT", "how you know that they agreed"},
    DRY_RUN,
    END,
};
static const struct td_option unsubscribe_options[] = {NEWSLETTER, DRY_RUN, END};
static const struct td_option list_options[] = {{"limit", "N", "at most so many"}, END};

const struct td_command td_commands_people[] = {
    {
        .name = "subscribe",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Subscribe a person to a newsletter, or change their choices",
        .details = "Without --confirmed the subscription is pending: nothing is sent "
                   "until it is\nconfirmed. Somebody who had unsubscribed comes back.",
        .options = subscribe_options,
        .run = run_subscribe,
    },
    {
        .name = "unsubscribe",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "End a person's subscription to one newsletter, or to all",
        .details = "Messages that are queued for them will not be sent.",
        .options = unsubscribe_options,
        .run = td_run_unsubscribe,
    },
    {
        .name = "subscriber list",
        .operands = "[SELECTOR…]",
        .operands_max = -1,
        .summary = "List subscriptions: who, which newsletter, status and choices",
        .details = TD_SUBSCRIBER_SELECTORS,
        .options = list_options,
        .run = td_run_subscriber_list,
    },
    {
        .name = "subscriber show",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Show a person: choices, status, and who agreed to what, when",
        .run = td_run_subscriber_show,
    },
    {
        .name = "subscriber set",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Change a subscriber's choices for one newsletter",
        .options = set_options,
        .run = run_set,
    },
    {
        .name = "subscriber confirm",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Confirm a pending subscription in a person's stead",
        .details =
            "For somebody who said yes in another way than by the link or a reply: "
            "TEXT says\nhow. They get the welcome that the link brings.",
        .options = confirm_options,
        .run = td_run_subscriber_confirm,
    },
    {
        .name = "subscriber tend",
        .operands = "",
        .summary = "Ask and remind pending people, forget who never answered",
        .details =
            "What is due by now of the keys under `optin`. The scheduler does it by "
            "itself.",
        .run = td_run_subscriber_tend,
    },
    {0},
};

/* `tidings schedule list|preview|run`. */
#include <stdio.h>
#include <stdlib.h>

#include "app/schedule/scheduler.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "queue/timetable.h"

#define DAYS_DEFAULT 14
#define DAYS_MOST    3660
#define NEXT_DAYS    800 /* how far the next issue is looked for: two years and more */

/* One row of the preview. */
struct row {
    const struct td_newsletter *newsletter;
    const struct td_zone *zone;
    const char *kind; /* "issue", "digest", "close" */
    int minute;       /* its hour */
    struct td_sending sending;
};

struct rows {
    struct row *items;
    size_t count;
    size_t cap;
};

/* What goes out of a newsletter at one of its hours, so many days from today on. */
struct series {
    const struct td_newsletter *newsletter;
    const struct td_zone *zone;
    struct td_date today;
    int64_t days;
};

static enum td_status add_series(const struct series *series, const char *kind,
                                 struct td_hours hours, struct rows *rows,
                                 struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    const struct td_schedule *schedule = series->newsletter->schedule;
    struct td_schedule *every_day = NULL;
    struct td_sending *sendings = NULL;
    enum td_status status = TD_OK;
    if (!schedule) {
        status = td_schedule_parse(arena, "FREQ=DAILY", NULL, &every_day, err);
        schedule = every_day;
    }
    size_t count = status == TD_OK
                       ? td_timetable(schedule, series->zone, hours, series->today,
                                      td_date_from_days(td_date_days(series->today) +
                                                        series->days - 1),
                                      &sendings)
                       : 0;
    rows->items = td_vec_grow(rows->items, &rows->cap, rows->count + count + 1,
                              sizeof *rows->items);
    for (size_t i = 0; i < count; i++)
        rows->items[rows->count++] =
            (struct row){series->newsletter, series->zone, kind, hours.at, sendings[i]};
    free(sendings);
    td_arena_destroy(arena);
    return status;
}

/* A live blog goes out at hours of its own, and need have no schedule. */
static enum td_status add_live(const struct series *series, struct rows *rows,
                               struct td_err *err)
{
    const struct td_newsletter *newsletter = series->newsletter;
    enum td_status status = TD_OK;
    for (size_t i = 0; i < newsletter->digest_count && status == TD_OK; i++)
        status = add_series(series, "digest",
                            (struct td_hours){.at = newsletter->digests[i]}, rows, err);
    if (status == TD_OK && newsletter->closes >= 0)
        status = add_series(series, "close", (struct td_hours){.at = newsletter->closes},
                            rows, err);
    return status;
}

/* The newsletter's days from today on. */
static enum td_status add_rows(struct td_run_context *run,
                               const struct td_newsletter *newsletter, int64_t days,
                               struct rows *rows, struct td_err *err)
{
    struct series series = {.newsletter = newsletter, .days = days};
    enum td_status status = td_zones_get(td_app_zones(run->app),
                                         td_slice(newsletter->zone), &series.zone, err);
    if (status != TD_OK)
        return status;
    series.today = td_zone_local(series.zone, td_clock_now(&run->app->clock), NULL);
    if (td_newsletter_is_live(newsletter))
        return add_live(&series, rows, err);
    if (!newsletter->schedule)
        return TD_OK;
    return add_series(
        &series, "issue",
        (struct td_hours){newsletter->at, newsletter->lead, newsletter->grace}, rows,
        err);
}

/* By instant; newsletters of one instant in the order of the configuration. */
static int by_instant(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;
    if (left->sending.release != right->sending.release)
        return left->sending.release < right->sending.release ? -1 : 1;
    return left->newsletter < right->newsletter ? -1
                                                : left->newsletter > right->newsletter;
}

static enum td_status collect(struct td_run_context *run, const char *only, int64_t days,
                              struct rows *rows, struct td_err *err)
{
    const struct td_newsletter *newsletter = NULL;
    enum td_status status = td_app_config(run->app, err);
    if (status == TD_OK && only)
        status = td_app_newsletter(run->app, only, &newsletter, err);
    if (status != TD_OK)
        return status;
    const struct td_config *config = run->app->config;
    for (size_t i = 0; i < config->newsletter_count && status == TD_OK; i++)
        if (!only || newsletter == &config->newsletters[i])
            status = add_rows(run, &config->newsletters[i], days, rows, err);
    if (rows->count > 0)
        qsort(rows->items, rows->count, sizeof *rows->items, by_instant);
    return status;
}

/* --- preview --------------------------------------------------------------------------------- */

static const struct td_list_column preview_columns[] = {
    {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"date", "DATE", TD_CELL_TEXT},
    {"weekday", "DAY", TD_CELL_TEXT},
    {"local", "LOCAL", TD_CELL_TEXT},
    {"utc", "UTC", TD_CELL_TEXT},
    {"zone", "ZONE", TD_CELL_TEXT},
    {"action", "ACTION", TD_CELL_TEXT},
    {"reason", "REASON", TD_CELL_TEXT},
    {"kind", "WHAT", TD_CELL_TEXT},
    {"assemble", NULL, TD_CELL_TEXT},
    {"wait_until", NULL, TD_CELL_TEXT},
};

static void list_utc(struct td_printer *out, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_list_cstr(out, text);
}

/* A clock that goes forward over the hour is worth a word. */
static const char *reason_of(const struct row *row)
{
    int minute;
    if (row->sending.holiday)
        return row->sending.holiday;
    (void)td_zone_local(row->zone, row->sending.release, &minute);
    return minute == row->minute ? NULL : "the clocks go forward over its hour";
}

static void print_row(struct td_printer *out, const struct row *row)
{
    static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed",
                                           "Thu", "Fri", "Sat"};
    char date[11];
    char local[40];
    td_date_format(row->sending.date, date);
    td_zone_format(row->zone, row->sending.release, local);
    td_list_cstr(out, row->newsletter->name);
    td_list_cstr(out, date);
    td_list_cstr(out, weekdays[td_date_weekday(row->sending.date)]);
    td_list_cstr(out, local);
    list_utc(out, row->sending.release);
    td_list_cstr(out, td_zone_name(row->zone));
    td_list_cstr(out, row->sending.holiday ? "skip" : "send");
    td_list_cstr(out, reason_of(row));
    td_list_cstr(out, row->kind);
    list_utc(out, row->sending.assemble);
    list_utc(out, row->sending.wait_until);
}

static enum td_status run_preview(struct td_run_context *run, struct td_err *err)
{
    struct td_int_range range = {1, DAYS_MOST, DAYS_DEFAULT};
    struct rows rows = {0};
    int64_t days;
    enum td_status status = td_args_int(run->args, "days", range, &days, err);
    if (status == TD_OK)
        status = collect(run, td_args_get(run->args, "newsletter"), days, &rows, err);
    if (status == TD_OK) {
        td_list_begin(run->out, preview_columns, TD_ARRAY_LEN(preview_columns));
        for (size_t i = 0; i < rows.count; i++)
            print_row(run->out, &rows.items[i]);
        td_list_end(run->out);
    }
    free(rows.items);
    return status;
}

/* --- list ------------------------------------------------------------------------------------ */

static const struct td_list_column list_columns[] = {
    {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"schedule", "SCHEDULE", TD_CELL_TEXT},
    {"zone", "ZONE", TD_CELL_TEXT},
    {"assemble_at", "ASSEMBLE", TD_CELL_TEXT},
    {"wait_until", "WAIT", TD_CELL_TEXT},
    {"at", "AT", TD_CELL_TEXT},
    {"approval", NULL, TD_CELL_TEXT},
    {"next", "NEXT", TD_CELL_TEXT},
    {"next_utc", NULL, TD_CELL_TEXT},
};

static void list_hour(struct td_printer *out, int minute)
{
    char text[16];
    minute = (minute + 24 * 60) % (24 * 60);
    (void)snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
    td_list_cstr(out, text);
}

/* What goes out next, or NULL; the rows are in order. */
static const struct row *next_of(const struct td_run_context *run,
                                 const struct rows *rows)
{
    td_time now = td_clock_now(&run->app->clock);
    for (size_t i = 0; i < rows->count; i++)
        if (!rows->items[i].sending.holiday && rows->items[i].sending.release >= now)
            return &rows->items[i];
    return NULL;
}

static void print_newsletter(struct td_run_context *run,
                             const struct td_newsletter *newsletter,
                             const struct row *next)
{
    struct td_printer *out = run->out;
    char local[40];
    td_list_cstr(out, newsletter->name);
    td_list_cstr(out, newsletter->schedule_rule);
    td_list_cstr(out, newsletter->zone);
    if (newsletter->schedule && !td_newsletter_is_live(newsletter)) {
        int assemble = newsletter->at - newsletter->lead;
        list_hour(out, assemble);
        list_hour(out, assemble + newsletter->grace);
        list_hour(out, newsletter->at);
    } else {
        td_list_null(out);
        td_list_null(out);
        td_list_null(out);
    }
    td_list_cstr(out, newsletter->approval ? "required" : "none");
    if (next) {
        td_zone_format(next->zone, next->sending.release, local);
        td_list_cstr(out, local);
        list_utc(out, next->sending.release);
    } else {
        td_list_null(out);
        td_list_null(out);
    }
}

static enum td_status run_list(struct td_run_context *run, struct td_err *err)
{
    enum td_status status = td_app_config(run->app, err);
    if (status != TD_OK)
        return status;
    td_list_begin(run->out, list_columns, TD_ARRAY_LEN(list_columns));
    for (size_t i = 0; i < run->app->config->newsletter_count && status == TD_OK; i++) {
        const struct td_newsletter *newsletter = &run->app->config->newsletters[i];
        struct rows rows = {0};
        status = add_rows(run, newsletter, NEXT_DAYS, &rows, err);
        if (rows.count > 0)
            qsort(rows.items, rows.count, sizeof *rows.items, by_instant);
        if (status == TD_OK)
            print_newsletter(run, newsletter, next_of(run, &rows));
        free(rows.items);
    }
    td_list_end(run->out);
    return status;
}

/* --- run ------------------------------------------------------------------------------------- */

static const struct td_list_column deed_columns[] = {
    {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"slug", "ISSUE", TD_CELL_TEXT},
    {"deed", "DEED", TD_CELL_TEXT},
    {"edition", "EDITION", TD_CELL_INT},
    {"reason", "REASON", TD_CELL_TEXT},
};

static void print_deed(void *context, const struct td_deed_done *done)
{
    struct td_printer *out = context;
    td_list_cstr(out, done->newsletter->name);
    td_list_cstr(out, done->slug);
    td_list_cstr(out, td_deed_name(done->deed));
    if (done->edition)
        td_list_int(out, done->edition);
    else
        td_list_null(out);
    td_list_cstr(out, done->why[0] ? done->why : NULL);
}

static enum td_status run_run(struct td_run_context *run, struct td_err *err)
{
    struct td_scheduler scheduler;
    td_time next;
    td_scheduler_init(&scheduler, run->app);
    scheduler.done = print_deed;
    scheduler.context = run->out;
    td_list_begin(run->out, deed_columns, TD_ARRAY_LEN(deed_columns));
    enum td_status status = td_scheduler_pass(&scheduler, &next, err);
    td_list_end(run->out);
    td_scheduler_release(&scheduler);
    return status;
}

/* --- the commands ---------------------------------------------------------------------------- */

static const struct td_option preview_options[] = {
    {"days", "N", "so many days from today on (default: 14)"},
    {"newsletter", "NAME", "only this one"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_schedule[] = {
    {
        .name = "schedule list",
        .operands = "",
        .summary = "List the schedule of each newsletter and its next issue",
        .run = run_list,
    },
    {
        .name = "schedule preview",
        .operands = "",
        .summary = "Show every send of the days to come, and why a day is skipped",
        .details =
            "In local time and UTC. A day off (the key holidays) is shown as skipped, "
            "with its name.",
        .options = preview_options,
        .run = run_preview,
    },
    {
        .name = "schedule run",
        .operands = "",
        .summary = "Do now what the scheduler would do now, once",
        .details =
            "Assembles the issues whose hour has come. Doing it twice, or beside the "
            "daemon, does\n"
            "nothing twice. What was done or is waited for is printed.",
        .run = run_run,
    },
    {0},
};

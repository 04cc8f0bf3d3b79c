/* When newsletters go out, of the configuration (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config/config_value.h"
#include "base/file.h"
#include "queue/schedule.h"

#define DAY_MINUTES      (24 * 60)
#define LATENESS_DEFAULT (2 * TD_HOUR)

/* Minutes from one time of the day to the next occurrence of another. */
static int minutes_between(int from, int to)
{
    return (to - from + DAY_MINUTES) % DAY_MINUTES;
}

static int take_hour(const struct td_place *place, struct td_word word, int otherwise)
{
    int minute = otherwise;
    if (word.text && !td_clock_time_parse(td_slice(word.text), &minute))
        td_fault_at(place, word.key, "\"%s\" is not a time of day: 06:30", word.text);
    return minute;
}

/* The hour `assemble_at` is the last one before `at`; `wait_until` the first one after that. */
static void build_hours(const struct td_place *place, const struct td_raw_newsletter *raw,
                        struct td_newsletter *out)
{
    int assemble =
        take_hour(place, (struct td_word){"assemble_at", raw->assemble_at}, out->at);
    int wait = take_hour(place, (struct td_word){"wait_until", raw->wait_until}, out->at);
    out->lead = minutes_between(assemble, out->at);
    out->grace = minutes_between(assemble, wait);
    out->max_lateness = td_take_duration(
        place, (struct td_word){"max_lateness", raw->max_lateness}, LATENESS_DEFAULT);
}

static void add_calendar(const struct td_place *place, struct td_word word,
                         struct td_schedule *schedule)
{
    struct td_err err;
    struct td_buf ics;
    char *path = td_path_join(place->builder->config->dir, word.text);
    td_buf_init(&ics, TD_CALENDAR_MAX + 1);
    enum td_status status = td_file_read(path, TD_CALENDAR_MAX, &ics, &err);
    if (status == TD_OK) {
        status = td_schedule_add_holidays(schedule, td_buf_slice(&ics), &err);
        if (status != TD_OK)
            (void)td_err_context(&err, "%s", word.text);
    }
    if (status != TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    td_buf_release(&ics);
    free(path);
}

/* The days: the rule and its exceptions. */
static void build_days(const struct td_place *place, const struct td_raw_newsletter *raw,
                       struct td_newsletter *out)
{
    struct td_arena *arena = place->builder->config->arena;
    struct td_schedule *schedule = NULL;
    struct td_date starts;
    struct td_err err;
    out->schedule_rule =
        td_take_line(place, (struct td_word){"schedule", raw->schedule}, NULL);
    if (raw->starts && !td_date_parse(td_slice(raw->starts), &starts)) {
        td_fault_at(place, "starts", "\"%s\" is not a day: 2026-01-05", raw->starts);
        return;
    }
    if (!out->schedule_rule)
        return;
    if (td_schedule_parse(arena, out->schedule_rule, raw->starts ? &starts : NULL,
                          &schedule, &err) != TD_OK) {
        td_fault_at(place, "schedule", "%s", err.text);
        return;
    }
    for (size_t i = 0; i < raw->holidays_count; i++) {
        char key[40];
        (void)snprintf(key, sizeof key, "holidays[%zu]", i);
        add_calendar(place, (struct td_word){key, raw->holidays[i]}, schedule);
    }
    out->schedule = schedule;
}

/* Keys that say nothing without another one, or of a live blog, are a slip of the pen. */
static void refuse_idle_keys(const struct td_place *place,
                             const struct td_raw_newsletter *raw, bool live)
{
    const struct idle {
        struct td_word word;
        bool of_issues; /* a live blog has other hours */
        bool of_blogs;  /* even without a schedule */
    } keys[] = {
        {{"starts", raw->starts}, false, false},
        {{"holidays", raw->holidays_count > 0 ? "" : NULL}, false, false},
        {{"assemble_at", raw->assemble_at}, true, false},
        {{"wait_until", raw->wait_until}, true, false},
        {{"max_lateness", raw->max_lateness}, false, true},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(keys); i++) {
        if (!keys[i].word.text)
            continue;
        if (live && keys[i].of_issues)
            td_fault_at(
                place, keys[i].word.key,
                "says nothing of a live blog, whose hours are digests and closes");
        else if (!raw->schedule && !(live && keys[i].of_blogs))
            td_fault_at(place, keys[i].word.key, "says nothing without the key schedule");
    }
}

/* The newsletter whose week this one is: held against what the file says, for it may stand below. */
static void build_gathers(const struct td_place *place,
                          const struct td_raw_newsletter *raw, struct td_newsletter *out)
{
    const struct td_raw_config *file = place->builder->raw;
    out->gathers = td_take_name(place, (struct td_word){"gathers", raw->gathers});
    if (!out->gathers)
        return;
    if (out->kind != TD_KIND_DIGEST)
        td_fault_at(place, "gathers", "is for newsletters of `kind: digest`");
    for (unsigned i = 0; i < file->newsletters_count; i++)
        if (strcmp(file->newsletters[i].name, out->gathers) == 0 &&
            strcmp(file->newsletters[i].kind, "briefing") == 0)
            return;
    td_fault_at(place, "gathers", "there is no newsletter \"%s\" of `kind: briefing`",
                out->gathers);
}

void td_build_schedule(const struct td_place *place, const struct td_raw_newsletter *raw,
                       struct td_newsletter *out)
{
    static const char *const approvals[] = {"none", "required", NULL};
    out->approval = td_take_choice(place, (struct td_word){"approval", raw->approval},
                                   approvals) == 1;
    refuse_idle_keys(place, raw, out->kind == TD_KIND_LIVE);
    if (raw->schedule && !raw->at && out->kind != TD_KIND_LIVE)
        td_fault_at(place, "schedule", "a schedule needs an hour: the key at");
    build_hours(place, raw, out);
    build_days(place, raw, out);
    build_gathers(place, raw, out);
}

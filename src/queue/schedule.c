/* Days of a rule without the holidays (schedule.h). */
#include "queue/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "queue/calendar.h"

struct td_schedule {
    struct td_arena *arena; /* borrowed */
    const struct td_recurrence *rule;
    struct td_calendar_event *events;
    size_t event_count;
};

enum td_status td_schedule_parse(struct td_arena *arena, const char *rule,
                                 const struct td_date *start, struct td_schedule **out,
                                 struct td_err *err)
{
    struct td_recurrence *recurrence = NULL;
    enum td_status status = td_recurrence_parse(arena, rule, start, &recurrence, err);
    if (status != TD_OK)
        return status;
    *out = td_arena_alloc(arena, sizeof **out);
    (*out)->arena = arena;
    (*out)->rule = recurrence;
    return TD_OK;
}

/* libical takes a minute for a line of 20 MB, and stops at a NUL. */
static enum td_status check_text(struct td_slice ics, struct td_err *err)
{
    struct td_slice line;
    if (ics.len > TD_CALENDAR_MAX)
        return td_fail(err, TD_DATA, "larger than %d bytes", TD_CALENDAR_MAX);
    if (memchr(ics.ptr ? ics.ptr : "", '\0', ics.len))
        return td_fail(err, TD_DATA, "a NUL byte is in it");
    for (int number = 1; td_slice_line(&ics, &line); number++)
        if (line.len > TD_CALENDAR_LINE_MAX)
            return td_fail(err, TD_DATA, "line %d: longer than %d bytes", number,
                           TD_CALENDAR_LINE_MAX);
    return TD_OK;
}

enum td_status td_schedule_add_holidays(struct td_schedule *schedule, struct td_slice ics,
                                        struct td_err *err)
{
    struct td_calendar_event *more = NULL;
    size_t count = 0;
    enum td_status status = check_text(ics, err);
    if (status == TD_OK)
        status = td_calendar_read(schedule->arena, ics, &more, &count, err);
    if (status != TD_OK)
        return status;
    size_t before = schedule->event_count;
    struct td_calendar_event *all =
        td_arena_alloc(schedule->arena, (before + count + 1) * sizeof *all);
    for (size_t i = 0; i < before + count; i++)
        all[i] = i < before ? schedule->events[i] : more[i - before];
    schedule->events = all;
    schedule->event_count = before + count;
    return TD_OK;
}

/* The names of the days off of a span, by day; NULL: none. */
struct span {
    int64_t from;
    int64_t to;
    const char **holidays;
};

static void mark(const struct span *span, const struct td_calendar_event *event,
                 int64_t first)
{
    int64_t day = first < span->from ? span->from : first;
    for (; day < first + event->days && day <= span->to; day++)
        if (!span->holidays[day - span->from])
            span->holidays[day - span->from] = event->name;
}

static bool is_excepted(const struct td_calendar_event *event, int64_t day)
{
    for (size_t i = 0; i < event->except_count; i++)
        if (event->except[i] == day)
            return true;
    return false;
}

static void mark_event(const struct span *span, const struct td_calendar_event *event)
{
    int64_t day;
    if (!event->recurs) {
        mark(span, event, event->first);
        return;
    }
    struct td_recurrence_walk *walk =
        td_recurrence_begin(event->recurs, span->from - event->days + 1);
    while (td_recurrence_next(walk, span->to, &day))
        if (!is_excepted(event, day))
            mark(span, event, day);
    td_recurrence_end(walk);
}

size_t td_schedule_days(const struct td_schedule *schedule, struct td_date from,
                        struct td_date to, struct td_schedule_day **out)
{
    struct span span = {.from = td_date_days(from), .to = td_date_days(to)};
    size_t count = 0;
    int64_t day;
    *out = NULL;
    if (span.to < span.from)
        return 0;
    if (span.to - span.from >= TD_SCHEDULE_SPAN_MAX)
        span.to = span.from + TD_SCHEDULE_SPAN_MAX - 1;
    size_t most = (size_t)(span.to - span.from) + 1;
    struct td_schedule_day *days = td_xcalloc(most, sizeof *days);
    span.holidays = td_xcalloc(most, sizeof *span.holidays);
    for (size_t i = 0; i < schedule->event_count; i++)
        mark_event(&span, &schedule->events[i]);
    struct td_recurrence_walk *walk = td_recurrence_begin(schedule->rule, span.from);
    while (count < most && td_recurrence_next(walk, span.to, &day))
        days[count++] = (struct td_schedule_day){
            .date = td_date_from_days(day),
            .holiday = span.holidays[day - span.from],
        };
    td_recurrence_end(walk);
    free((void *)span.holidays);
    *out = days;
    return count;
}

int64_t td_schedule_last_holiday(const struct td_schedule *schedule)
{
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct td_calendar_event *event = &schedule->events[i];
        if (event->recurs)
            return INT64_MAX;
        if (event->first + event->days - 1 > last)
            last = event->first + event->days - 1;
    }
    return last == INT64_MIN ? INT64_MAX : last;
}

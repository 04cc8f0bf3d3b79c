/* Events of an .ics file (calendar.h). */
#include "queue/calendar.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EVENT_DAYS 366 /* one event lasts no longer */
#define NAME_BYTES 200

/* The day as it is written, without hour and zone; false for one that is none: libical takes
 * 20261345 for a date. */
static bool day_of(struct icaltimetype t, int64_t *day)
{
    if (icaltime_is_null_time(t) || t.year < 1 || t.year > 9999 || t.month < 1 ||
        t.month > 12 || t.day < 1 || t.day > 31)
        return false;
    *day = td_date_days((struct td_date){t.year, t.month, t.day});
    struct td_date date = td_date_from_days(*day);
    return date.month == t.month && date.day == t.day;
}

/* Line of the nth BEGIN:VEVENT: libical does not tell. */
static int event_line(struct td_slice ics, size_t n)
{
    struct td_slice line;
    for (int number = 1; td_slice_line(&ics, &line); number++)
        if (td_slice_iis(td_slice_trim(line), "BEGIN:VEVENT") && n-- == 0)
            return number;
    return 0;
}

static bool has(icalcomponent *component, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(component, kind) != NULL;
}

/* How many days the event takes, from DTEND or DURATION; one when it has neither. */
static enum td_status read_length(icalcomponent *component,
                                  struct td_calendar_event *event, struct td_err *err)
{
    int64_t last;
    event->days = 1;
    if (!has(component, ICAL_DTEND_PROPERTY) && !has(component, ICAL_DURATION_PROPERTY))
        return TD_OK;
    struct icaltimetype end = icalcomponent_get_dtend(component);
    if (!day_of(end, &last))
        return td_fail(err, TD_DATA, "DTEND is not a real date");
    bool into = !end.is_date && (end.hour > 0 || end.minute > 0 || end.second > 0);
    int64_t days = last + into - event->first;
    if (days < 0 || days > EVENT_DAYS)
        return td_fail(err, TD_DATA,
                       "it ends before it begins, or lasts more than %d days",
                       EVENT_DAYS);
    event->days = days > 0 ? (int)days : 1;
    return TD_OK;
}

/* The day that another event says is held at another time, or not at all: it has the same UID and names the
 * day by RECURRENCE-ID. */
static bool stands_in(icalcomponent *other, const char *uid, int64_t *day)
{
    const char *name = icalcomponent_get_uid(other);
    return name && strcmp(name, uid) == 0 && has(other, ICAL_RECURRENCEID_PROPERTY) &&
           day_of(icalcomponent_get_recurrenceid(other), day);
}

/* Days on which the event would recur, but does not: EXDATE, and those that others stand in for. */
static enum td_status read_exceptions(struct td_arena *arena, icalcomponent *component,
                                      struct td_calendar_event *event, struct td_err *err)
{
    const icalproperty_kind kind = ICAL_EXDATE_PROPERTY;
    icalcomponent *calendar = icalcomponent_get_parent(component);
    const char *uid = icalcomponent_get_uid(component);
    icalcompiter others = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    int64_t *except = NULL;
    size_t cap = 0;
    size_t n = 0;
    int64_t day;
    icalproperty *property = icalcomponent_get_first_property(component, kind);
    for (; property; property = icalcomponent_get_next_property(component, kind)) {
        if (!day_of(icalproperty_get_exdate(property), &day)) {
            free(except);
            return td_fail(err, TD_DATA, "EXDATE is not a real date");
        }
        except = td_vec_grow(except, &cap, n + 1, sizeof *except);
        except[n++] = day;
    }
    for (; uid && icalcompiter_deref(&others); (void)icalcompiter_next(&others))
        if (stands_in(icalcompiter_deref(&others), uid, &day)) {
            except = td_vec_grow(except, &cap, n + 1, sizeof *except);
            except[n++] = day;
        }
    int64_t *kept = td_arena_alloc(arena, (n + 1) * sizeof *kept);
    for (size_t i = 0; i < n; i++)
        kept[i] = except[i];
    free(except);
    event->except = kept;
    event->except_count = n;
    return TD_OK;
}

static enum td_status read_recurrence(struct td_arena *arena, icalcomponent *component,
                                      struct td_calendar_event *event, struct td_err *err)
{
    struct td_date first = td_date_from_days(event->first);
    struct td_recurrence *recurs = NULL;
    if (has(component, ICAL_RDATE_PROPERTY))
        return td_fail(err, TD_DATA,
                       "RDATE is not supported: write an event for each day");
    icalproperty *property =
        icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY);
    if (!property)
        return TD_OK;
    const char *rule = icalproperty_get_value_as_string(property);
    enum td_status status =
        td_recurrence_parse(arena, rule ? rule : "", &first, &recurs, err);
    event->recurs = recurs;
    return status == TD_OK ? read_exceptions(arena, component, event, err) : status;
}

static enum td_status read_event(struct td_arena *arena, icalcomponent *component,
                                 struct td_calendar_event *event, struct td_err *err)
{
    const char *summary = icalcomponent_get_summary(component);
    struct td_slice name = td_slice(summary ? summary : "a day off");
    event->name = td_arena_copy(arena, td_slice_sub(name, 0, NAME_BYTES)).ptr;
    if (!has(component, ICAL_DTSTART_PROPERTY))
        return td_fail(err, TD_DATA, "this event has no DTSTART");
    if (!day_of(icalcomponent_get_dtstart(component), &event->first))
        return td_fail(err, TD_DATA, "DTSTART is not a real date");
    enum td_status status = read_length(component, event, err);
    return status == TD_OK ? read_recurrence(arena, component, event, err) : status;
}

static enum td_status read_events(struct td_arena *arena, icalcomponent *calendar,
                                  struct td_slice ics, struct td_calendar_event **out,
                                  size_t *count, struct td_err *err)
{
    const icalcomponent_kind kind = ICAL_VEVENT_COMPONENT;
    size_t most = (size_t)icalcomponent_count_components(calendar, kind);
    if (most == 0)
        return td_fail(err, TD_DATA, "no VEVENT is in it");
    if (most > TD_CALENDAR_EVENTS_MAX)
        return td_fail(err, TD_DATA, "more than %d events", TD_CALENDAR_EVENTS_MAX);
    struct td_calendar_event *events = td_arena_alloc(arena, most * sizeof *events);
    icalcomponent *component = icalcomponent_get_first_component(calendar, kind);
    size_t n = 0;
    for (size_t i = 0; component; i++) {
        bool cancelled = icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED;
        if (!cancelled && read_event(arena, component, &events[n++], err) != TD_OK)
            return td_err_context(err, "line %d", event_line(ics, i));
        component = icalcomponent_get_next_component(calendar, kind);
    }
    *out = events;
    *count = n;
    return TD_OK;
}

enum td_status td_calendar_read(struct td_arena *arena, struct td_slice ics,
                                struct td_calendar_event **out, size_t *count,
                                struct td_err *err)
{
    enum td_status status;
    char *text = td_xstrndup(ics.ptr ? ics.ptr : "", ics.len);
    icalerror_set_errors_are_fatal(0);
    icalcomponent *calendar = icalparser_parse_string(text);
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT)
        status = td_fail(err, TD_DATA,
                         "not a calendar: it is to begin with BEGIN:VCALENDAR and end "
                         "with END:VCALENDAR");
    else
        status = read_events(arena, calendar, ics, out, count, err);
    if (calendar)
        icalcomponent_free(calendar);
    free(text);
    return status;
}

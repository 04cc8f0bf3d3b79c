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

/* A day of what recurs that is held at another time, or not at all: an event of the same UID names it by
 * RECURRENCE-ID. */
struct moved {
    const char *uid; /* the calendar's */
    int64_t day;
};

/* A calendar while it is read. */
struct reading {
    struct td_arena *arena;
    icalcomponent *calendar;
    const struct moved *
        moved; /* few, as calendars are: so that each event need not look at all others */
    size_t moved_count;
};

static void find_moved(struct reading *reading, size_t most)
{
    const icalcomponent_kind kind = ICAL_VEVENT_COMPONENT;
    struct moved *moved = td_arena_alloc(reading->arena, (most + 1) * sizeof *moved);
    icalcomponent *event = icalcomponent_get_first_component(reading->calendar, kind);
    for (; event; event = icalcomponent_get_next_component(reading->calendar, kind)) {
        const char *uid = icalcomponent_get_uid(event);
        struct moved *next = &moved[reading->moved_count];
        if (uid && has(event, ICAL_RECURRENCEID_PROPERTY) &&
            day_of(icalcomponent_get_recurrenceid(event), &next->day)) {
            next->uid = uid;
            reading->moved_count++;
        }
    }
    reading->moved = moved;
}

/* Days on which the event would recur, but does not: EXDATE, and those that are moved. */
static enum td_status read_exceptions(const struct reading *reading,
                                      icalcomponent *component,
                                      struct td_calendar_event *event, struct td_err *err)
{
    const icalproperty_kind kind = ICAL_EXDATE_PROPERTY;
    const char *uid = icalcomponent_get_uid(component);
    size_t most = (size_t)icalcomponent_count_properties(component, kind);
    size_t n = 0;
    for (size_t i = 0; uid && i < reading->moved_count; i++)
        most += strcmp(reading->moved[i].uid, uid) == 0;
    int64_t *except = td_arena_alloc(reading->arena, (most + 1) * sizeof *except);
    icalproperty *property = icalcomponent_get_first_property(component, kind);
    for (; property && n < most; n++) {
        if (!day_of(icalproperty_get_exdate(property), &except[n]))
            return td_fail(err, TD_DATA, "EXDATE is not a real date");
        property = icalcomponent_get_next_property(component, kind);
    }
    for (size_t i = 0; uid && i < reading->moved_count; i++)
        if (strcmp(reading->moved[i].uid, uid) == 0)
            except[n++] = reading->moved[i].day;
    event->except = except;
    event->except_count = n;
    return TD_OK;
}

static enum td_status read_recurrence(const struct reading *reading,
                                      icalcomponent *component,
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
        td_recurrence_parse(reading->arena, rule ? rule : "", &first, &recurs, err);
    event->recurs = recurs;
    return status == TD_OK ? read_exceptions(reading, component, event, err) : status;
}

static enum td_status read_event(const struct reading *reading, icalcomponent *component,
                                 struct td_calendar_event *event, struct td_err *err)
{
    const char *summary = icalcomponent_get_summary(component);
    struct td_slice name = td_slice(summary ? summary : "a day off");
    event->name = td_arena_copy(reading->arena, td_slice_sub(name, 0, NAME_BYTES)).ptr;
    if (!has(component, ICAL_DTSTART_PROPERTY))
        return td_fail(err, TD_DATA, "this event has no DTSTART");
    if (!day_of(icalcomponent_get_dtstart(component), &event->first))
        return td_fail(err, TD_DATA, "DTSTART is not a real date");
    enum td_status status = read_length(component, event, err);
    return status == TD_OK ? read_recurrence(reading, component, event, err) : status;
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
    struct reading reading = {.arena = arena, .calendar = calendar};
    find_moved(&reading, most);
    struct td_calendar_event *events = td_arena_alloc(arena, most * sizeof *events);
    icalcomponent *component = icalcomponent_get_first_component(calendar, kind);
    size_t n = 0;
    for (size_t i = 0; component; i++) {
        bool cancelled = icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED;
        if (!cancelled && read_event(&reading, component, &events[n++], err) != TD_OK)
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

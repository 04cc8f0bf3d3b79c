/*
 * zone.c: IANA zones: local time to UTC and back, from the system's TZif files.
 *
 * A reader of our own because neither libical nor mktime nor Debian's ICU is right in
 * gaps and overlaps of every zone; this one is compared with Python's zoneinfo
 * (tests/prop/base).
 */
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/tzif.h"

#define ZONE_DIR      "/usr/share/zoneinfo"
#define ZONE_MAX      ((size_t)256 * 1024) /* the largest file has 4 KB */
#define ZONE_NAME_MAX 100

struct td_zone {
    char *name; /* owned */
    struct td_tzif table;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Letters, digits and "_+-" in parts apart by single '/':
 * "America/Argentina/Buenos_Aires". */
static bool is_zone_name(struct td_slice name)
{
    char before = '/';
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool other = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        if (!letter && (before == '/' || (!other && c != '/'))) {
            return false;
        }
        before = c;
    }
    return before != '/' && name.len <= ZONE_NAME_MAX;
}

static enum td_status no_such_zone(struct td_slice name, struct td_err *err)
{
    const size_t shown = name.len < ZONE_NAME_MAX ? name.len : ZONE_NAME_MAX;
    return td_fail(err, TD_DATA, "no time zone \"%.*s\" in " ZONE_DIR, (int)shown,
                   shown > 0 ? name.ptr : "");
}

enum td_status td_zone_load(struct td_zone **out, struct td_slice name,
                            struct td_err *err)
{
    *out = NULL;
    if (!is_zone_name(name)) {
        return no_such_zone(name, err);
    }
    char path[sizeof ZONE_DIR + ZONE_NAME_MAX + 1];
    (void)snprintf(path, sizeof path, ZONE_DIR "/%.*s", (int)name.len, name.ptr);
    struct td_buf bytes;
    td_buf_init(&bytes, ZONE_MAX);
    struct td_tzif table;
    enum td_status status = td_file_read(path, ZONE_MAX, &bytes, err);
    if (status == TD_NOINPUT || status == TD_DATA) {
        status = no_such_zone(name, err); /* not there, or a directory as "Europe" is */
    } else if (status == TD_OK && !td_tzif_parse(td_buf_slice(&bytes), &table)) {
        status = td_fail(err, TD_DATA, "%s is not a time zone that can be used", path);
    }
    td_buf_release(&bytes);
    if (status != TD_OK) {
        return status;
    }
    *out = td_xmalloc(sizeof **out);
    **out = (struct td_zone){td_xstrndup(name.ptr, name.len), table};
    return TD_OK;
}

void td_zone_destroy(struct td_zone *zone)
{
    if (zone != NULL) {
        td_tzif_release(&zone->table);
        free(zone->name);
        free(zone);
    }
}

const char *td_zone_name(const struct td_zone *zone)
{
    return zone->name;
}

static int32_t offset_at(const struct td_tzif *t, int64_t utc)
{
    if (t->count == 0 || utc >= t->at[t->count - 1]) {
        if (t->has_rule) {
            return td_tz_rule_offset(&t->rule, utc);
        }
        return t->count > 0 ? t->offset[t->count - 1] : t->first;
    }
    size_t low = 0; /* how many transitions lie at or before the instant */
    size_t high = t->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (t->at[middle] <= utc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? t->offset[low - 1] : t->first;
}

int32_t td_zone_offset_at(const struct td_zone *zone, td_time utc)
{
    return offset_at(&zone->table, floor_div(utc, TD_SECOND));
}

/* The transition between two instants: the first whose wall clock shows more than
 * local. */
static int64_t end_of_gap(const struct td_tzif *t, int64_t local, int64_t low,
                          int64_t high)
{
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (middle + offset_at(t, middle) > local) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

td_time td_zone_to_utc(const struct td_zone *zone, struct td_date date, int minute)
{
    const struct td_tzif *t = &zone->table;
    const int64_t local = td_date_days(date) * 86400 + (int64_t)minute * 60;
    /* The offset is one of those in force a day before and a day after; the larger gives
     * the earlier instant, which in an overlap is the first occurrence. */
    const int32_t before = offset_at(t, local - 86400);
    const int32_t after = offset_at(t, local + 86400);
    const int64_t early = local - (before > after ? before : after);
    const int64_t late = local - (before > after ? after : before);
    int64_t utc;
    if (early + offset_at(t, early) == local) {
        utc = early;
    } else if (late + offset_at(t, late) == local) {
        utc = late;
    } else {
        utc = end_of_gap(t, local, early, late);
    }
    return utc * TD_SECOND;
}

struct td_date td_zone_local(const struct td_zone *zone, td_time utc, int *minute)
{
    const int64_t seconds = floor_div(utc, TD_SECOND);
    const int64_t local = seconds + offset_at(&zone->table, seconds);
    const int64_t days = floor_div(local, 86400);
    if (minute != NULL) {
        *minute = (int)((local - days * 86400) / 60);
    }
    return td_date_from_days(days);
}

void td_zone_format(const struct td_zone *zone, td_time utc, char out[40])
{
    /* RFC 3339 has whole minutes only; before 1900 some offsets had seconds. */
    const int32_t minutes = td_zone_offset_at(zone, utc) / 60;
    const int32_t size = minutes < 0 ? -minutes : minutes;
    char text[32];
    td_time_format(utc + minutes * TD_MINUTE, text);
    (void)snprintf(out, 40, "%.*s%c%02d:%02d", (int)strlen(text) - 1, text,
                   minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
}

struct td_zones {
    struct td_zone **items; /* owned, sorted by name */
    size_t count;
    size_t cap;
    char missing[ZONE_NAME_MAX + 1]; /* the last that was told to be missing */
};

struct td_zones *td_zones_create(void)
{
    return td_xcalloc(1, sizeof(struct td_zones));
}

void td_zones_destroy(struct td_zones *zones)
{
    if (zones == NULL) {
        return;
    }
    for (size_t i = 0; i < zones->count; i++) {
        td_zone_destroy(zones->items[i]);
    }
    free(zones->items);
    free(zones);
}

enum td_status td_zones_get(struct td_zones *zones, struct td_slice name,
                            const struct td_zone **out, struct td_err *err)
{
    size_t low = 0;
    size_t high = zones->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = td_slice_cmp(td_slice(zones->items[middle]->name), name);
        if (order == 0) {
            *out = zones->items[middle];
            return TD_OK;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct td_zone *zone;
    *out = NULL;
    const enum td_status status = td_zone_load(&zone, name, err);
    if (status != TD_OK) {
        return status;
    }
    zones->items = td_vec_grow(zones->items, &zones->cap, zones->count + 1,
                               sizeof(struct td_zone *));
    memmove(zones->items + low + 1, zones->items + low,
            (zones->count - low) * sizeof(struct td_zone *));
    zones->items[low] = zone;
    zones->count++;
    *out = zone;
    return TD_OK;
}

enum td_status td_zones_get_own(struct td_zones *zones, struct td_slice own,
                                const char *usual, const struct td_zone **out,
                                struct td_err *err)
{
    struct td_err why;
    if (own.len > 0) {
        const enum td_status status = td_zones_get(zones, own, out, &why);
        if (status != TD_DATA) {
            if (status != TD_OK)
                *err = why;
            return status;
        }
        if (!td_slice_is(own, zones->missing)) {
            td_log(TD_WARN, "zone", "trouble=%s; who chose it is served by %s", why.text,
                   usual);
            (void)snprintf(zones->missing, sizeof zones->missing, "%.*s", (int)own.len,
                           own.ptr);
        }
    }
    return td_zones_get(zones, td_slice(usual), out, err);
}

/* How live blogs go out by themselves, of the configuration (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>

#include "model/prefs.h"

#define ENTRIES_MOST 500

/* The hours of digests, each later than the one before. */
static void build_digests(const struct td_place *place,
                          const struct td_raw_newsletter *raw, struct td_newsletter *out)
{
    int *hours = td_arena_alloc(place->builder->config->arena,
                                (raw->digests_count + 1) * sizeof *hours);
    for (size_t i = 0; i < raw->digests_count; i++) {
        char key[40];
        (void)snprintf(key, sizeof key, "digests[%zu]", i);
        if (!td_clock_time_parse(td_slice(raw->digests[i]), &hours[i]))
            td_fault_at(place, key, "\"%s\" is not a time of day: 09:00",
                        raw->digests[i]);
        else if (i > 0 && hours[i] <= hours[i - 1])
            td_fault_at(place, key, "%s is not later than the one before",
                        raw->digests[i]);
    }
    out->digests = hours;
    out->digest_count = raw->digests_count;
}

static void build_close(const struct td_place *place, const struct td_raw_newsletter *raw,
                        struct td_newsletter *out)
{
    if (raw->closes && !td_clock_time_parse(td_slice(raw->closes), &out->closes))
        td_fault_at(place, "closes", "\"%s\" is not a time of day: 18:00", raw->closes);
    else if (raw->closes && out->digest_count > 0 &&
             out->digests[out->digest_count - 1] >= out->closes)
        td_fault_at(place, "closes", "the last of the digests is not before it");
}

/* Everybody who may choose how often is to get something. */
static void check_cadences(const struct td_place *place, const struct td_newsletter *out)
{
    if ((out->cadences & 1u << TD_CADENCE_DAILY) != 0 && out->closes < 0)
        td_fault_at(place, "cadences",
                    "who chooses daily gets everything at the close of the day: the key "
                    "closes is missing");
    if ((out->cadences & 1u << TD_CADENCE_WEEKLY) != 0)
        td_fault_at(place, "cadences", "a live blog has no weekly");
}

/* A choice that changes nothing would be a promise broken each time. */
static void refuse_cadences(const struct td_place *place, const struct td_newsletter *out)
{
    if ((out->cadences & ~(1u << TD_CADENCE_EACH)) != 0)
        td_fault_at(place, "cadences",
                    "%s goes out each time only; a choice is there for newsletters of "
                    "`kind: live`, and a week of this one is a newsletter of its own "
                    "(`kind: digest` with `gathers: %s`)",
                    out->name, out->name);
}

void td_build_live(const struct td_place *place, const struct td_raw_newsletter *raw,
                   struct td_newsletter *out)
{
    const struct td_bounds bounds = {1, ENTRIES_MOST, 0};
    const struct td_word words[] = {
        {"digests", raw->digests_count > 0 ? "" : NULL},
        {"digest_after", raw->digest_after},
        {"closes", raw->closes},
        {"alerts", raw->alerts},
    };
    out->closes = -1;
    for (size_t i = 0; i < TD_ARRAY_LEN(words) && out->kind != TD_KIND_LIVE; i++)
        if (words[i].text)
            td_fault_at(place, words[i].key, "is for newsletters of `kind: live`");
    if (out->kind != TD_KIND_LIVE) {
        refuse_cadences(place, out);
        return;
    }
    build_digests(place, raw, out);
    out->digest_after =
        td_take_int(place, (struct td_word){"digest_after", raw->digest_after}, bounds);
    build_close(place, raw, out);
    out->alerts = td_take_name(place, (struct td_word){"alerts", raw->alerts});
    if (out->alerts && td_newsletter_topic(out, td_slice(out->alerts)) < 0)
        td_fault_at(place, "alerts", "the newsletter has no topic \"%s\"", out->alerts);
    check_cadences(place, out);
}

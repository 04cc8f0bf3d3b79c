/* faults.c: which rule applies this time (faults.h). */
#include "sink/faults.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sink/faultrule.h"

#define ADDRESS_MAX 512

/* How often a rule was asked for a recipient, by a hash of both. */
struct tally {
    uint64_t key; /* 0: a free place */
    int64_t times;
};

struct td_sink_faults {
    struct td_sink_rules rules;
    struct tally *tallies; /* owned; open addressing, `room` places, a power of two */
    size_t room;
    size_t used;
    long long given;
};

enum td_status td_sink_faults_read(struct td_sink_faults **out, const char *spec,
                                   struct td_err *err)
{
    struct td_sink_faults *faults = td_xcalloc(1, sizeof *faults);
    enum td_status status = td_faultspec_read(&faults->rules, spec, err);
    *out = NULL;
    if (status == TD_OK)
        *out = faults;
    else
        td_sink_faults_destroy(faults);
    return status;
}

void td_sink_faults_destroy(struct td_sink_faults *faults)
{
    if (faults == NULL)
        return;
    free(faults->rules.items);
    free(faults->tallies);
    free(faults);
}

/* Spreads every bit over all (splitmix64). */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t hash(struct td_slice s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint64_t)(unsigned char)tolower((unsigned char)s.ptr[i])) *
            UINT64_C(0x100000001b3);
    return h;
}

static struct tally *find(struct tally *tallies, size_t room, uint64_t key)
{
    size_t i = (size_t)mix(key) & (room - 1);
    while (tallies[i].key != 0 && tallies[i].key != key)
        i = (i + 1) & (room - 1);
    return &tallies[i];
}

static void make_room(struct td_sink_faults *faults)
{
    size_t room = faults->room > 0 ? 2 * faults->room : 1024;
    struct tally *wider = td_xcalloc(room, sizeof *wider);
    for (size_t i = 0; i < faults->room; i++)
        if (faults->tallies[i].key != 0)
            *find(wider, room, faults->tallies[i].key) = faults->tallies[i];
    free(faults->tallies);
    faults->tallies = wider;
    faults->room = room;
}

/* Which time this is for that recipient, from 1. */
static int64_t count_for(struct td_sink_faults *faults, uint64_t key)
{
    if (2 * faults->used >= faults->room)
        make_room(faults);
    struct tally *tally = find(faults->tallies, faults->room, key);
    faults->used += tally->key == 0;
    tally->key = key;
    return ++tally->times;
}

static bool is_like(struct td_slice recipient, const char *pattern)
{
    char text[ADDRESS_MAX];
    if (recipient.len >= sizeof text)
        return false;
    for (size_t i = 0; i < recipient.len; i++)
        text[i] = (char)tolower((unsigned char)recipient.ptr[i]);
    text[recipient.len] = '\0';
    return fnmatch(pattern, text, 0) == 0;
}

static bool concerns(const struct td_sink_rule *rule, struct td_slice recipients)
{
    struct td_slice recipient;
    if (rule->pattern[0] == '\0')
        return true;
    while (td_slice_token(&recipients, "\n", &recipient))
        if (is_like(recipient, rule->pattern))
            return true;
    return false;
}

static bool applies(struct td_sink_faults *faults, struct td_sink_rule *rule,
                    struct td_slice recipients)
{
    struct td_slice first = {0};
    uint64_t number = (uint64_t)(rule - faults->rules.items) + 1;
    uint64_t own = mix(faults->rules.seed ^ (number << 48));
    if (!concerns(rule, recipients))
        return false;
    (void)td_slice_token(&recipients, "\n", &first);
    uint64_t who = hash(first) ^ own;
    int64_t time = rule->each ? count_for(faults, who | 1) : ++rule->times;
    uint64_t drawn = mix(rule->each ? who : own + (uint64_t)time);
    bool in_share = (double)(drawn >> 11) < rule->share * 0x1p53;
    return in_share && (rule->first == 0 || time <= rule->first) &&
           (rule->turn == 0 || time == rule->turn) &&
           (rule->every == 0 || time % rule->every == 0);
}

const struct td_sink_fault *td_sink_faults_at(struct td_sink_faults *faults,
                                              enum td_sink_stage stage,
                                              struct td_slice recipients)
{
    const struct td_sink_fault *fault = NULL;
    /* all are asked, also behind the one that answers: each counts its own turns */
    for (size_t i = 0; faults != NULL && i < faults->rules.count; i++) {
        struct td_sink_rule *rule = &faults->rules.items[i];
        if (rule->stage == stage && applies(faults, rule, recipients) && fault == NULL)
            fault = &rule->fault;
    }
    if (fault != NULL)
        faults->given++;
    return fault;
}

bool td_sink_faults_name(const struct td_sink_faults *faults, enum td_sink_stage stage)
{
    for (size_t i = 0; faults != NULL && i < faults->rules.count; i++)
        if (faults->rules.items[i].stage == stage)
            return true;
    return false;
}

long long td_sink_faults_given(const struct td_sink_faults *faults)
{
    return faults != NULL ? faults->given : 0;
}

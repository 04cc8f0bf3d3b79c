/* Which messages an administrator means (selector.h). */
#include "app/queue/selector.h"

#include <stdio.h>
#include <string.h>

#include "model/address.h"
#include "store/people.h"

#define ALL_STATES  TD_SELECTOR_STATES
#define ALL_REASONS ((UINT64_C(1) << TD_REASON_COUNT) - 1)

/* One selector being read. */
struct word {
    struct td_app *app;
    struct td_slice value;
    const char *all; /* as typed, for messages */
};

static enum td_status bad_value(const struct word *word, const char *wanted,
                                struct td_err *err)
{
    return td_fail(err, TD_USAGE, "%s: %s is wanted", word->all, wanted);
}

static enum td_status read_edition_number(const struct word *word, int64_t number,
                                          struct td_selector *out, struct td_err *err)
{
    struct td_query *query = td_query(word->app->store, "admin_editions");
    td_bind_int(query, "$edition", number);
    enum td_status status = td_one(query, err);
    td_query_end(query);
    out->edition = number;
    return status == TD_NOINPUT
               ? td_fail(err, TD_NOINPUT, "%s: there is no such edition", word->all)
               : status;
}

/* edition=3, edition=2026-11-20 (of the one newsletter that has it) */
static enum td_status read_edition(const struct word *word, struct td_selector *out,
                                   struct td_err *err)
{
    int64_t number;
    if (td_slice_int64(word->value, &number))
        return read_edition_number(word, number, out, err);
    struct td_query *query = td_query(word->app->store, "edition_by_slug");
    td_bind_text(query, "$slug", word->value);
    td_bind_int(query, "$newsletter", out->newsletter);
    enum td_step step = td_step(query, err);
    if (step == TD_STEP_ERROR)
        return err->status;
    if (step == TD_STEP_DONE)
        return td_fail(err, TD_NOINPUT, "%s: there is no such edition", word->all);
    out->edition = td_col_int(query, 0);
    step = td_step(query, err);
    td_query_end(query);
    if (step == TD_STEP_ROW)
        return td_fail(
            err, TD_USAGE,
            "%s: several newsletters have it; put newsletter=NAME before it or use "
            "its number (edition list)",
            word->all);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

static enum td_status read_newsletter(const struct word *word, struct td_selector *out,
                                      struct td_err *err)
{
    struct td_query *query = td_query(word->app->store, "newsletter_find");
    td_bind_text(query, "$name", word->value);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        out->newsletter = td_col_int(query, 0);
    } else if (status == TD_NOINPUT) {
        bool configured = td_config_newsletter(word->app->config, word->value) != NULL;
        out->newsletter = TD_SELECTOR_NOTHING;
        status = configured ? TD_OK
                            : td_fail(err, TD_NOINPUT, "%s: there is no such newsletter",
                                      word->all);
    }
    td_query_end(query);
    return status;
}

static enum td_status read_address(const struct word *word, struct td_selector *out,
                                   struct td_err *err)
{
    char key[TD_ADDRESS_MAX + 1];
    char copy[TD_ADDRESS_MAX + 1];
    struct td_subscriber_row row;
    if (word->value.len > TD_ADDRESS_MAX || !td_address_key(word->value, key))
        return bad_value(word, "an address", err);
    (void)snprintf(copy, sizeof copy, "%.*s", (int)word->value.len, word->value.ptr);
    enum td_status status =
        td_store_subscriber_find(word->app->store, td_slice(key), &row, err);
    if (status == TD_OK)
        out->subscriber = row.id;
    return status == TD_NOINPUT ? td_fail(err, TD_NOINPUT, "%s is no subscriber", copy)
                                : status;
}

static enum td_status read_states(const struct word *word, uint64_t *states,
                                  struct td_err *err)
{
    struct td_slice rest = word->value;
    struct td_slice name;
    *states = 0;
    while (td_slice_token(&rest, ",", &name)) {
        enum td_state state;
        if (!td_state_parse(name, &state))
            return td_fail(
                err, TD_USAGE,
                "%s: states are queued deferred leased on_wire sent in_doubt held "
                "failed bounced complained suppressed expired cancelled skipped",
                word->all);
        *states |= UINT64_C(1) << state;
    }
    return *states ? TD_OK : bad_value(word, "a state", err);
}

static enum td_status read_reasons(const struct word *word, uint64_t *reasons,
                                   struct td_err *err)
{
    struct td_slice rest = word->value;
    struct td_slice name;
    *reasons = 0;
    while (td_slice_token(&rest, ",", &name)) {
        enum td_reason reason;
        if (!td_reason_parse(name, &reason))
            return bad_value(word, "a reason, as `queue list` shows it,", err);
        *reasons |= UINT64_C(1) << reason;
    }
    return *reasons ? TD_OK : bad_value(word, "a reason", err);
}

static enum td_status read_age(const struct word *word, td_time *out, struct td_err *err)
{
    td_time age;
    if (!td_duration_parse(word->value, &age))
        return bad_value(word, "a duration like 90s, 15m or 2h", err);
    *out = td_clock_now(&word->app->clock) - age;
    return TD_OK;
}

/* As it is stored, A-labels in lower case: any address there has the same. */
static enum td_status read_domain(const struct word *word, struct td_selector *out,
                                  struct td_err *err)
{
    char address[TD_ADDRESS_MAX + 1];
    struct td_address parsed;
    int len = snprintf(address, sizeof address, "x@%.*s", (int)word->value.len,
                       word->value.ptr);
    if (len < 0 || (size_t)len >= sizeof address ||
        td_address_parse(td_slice(address), &parsed, NULL) != TD_OK)
        return bad_value(word, "a domain", err);
    (void)snprintf(out->text, sizeof out->text, "%s", parsed.domain);
    out->domain = out->text;
    return TD_OK;
}

/* A topic that there is not would silently select whoever takes all but some. */
static enum td_status read_topic(const struct word *word, struct td_selector *out,
                                 struct td_err *err)
{
    const struct td_config *config = word->app->config;
    out->topic = word->value.ptr;
    for (size_t i = 0; i < config->newsletter_count; i++)
        for (size_t j = 0; j < config->newsletters[i].topic_count; j++)
            if (td_slice_is(word->value, config->newsletters[i].topics[j].name))
                return TD_OK;
    return bad_value(word, "a topic of the configuration", err);
}

enum kind {
    EDITION,
    NEWSLETTER,
    DOMAIN,
    ADDRESS,
    STATE,
    NOT_STATE,
    REASON,
    RELAY,
    TOPIC,
    OLDER,
    YOUNGER,
    KINDS,
};

static const struct {
    const char *name;
    bool often; /* may be said more than once */
} kinds[KINDS] = {
    [EDITION] = {"edition=", false}, [NEWSLETTER] = {"newsletter=", false},
    [DOMAIN] = {"domain=", false},   [ADDRESS] = {"address=", false},
    [STATE] = {"state=", true},      [NOT_STATE] = {"state!=", true},
    [REASON] = {"reason=", true},    [RELAY] = {"relay=", false},
    [TOPIC] = {"topic=", false},     [OLDER] = {"age>", false},
    [YOUNGER] = {"age<", false},
};

static enum td_status read_value(const struct word *word, enum kind kind,
                                 struct td_selector *out, struct td_err *err)
{
    uint64_t bits;
    enum td_status status = TD_OK;
    switch (kind) {
    case EDITION: return read_edition(word, out, err);
    case NEWSLETTER: return read_newsletter(word, out, err);
    case DOMAIN: return read_domain(word, out, err);
    case ADDRESS: return read_address(word, out, err);
    case STATE:
    case NOT_STATE:
        status = read_states(word, &bits, err);
        out->states &= kind == STATE ? ALL_STATES : ~bits;
        out->named |= kind == STATE ? bits : 0;
        return status;
    case REASON:
        status = read_reasons(word, &bits, err);
        out->reasons = out->reasons == ALL_REASONS ? bits : out->reasons | bits;
        return status;
    case RELAY:
        out->relay = word->value.ptr;
        return word->value.len > 0 ? TD_OK : bad_value(word, "a relay's name", err);
    case TOPIC: return read_topic(word, out, err);
    case OLDER: return read_age(word, &out->due_before, err);
    case YOUNGER: return read_age(word, &out->due_after, err);
    case KINDS: break;
    }
    TD_PANIC("unknown selector");
}

/* seen: a bit per kind. Of two editions one would silently win, and the other go on. */
static enum td_status read_word(struct word *word, unsigned *seen,
                                struct td_selector *out, struct td_err *err)
{
    struct td_slice all = td_slice(word->all);
    for (int kind = 0; kind < KINDS; kind++) {
        if (!td_slice_starts(all, kinds[kind].name))
            continue;
        if ((*seen >> kind & 1) != 0 && !kinds[kind].often)
            return td_fail(err, TD_USAGE, "%s: %s may stand there once only", word->all,
                           kinds[kind].name);
        *seen |= 1U << kind;
        word->value = td_slice_sub(all, strlen(kinds[kind].name), all.len);
        return read_value(word, (enum kind)kind, out, err);
    }
    return td_fail(err, TD_USAGE, "\"%s\" is no selector; see --help", word->all);
}

enum td_status td_selector_parse(struct td_app *app, const char *const *words,
                                 size_t count, struct td_selector *out,
                                 struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    unsigned seen = 0;
    *out = (struct td_selector){
        .states = ALL_STATES,
        .reasons = ALL_REASONS,
        .due_before = INT64_MAX,
        .due_after = INT64_MIN,
    };
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        struct word word = {.app = app, .all = words[i]};
        status = read_word(&word, &seen, out, err);
    }
    if (out->named != 0)
        out->states &= out->named;
    return status;
}

bool td_selector_is_picky(const struct td_selector *selector)
{
    return selector->subscriber != 0 || selector->domain ||
           selector->states != ALL_STATES || selector->reasons != ALL_REASONS ||
           selector->relay || selector->topic || selector->due_before != INT64_MAX ||
           selector->due_after != INT64_MIN;
}

bool td_selector_is_edition(const struct td_selector *selector)
{
    return selector->edition != 0 && !td_selector_is_picky(selector);
}

void td_selector_bind(const struct td_selector *selector, struct td_query *query)
{
    td_bind_or_null(query, "$edition", selector->edition);
    td_bind_or_null(query, "$subscriber", selector->subscriber);
    td_bind_or_null(query, "$newsletter", selector->newsletter);
    td_selector_bind_message(selector, query);
}

void td_selector_bind_message(const struct td_selector *selector, struct td_query *query)
{
    td_bind_cstr(query, "$domain", selector->domain);
    td_bind_int(query, "$states", (int64_t)selector->states);
    td_bind_int(query, "$reasons", (int64_t)selector->reasons);
    td_bind_cstr(query, "$relay", selector->relay);
    td_bind_cstr(query, "$topic", selector->topic);
    td_bind_int(query, "$due_before",
                selector->due_before == INT64_MAX ? INT64_MAX
                                                  : selector->due_before / TD_SECOND);
    td_bind_int(query, "$due_after",
                selector->due_after == INT64_MIN ? INT64_MIN
                                                 : selector->due_after / TD_SECOND);
}

/* Which bounces are meant (bounce.h). */
#include <string.h>

#include "cli/bounce.h"
#include "outcome/bounce.h"
#include "store/bounces.h"

static bool kind_parse(struct td_slice name, unsigned *out)
{
    for (unsigned i = TD_BOUNCE_NONE; i <= TD_BOUNCE_COMPLAINT; i++) {
        if (td_slice_is(name, td_bounce_kind_name((enum td_bounce_kind)i))) {
            *out = i;
            return true;
        }
    }
    return false;
}

static enum td_status read_results(const char *word, uint64_t *out, struct td_err *err)
{
    struct td_slice rest = td_slice(strchr(word, '=') + 1);
    struct td_slice name;
    while (td_slice_token(&rest, ",", &name)) {
        enum td_bounce_result result;
        if (!td_bounce_result_parse(name, &result))
            return td_fail(err, TD_USAGE,
                           "%s: results are pending counted nothing no_token forged "
                           "never_sent too_late mismatch gone waiting cleared unreadable "
                           "answer lifted",
                           word);
        *out |= UINT64_C(1) << result;
    }
    return TD_OK;
}

static enum td_status read_kinds(const char *word, struct td_bounce_wanted *out,
                                 struct td_err *err)
{
    struct td_slice rest = td_slice(strchr(word, '=') + 1);
    struct td_slice name;
    while (td_slice_token(&rest, ",", &name)) {
        unsigned kind;
        if (!kind_parse(name, &kind))
            return td_fail(err, TD_USAGE, "%s: kinds are none soft hard complaint", word);
        out->kinds |= UINT64_C(1) << kind;
    }
    out->kind_named = true;
    return TD_OK;
}

/* Those of bounces are read here; the others are those of messages. */
enum td_status td_bounce_wanted_read(struct td_run_context *run, const char *const *words,
                                     size_t word_count, struct td_bounce_wanted *wanted,
                                     struct td_err *err)
{
    const char *others[TD_ARGS_MAX];
    size_t count = 0;
    enum td_status status = TD_OK;
    *wanted = (struct td_bounce_wanted){0};
    for (size_t i = 0; i < word_count && status == TD_OK; i++) {
        const char *word = words[i];
        if (strncmp(word, "result=", 7) == 0)
            status = read_results(word, &wanted->results, err);
        else if (strncmp(word, "kind=", 5) == 0)
            status = read_kinds(word, wanted, err);
        else if (strncmp(word, "from=", 5) == 0)
            wanted->source = word + 5;
        else if (strncmp(word, "state", 5) == 0 || strncmp(word, "relay=", 6) == 0 ||
                 strncmp(word, "topic=", 6) == 0)
            status = td_fail(err, TD_USAGE, "%s: bounces are not selected by that", word);
        else
            others[count++] = word;
    }
    if (wanted->results == 0)
        wanted->results = UINT64_MAX >> 1;
    if (wanted->kinds == 0)
        wanted->kinds = UINT64_MAX >> 1;
    if (status == TD_OK)
        status = td_selector_parse(run->app, others, count, &wanted->selector, err);
    return status;
}

void td_bounce_wanted_bind(struct td_query *query, const struct td_bounce_wanted *wanted,
                           int64_t most)
{
    const struct td_selector *selector = &wanted->selector;
    td_bind_or_null(query, "$edition", selector->edition);
    td_bind_or_null(query, "$subscriber", selector->subscriber);
    td_bind_or_null(query, "$newsletter", selector->newsletter);
    td_bind_cstr(query, "$domain", selector->domain);
    td_bind_cstr(query, "$source", wanted->source);
    td_bind_int(query, "$results", (int64_t)wanted->results);
    td_bind_int(query, "$kinds", (int64_t)wanted->kinds);
    td_bind_int(query, "$reasons", (int64_t)selector->reasons);
    td_bind_int(query, "$before", selector->due_before);
    td_bind_int(query, "$after", selector->due_after);
    td_bind_int(query, "$most", most);
}

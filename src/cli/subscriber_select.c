/* Selectors of subscriptions (subscriber_select.h). */
#include "cli/subscriber_select.h"

#include <stdio.h>
#include <string.h>

static const enum td_membership all_statuses[] = {TD_PENDING, TD_ACTIVE, TD_UNSUBSCRIBED,
                                                  TD_SUSPENDED};

static enum td_status read_statuses(struct td_slice names, uint64_t *out,
                                    struct td_err *err)
{
    struct td_slice name;
    *out = 0;
    while (td_slice_token(&names, ",", &name)) {
        size_t i = 0;
        while (i < TD_ARRAY_LEN(all_statuses) &&
               !td_slice_iis(name, td_membership_name(all_statuses[i])))
            i++;
        if (i == TD_ARRAY_LEN(all_statuses))
            return td_fail(
                err, TD_USAGE,
                "status=%.*s: it is pending, active, unsubscribed or suspended",
                (int)name.len, name.ptr);
        *out |= UINT64_C(1) << all_statuses[i];
    }
    return *out ? TD_OK : td_fail(err, TD_USAGE, "status=: a status is wanted");
}

static enum td_status read_newsletter(struct td_app *app, const char *name, int64_t *out,
                                      struct td_err *err)
{
    struct td_query *query = td_query(app->store, "newsletter_find");
    const struct td_newsletter *known;
    td_bind_cstr(query, "$name", name);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    if (status != TD_NOINPUT)
        return status;
    *out = -1; /* configured, and nobody has subscribed yet */
    return td_app_newsletter(app, name, &known, err);
}

static enum td_status read_topic(const struct td_app *app, const char *name,
                                 struct td_err *err)
{
    for (size_t i = 0; i < app->config->newsletter_count; i++)
        if (td_newsletter_topic(&app->config->newsletters[i], td_slice(name)) >= 0)
            return TD_OK;
    return td_fail(err, TD_USAGE, "topic=%s: no newsletter has this topic", name);
}

/* A domain as it is stored: any address there has the same. */
static enum td_status read_domain(const char *name, struct td_subscriber_selection *out,
                                  struct td_err *err)
{
    char address[TD_ADDRESS_MAX + 1];
    struct td_address parsed;
    int len = snprintf(address, sizeof address, "x@%s", name);
    if (len < 0 || (size_t)len >= sizeof address ||
        td_address_parse(td_slice(address), &parsed, NULL) != TD_OK)
        return td_fail(err, TD_USAGE, "domain=%s: this is no domain", name);
    memcpy(out->folded, parsed.domain, sizeof out->folded);
    out->domain = out->folded;
    return TD_OK;
}

static enum td_status read_word(struct td_app *app, const char *word,
                                struct td_subscriber_selection *out, struct td_err *err)
{
    struct td_slice all = td_slice(word);
    const char *equals = strchr(word, '=');
    if (td_slice_starts(all, "newsletter="))
        return read_newsletter(app, equals + 1, &out->newsletter, err);
    if (td_slice_starts(all, "domain="))
        return read_domain(equals + 1, out, err);
    if (td_slice_starts(all, "status="))
        return read_statuses(td_slice(equals + 1), &out->statuses, err);
    if (td_slice_starts(all, "topic=")) {
        out->topic = equals + 1;
        return read_topic(app, out->topic, err);
    }
    return td_fail(err, TD_USAGE, "\"%s\" is no selector; see --help", word);
}

enum td_status td_subscriber_select(struct td_run_context *run,
                                    struct td_subscriber_selection *out,
                                    struct td_err *err)
{
    enum td_status status = td_app_store(run->app, err);
    *out = (struct td_subscriber_selection){.statuses = UINT64_MAX};
    for (size_t i = 0; i < run->args->operand_count && status == TD_OK; i++)
        status = read_word(run->app, run->args->operands[i], out, err);
    return status;
}

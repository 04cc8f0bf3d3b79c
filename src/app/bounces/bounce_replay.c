/* Judging anew (bounce_replay.h). */
#include "app/bounces/bounce_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/instance/audit.h"
#include "app/bounces/bounce_probe.h"
#include "app/bounces/bounce_read.h"
#include "app/bounces/bounces.h"
#include "app/bounces/suspend.h"
#include "base/mem.h"
#include "store/people.h"

#define PAGE    500
#define AT_ONCE 100 /* rows in one transaction */

void td_replay_release(struct td_replay *replay)
{
    free(replay->changes);
    free(replay->people);
    *replay = (struct td_replay){0};
}

/* --- verdicts -------------------------------------------------------------------------------- */

/* What stands whatever the rules say: whose it was, and that it waits or waited for its domain. */
static void keep_facts(const struct td_bounce_row *was, struct td_bounce_row *row)
{
    bool signed_ = row->result != TD_RESULT_NO_TOKEN && row->result != TD_RESULT_FORGED;
    if (!signed_) { /* a key that is gone, or a report that is none any more */
        row->result = row->form == was->form ? was->result : TD_RESULT_NOTHING;
        row->edition = was->edition;
        row->subscriber = was->subscriber;
        memcpy(row->domain, was->domain, sizeof row->domain);
    }
    if (row->result == TD_RESULT_COUNTED &&
        (was->result == TD_RESULT_WAITING || was->result == TD_RESULT_CLEARED))
        row->result = was->result;
    row->effect = was->effect;
}

static bool differs(const struct td_bounce_row *a, const struct td_bounce_row *b)
{
    return a->result != b->result || a->kind != b->kind || a->reason != b->reason ||
           a->disputed != b->disputed || a->blocks != b->blocks ||
           strcmp(a->status, b->status) != 0;
}

static void add_change(struct td_replay *replay, const struct td_bounce_row *was,
                       const struct td_bounce_row *row)
{
    replay->changes = td_vec_grow(replay->changes, &replay->change_cap,
                                  replay->change_count + 1, sizeof *replay->changes);
    struct td_verdict_change *change = &replay->changes[replay->change_count++];
    *change = (struct td_verdict_change){
        .row = *row,
        .was_result = was->result,
        .was_kind = was->kind,
        .was_reason = was->reason,
    };
    memcpy(change->was_status, was->status, sizeof change->was_status);
}

static enum td_status judge_anew(struct td_app *app, struct td_bounce_reader *reader,
                                 int64_t id, struct td_replay *replay, struct td_err *err)
{
    struct td_bounce_row was;
    struct td_buf mail;
    enum td_status status = td_store_bounce_get(app->store, id, &was, err);
    bool heard = strcmp(was.source, TD_BOUNCE_SOURCE_SMTP) == 0;
    if (status != TD_OK || (!heard && !was.kept))
        return status; /* the mail is not kept: its verdict stands */
    struct td_bounce_row row = was;
    td_buf_init(&mail, TD_BOUNCE_KEPT_MAX + 1);
    status = td_store_bounce_raw(app->store, id, &mail, err);
    if (status == TD_OK)
        status = td_bounce_understand(reader, td_buf_slice(&mail), &row, err);
    td_buf_release(&mail);
    if (status != TD_OK)
        return status;
    replay->read++;
    keep_facts(&was, &row);
    if (row.result != TD_RESULT_GONE && differs(&was, &row))
        add_change(replay, &was, &row);
    return TD_OK;
}

static enum td_status find_changes(struct td_app *app, struct td_bounce_reader *reader,
                                   struct td_replay *replay, struct td_err *err)
{
    struct td_ids ids = {0};
    int64_t after = 0;
    enum td_status status = TD_OK;
    do {
        struct td_query *query = td_query(app->store, "bounce_kept");
        td_bind_int(query, "$after", after);
        td_bind_int(query, "$max", PAGE);
        status = td_store_ids(query, &ids, err);
        for (size_t i = 0; status == TD_OK && i < ids.count; i++) {
            after = ids.items[i];
            status = judge_anew(app, reader, after, replay, err);
        }
    } while (status == TD_OK && ids.count > 0);
    free(ids.items);
    return status;
}

/* --- people ---------------------------------------------------------------------------------- */

static void add_person(struct td_replay *replay, struct td_replayed_person person)
{
    replay->people = td_vec_grow(replay->people, &replay->person_cap,
                                 replay->person_count + 1, sizeof person);
    replay->people[replay->person_count++] = person;
}

static enum td_status is_suppressed(struct td_app *app, int64_t subscriber, bool *out,
                                    struct td_err *err)
{
    struct td_subscriber_row person;
    enum td_status status = td_store_subscriber_get(app->store, subscriber, &person, err);
    if (status == TD_OK)
        status = td_store_suppressed(app->store, person.hash, 0, out, err);
    td_query_end(td_query(app->store, "subscriber_get"));
    return status;
}

static enum td_status weigh_anew(struct td_app *app, int64_t subscriber,
                                 struct td_replay *replay, struct td_err *err)
{
    struct td_score score;
    int64_t by = 0;
    bool suppressed = false;
    bool probed = false;
    enum td_status status = td_bounce_score(app, subscriber, replay->changes,
                                            replay->change_count, &score, err);
    if (status == TD_OK)
        status = td_store_bounce_suspended(app->store, subscriber, &by, err);
    if (status != TD_OK || score.suspend == (by != 0))
        return status;
    if (!score.suspend) {
        add_person(replay, (struct td_replayed_person){subscriber, false, by});
        return TD_OK;
    }
    status = is_suppressed(app, subscriber, &suppressed, err);
    if (status == TD_NOINPUT)
        return TD_OK; /* gone meanwhile */
    if (status == TD_OK)
        status = td_bounce_probed(app, subscriber, &probed, err);
    if (status == TD_OK && !suppressed && !probed)
        add_person(replay, (struct td_replayed_person){subscriber, true, score.evidence});
    return status;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Everybody of whom anything counts, or would. */
static enum td_status find_subscribers(struct td_app *app, const struct td_replay *replay,
                                       struct td_ids *out, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "bounce_subscribers");
    enum td_status status = td_store_ids(query, out, err);
    for (size_t i = 0; status == TD_OK && i < replay->change_count; i++) {
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = replay->changes[i].row.subscriber;
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_id);
    return status;
}

static enum td_status find_people(struct td_app *app, struct td_replay *replay,
                                  struct td_err *err)
{
    struct td_ids subscribers = {0};
    enum td_status status = find_subscribers(app, replay, &subscribers, err);
    for (size_t i = 0; status == TD_OK && i < subscribers.count; i++)
        if (i == 0 || subscribers.items[i] != subscribers.items[i - 1])
            status = weigh_anew(app, subscribers.items[i], replay, err);
    free(subscribers.items);
    return status;
}

enum td_status td_bounces_replay(struct td_app *app, struct td_replay *out,
                                 struct td_err *err)
{
    struct td_bounce_reader *reader = NULL;
    enum td_status status = td_bounce_reader_create(&reader, app, err);
    *out = (struct td_replay){0};
    if (status != TD_OK)
        return status;
    out->rules = td_bounce_reader_rules(reader);
    status = find_changes(app, reader, out, err);
    if (status == TD_OK)
        status = find_people(app, out, err);
    td_bounce_reader_destroy(reader);
    return status;
}

/* --- applying -------------------------------------------------------------------------------- */

/* A verdict that changed meanwhile is left alone: the next replay sees it as it is. */
static enum td_status apply_change(struct td_app *app,
                                   const struct td_verdict_change *change,
                                   struct td_err *err)
{
    struct td_err why = {0};
    enum td_status status =
        td_store_bounce_judge(app->store, &change->row, change->was_result, &why);
    if (status == TD_CONFLICT)
        return TD_OK;
    if (status == TD_OK)
        status = td_bounce_settle_anew(app, &change->row, &why);
    if (status != TD_OK)
        *err = why;
    return status;
}

static enum td_status apply_person(struct td_app *app, const struct td_replay *replay,
                                   const struct td_replayed_person *person,
                                   struct td_err *err)
{
    char why[100];
    bool changed = false;
    if (person->suspend)
        return td_bounce_suspend(app, person->subscriber, person->bounce, "replay",
                                 &changed, err);
    (void)snprintf(why, sizeof why, "bounce %lld by rules %d", (long long)person->bounce,
                   replay->rules);
    const struct td_reinstatement reinstatement = {
        .subscriber = person->subscriber,
        .how = "replay",
        .source = td_slice(why),
        .now = td_clock_now(&app->clock),
    };
    return td_reinstate(app->store, &reinstatement, &changed, err);
}

/* One of so many steps, in the order: verdicts, then people. */
static enum td_status apply_step(struct td_app *app, const struct td_replay *replay,
                                 size_t step, struct td_err *err)
{
    if (step < replay->change_count)
        return apply_change(app, &replay->changes[step], err);
    return apply_person(app, replay, &replay->people[step - replay->change_count], err);
}

enum td_status td_bounces_replay_apply(struct td_app *app, const struct td_replay *replay,
                                       struct td_err *err)
{
    size_t steps = replay->change_count + replay->person_count;
    enum td_status status = TD_OK;
    for (size_t from = 0; from < steps && status == TD_OK; from += AT_ONCE) {
        size_t count = steps - from < AT_ONCE ? steps - from : AT_ONCE;
        status = td_begin(app->store, err);
        for (size_t i = 0; i < count && status == TD_OK; i++)
            status = apply_step(app, replay, from + i, err);
        if (status == TD_OK)
            status =
                td_audit_command(app, "bounce replay", td_slice(""), (int64_t)count, err);
        if (status == TD_OK)
            status = td_commit(app->store, err);
        td_rollback(app->store);
    }
    return status;
}

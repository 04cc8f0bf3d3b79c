/* Senders as others see them (senders.h). */
#include "app/instance/senders.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* A process of another user is one all the same. */
static bool process_is_there(int64_t pid)
{
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

static void read_sender(struct td_query *query, const char *host, td_time now,
                        struct td_sender_seen *out)
{
    struct td_slice there = td_col_text(query, 1);
    *out = (struct td_sender_seen){
        .number = td_col_int(query, 0),
        .pid = td_col_int(query, 2),
        .started = td_col_int(query, 3),
        .until = td_col_int(query, 4),
    };
    (void)snprintf(out->host, sizeof out->host, "%.*s", (int)there.len, there.ptr);
    out->alive =
        out->until > now && (strcmp(out->host, host) != 0 || process_is_there(out->pid));
}

enum td_status td_senders_see(struct td_app *app, int64_t number, struct td_senders *out,
                              struct td_err *err)
{
    struct td_query *query = td_query(app->store, "sender_show");
    char host[sizeof out->items->host] = "";
    enum td_step step;
    *out = (struct td_senders){0};
    (void)gethostname(host, sizeof host - 1);
    if (number != 0)
        td_bind_int(query, "$id", number);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        read_sender(query, host, td_clock_now(&app->clock), &out->items[out->count]);
        out->alive += out->items[out->count++].alive;
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

void td_senders_release(struct td_senders *senders)
{
    free(senders->items);
    *senders = (struct td_senders){0};
}

enum td_status td_due_now(struct td_app *app, struct td_due_now *out, struct td_err *err)
{
    struct td_senders senders;
    enum td_status status = td_senders_see(app, 0, &senders, err);
    bool abandoned = senders.alive == 0;
    td_senders_release(&senders);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(app->store, "due_count");
    td_bind_int(query, "$leased", abandoned ? TD_LEASED : TD_QUEUED);
    td_bind_int(query, "$on_wire", abandoned ? TD_ON_WIRE : TD_QUEUED);
    td_bind_int(query, "$now", td_clock_now(&app->clock) / TD_SECOND);
    status = td_one(query, err);
    if (status == TD_OK)
        *out =
            (struct td_due_now){td_col_int(query, 0), td_col_int(query, 1) * TD_SECOND};
    td_query_end(query);
    return status;
}

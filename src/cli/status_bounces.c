/* Mailboxes and bounces in `status` (status_bounces.h). */
#include "cli/status_bounces.h"

#define UNREAD_MOST (15 * TD_MINUTE) /* and at least three times its own interval */
#define OF_LATE     TD_DAY

/* A line of its own, whatever stands before. */
static void begin_line(struct td_buf *problems)
{
    if (problems->len > 0)
        td_buf_add_char(problems, '\n');
}

static bool is_late(const struct td_postbox *box, td_time polled, td_time now)
{
    td_time patience = 3 * box->every > UNREAD_MOST ? 3 * box->every : UNREAD_MOST;
    return now - polled > patience;
}

/* The role is called as the mailboxes' key is. */
static void complain(const struct td_postbox *box, const char *role, td_time polled,
                     struct td_slice trouble, td_time now, struct td_buf *problems)
{
    char when[32] = "it was configured";
    const char *name = box->mailbox.name;
    if (polled > 0)
        td_time_format(polled, when);
    if (trouble.len > 0) {
        begin_line(problems);
        td_buf_addf(problems, "mailbox %s: ", name);
        td_buf_add_visible(problems, trouble);
    } else if (is_late(box, polled, now)) {
        begin_line(problems);
        td_buf_addf(problems,
                    "mailbox %s has not been read since %s: does the role %s run?", name,
                    when, role);
    }
}

static enum td_status show_mailbox(struct td_run_context *run,
                                   const struct td_postbox *box, const char *role,
                                   struct td_json *list, struct td_buf *problems,
                                   struct td_err *err)
{
    struct td_query *query = td_query(run->app->store, "mailbox_seen");
    char when[32];
    td_bind_cstr(query, "$name", box->mailbox.name);
    enum td_status status = td_one(query, err);
    if (status != TD_OK && status != TD_NOINPUT)
        return status;
    bool seen = status == TD_OK && td_col_int(query, 0) > 0;
    td_time polled = seen ? td_col_int(query, 0) : 0;
    struct td_slice trouble = seen ? td_col_text(query, 1) : td_slice("");
    struct td_json *item = td_json_object();
    td_time_format(polled, when);
    td_json_set_cstr(item, "mailbox", box->mailbox.name);
    td_json_set_cstr(item, "polled", seen ? when : NULL);
    td_json_set_str(item, "trouble", trouble.len > 0 ? trouble : td_slice(NULL));
    td_json_append_take(list, item);
    td_printf(run->out, "mailbox     %s: %s%s\n", box->mailbox.name,
              seen ? "read " : "never read", seen ? when : "");
    complain(box, role, polled, trouble, td_clock_now(&run->app->clock), problems);
    td_query_end(query);
    return TD_OK;
}

static enum td_status show_open(struct td_run_context *run, struct td_json *json,
                                struct td_buf *problems, struct td_err *err)
{
    struct td_query *query = td_query(run->app->store, "bounce_open");
    td_bind_int(query, "$since", td_clock_now(&run->app->clock) - OF_LATE);
    enum td_status status = td_one(query, err);
    if (status != TD_OK)
        return status;
    int64_t pending = td_col_int(query, 0);
    int64_t waiting = td_col_int(query, 1);
    int64_t unreadable = td_col_int(query, 2);
    td_query_end(query);
    struct td_json *item = td_json_object();
    td_json_set_int(item, "pending", pending);
    td_json_set_int(item, "waiting", waiting);
    td_json_set_int(item, "unreadable", unreadable);
    td_json_set_take(json, "bounces", item);
    if (pending + waiting > 0)
        td_printf(run->out,
                  "bounces     %lld not judged yet, %lld wait for their domain\n",
                  (long long)pending, (long long)waiting);
    if (unreadable > 0) {
        begin_line(problems);
        td_buf_addf(problems,
                    "%lld mails that came back could not be read: see bounce list "
                    "result=unreadable",
                    (long long)unreadable);
    }
    return TD_OK;
}

enum td_status td_status_bounces(struct td_run_context *run, struct td_json *json,
                                 struct td_buf *problems, struct td_err *err)
{
    const struct td_postboxes *const kinds[] = {&run->app->config->bounce_boxes,
                                                &run->app->config->command_boxes};
    struct td_json *list = td_json_array();
    enum td_status status = TD_OK;
    for (size_t k = 0; k < TD_ARRAY_LEN(kinds); k++)
        for (size_t i = 0; i < kinds[k]->count && status == TD_OK; i++)
            status = show_mailbox(run, &kinds[k]->items[i], kinds[k]->key, list, problems,
                                  err);
    td_json_set_take(json, "mailboxes", list);
    return status == TD_OK ? show_open(run, json, problems, err) : status;
}

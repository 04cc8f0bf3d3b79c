/* The daemon in `status` (status_daemon.h). */
#include "cli/status_daemon.h"

#include "app/run/roster.h"

static void show_role(struct td_run_context *run, const char *name, int64_t pid,
                      struct td_json *roles, struct td_buf *problems)
{
    struct td_json *role = td_json_object();
    td_json_set_cstr(role, "role", name);
    td_json_set_int(role, "pid", pid);
    td_json_append_take(roles, role);
    if (pid != 0) {
        td_printf(run->out, "role        %s: process %lld\n", name, (long long)pid);
        return;
    }
    td_printf(run->out, "role        %s: ended, to be started again\n", name);
    td_buf_addf(problems, "role %s ended and is to be started again: see the log\n",
                name);
}

enum td_status td_status_daemon(struct td_run_context *run, struct td_json *json,
                                struct td_buf *problems, struct td_err *err)
{
    struct td_roster roster;
    enum td_status status = td_roster_see(run->app->config->database, &roster, err);
    struct td_json *daemon = td_json_object();
    struct td_json *roles = td_json_array();
    td_json_set_bool(daemon, "running", roster.daemon != 0);
    td_json_set_int(daemon, "pid", roster.daemon);
    if (roster.daemon == 0)
        td_printf(run->out, "daemon      none\n");
    for (size_t i = 0; i < roster.count; i++)
        show_role(run, roster.items[i].role, roster.items[i].pid, roles, problems);
    td_json_set_take(daemon, "roles", roles);
    td_json_set_take(json, "daemon", daemon);
    return status;
}

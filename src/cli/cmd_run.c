/* `tidings run`: the daemon. */
#include <unistd.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/roles.h"

#define SENDERS_LEAST 2 /* one may wait for a slow commit while the other talks */
#define SENDERS_MOST  32
#define ROLES_MAX     8

static const struct td_role *find_role(const char *name)
{
    for (const struct td_role *role = td_roles; role->name; role++)
        if (td_slice_is(td_slice(name), role->name))
            return role;
    return NULL;
}

static enum td_status no_such_role(const char *name, struct td_err *err)
{
    struct td_buf known;
    td_buf_init(&known, 300);
    for (const struct td_role *role = td_roles; role->name; role++)
        td_buf_addf(&known, "%s%s", role == td_roles ? "" : ", ", role->name);
    enum td_status status =
        td_fail(err, TD_USAGE, "%s is no role; there is: %s", name, known.ptr);
    td_buf_release(&known);
    return status;
}

/* As many senders as processors, at least two. */
static int64_t default_senders(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < SENDERS_LEAST)
        return SENDERS_LEAST;
    return processors > SENDERS_MOST ? SENDERS_MOST : processors;
}

/* The roles named, or all; only senders may be several. */
static enum td_status choose(const struct td_run_context *run, int64_t senders,
                             struct td_staff staff[ROLES_MAX], size_t *count,
                             struct td_err *err)
{
    *count = 0;
    for (size_t i = 0; i < run->args->operand_count; i++) {
        const struct td_role *role = find_role(run->args->operands[i]);
        if (!role)
            return no_such_role(run->args->operands[i], err);
        for (size_t k = 0; k < *count; k++)
            if (staff[k].role == role)
                return td_fail(err, TD_USAGE, "%s is named twice", role->name);
        staff[(*count)++].role = role;
    }
    for (const struct td_role *role = td_roles;
         run->args->operand_count == 0 && role->name; role++)
        if (!role->wanted || role->wanted(run->app->config))
            staff[(*count)++].role = role;
    for (size_t i = 0; i < *count; i++)
        staff[i].count = staff[i].role == find_role("sender") ? (int)senders : 1;
    return TD_OK;
}

static enum td_status run_run(struct td_run_context *run, struct td_err *err)
{
    struct td_staff staff[ROLES_MAX];
    struct td_int_range range = {1, SENDERS_MOST, default_senders()};
    int64_t senders;
    size_t count;
    enum td_status status = td_args_int(run->args, "senders", range, &senders, err);
    if (status == TD_OK)
        status = td_app_config(run->app, err);
    if (status == TD_OK)
        status = choose(run, senders, staff, &count, err);
    if (status != TD_OK)
        return status;
    if (!td_log_shows(TD_INFO))
        td_log_setup(TD_INFO, "keeper"); /* a daemon says what it does */
    run->app->hurry = td_hurry_of_tests();
    return td_supervise(run->app, staff, count, err);
}

static const struct td_option run_options[] = {
    {"senders", "N", "so many senders (default: as processors, at least 2)"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_run[] = {
    {
        .name = "run",
        .operands = "[ROLE…]",
        .operands_max = ROLES_MAX,
        .summary = "The daemon: one process per role, started again when it dies",
        .details =
            "Roles: scheduler (assemble issues at their hours), sender (deliver what "
            "is due),\nsignups (take in the files of subscribers/incoming), web (serve "
            "the pages "
            "behind links\nin mails; runs by itself where web.base_url is set).\n"
            "SIGTERM lets every process finish what it has in hand, SIGHUP reads the "
            "configuration\n"
            "again. Logs go to stderr or the journal. A second daemon on the same "
            "database is refused.",
        .options = run_options,
        .run = run_run,
    },
    {0},
};

/*
 * bounce.h: what the commands about bounces share. Their rows stand in cmd_bounces.c.
 */
#ifndef TD_CLI_BOUNCE_H
#define TD_CLI_BOUNCE_H

#include "app/queue/selector.h"
#include "cli/cli.h"

/* Which bounces are meant: what messages are selected by, and their own. */
struct td_bounce_wanted {
    struct td_selector selector;
    uint64_t results, kinds; /* bits */
    bool kind_named;
    const char *source; /* NULL: any */
};

#define TD_BOUNCE_SELECTORS                                                              \
    "Selectors, joined by \"and\": result=NAME[,NAME…] "                               \
    "kind=none|soft|hard|complaint from=NAME\n"                                          \
    "(a mailbox, pipe, file, smtp) edition=ID|SLUG newsletter=NAME domain=NAME "         \
    "address=EMAIL\n"                                                                    \
    "reason=NAME age>DURATION age<DURATION (since it was taken in). Mind the shell: "    \
    "quote age>1h."

/* TD_USAGE for a selector there is not. */
enum td_status td_bounce_wanted_read(struct td_run_context *run, const char *const *words,
                                     size_t word_count, struct td_bounce_wanted *wanted,
                                     struct td_err *err);

/* Binds the parameters of a statement that takes them all (bounce_list, bounce_suspenders). */
void td_bounce_wanted_bind(struct td_query *query, const struct td_bounce_wanted *wanted,
                           int64_t most);

enum td_status td_run_bounce_ingest(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_poll(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_list(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_show(struct td_run_context *run, struct td_err *err);
enum td_status td_run_bounce_replay(struct td_run_context *run, struct td_err *err);
enum td_status td_run_reinstate(struct td_run_context *run, struct td_err *err);

#endif

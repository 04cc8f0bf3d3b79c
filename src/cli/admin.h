/*
 * admin.h: what `queue hold …` and `edition hold …` share: one act, carried out and told.
 */
#ifndef TD_CLI_ADMIN_H
#define TD_CLI_ADMIN_H

#include "app/queue/admin.h"
#include "cli/cli.h"

#define TD_DRY_RUN_OPTION                                                                \
    {                                                                                    \
        "dry-run", NULL, "count what would be changed, change nothing"                   \
    }

/* An act on the selected messages (or on the selector's edition as a whole), its counts printed. TD_NO when it changed nothing though something was asked for that is too late. */
struct td_admin_wish {
    enum td_admin_act act;
    const char *command; /* "queue hold" */
    const struct td_selector *selector;
    bool edition;      /* as a whole */
    bool messages_too; /* released with it: what is held one by one */
};
enum td_status td_run_admin(struct td_run_context *run, const struct td_admin_wish *wish,
                            struct td_err *err);

#endif

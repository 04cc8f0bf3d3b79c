/* The audit lines of commands (audit.h). */
#include "app/instance/audit.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "store/people.h"

enum td_status td_audit_command(struct td_app *app, const char *action,
                                struct td_slice subject, int64_t rows, struct td_err *err)
{
    return td_audit_command_at(app, td_clock_now(&app->clock), action, subject, rows,
                               err);
}

enum td_status td_audit_command_at(struct td_app *app, td_time at, const char *action,
                                   struct td_slice subject, int64_t rows,
                                   struct td_err *err)
{
    char number[32];
    const struct passwd *user = getpwuid(getuid());
    (void)snprintf(number, sizeof number, "uid %lld", (long long)getuid());
    struct td_audit audit = {
        .at = at,
        .actor = user ? user->pw_name : number, /* a container may know no names */
        .action = action,
        .subject = subject,
        .rows_changed = rows,
    };
    return td_store_audit(app->store, &audit, err);
}

/*
 * command_role.h: mails to the command address, read from the mailboxes of the configuration
 * (`commands:`), and the role that does so again and again.
 *
 * A mailbox may give a mail again: after a crash, or where its deletion did not come true. It is known by
 * its hash and obeyed once; one that was begun three times and never done ends its reader, and is passed
 * by with a line in the log.
 */
#ifndef TD_APP_COMMAND_ROLE_H
#define TD_APP_COMMAND_ROLE_H

#include "app/answers/mail_command.h"

struct td_mail_counts {
    int64_t taken, known, unreadable;
    int64_t results[TD_MAIL_RESULTS]; /* of those taken */
};

/* Reads the mailboxes of these names, or all, with the store open: td_postboxes_read. */
enum td_status td_mail_commands_poll(struct td_app *app, const char *const *names,
                                     size_t name_count, struct td_mail_counts *counts,
                                     struct td_err *err);

/* The role `commands`: reads each mailbox when it is time, until *stop. */
enum td_status td_mail_commands_run(struct td_app *app, const volatile int *stop,
                                    struct td_err *err);

#endif

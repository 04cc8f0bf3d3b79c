/* The list of command tables, in the order of the help. */
#include "cli/commands.h"

/* A line each. */
/* clang-format off */
const struct td_command *const td_command_tables[] = {
    td_commands_init,
    td_commands_check,
    td_commands_brief,
    td_commands_preview,
    td_commands_lint,
    td_commands_people,
    td_commands_people_files,
    td_commands_people_care,
    td_commands_schedule,
    td_commands_assemble,
    td_commands_edition,
    td_commands_send,
    td_commands_run,
    td_commands_queue,
    td_commands_queue_admin,
    td_commands_why,
    td_commands_status,
    td_commands_key,
    td_commands_mail,
    td_commands_bounce,
    td_commands_bounces,
    td_commands_db,
    td_commands_rehearse,
    td_commands_sink,
    td_commands_demo,
    NULL,
};

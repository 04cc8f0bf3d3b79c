/* The rows of the commands for what a person may ask for. */
#include "cli/commands.h"
#include "cli/people.h"

#define DRY_RUN                                                                          \
    {                                                                                    \
        "dry-run", NULL, "say what would be done, and change nothing"                    \
    }
#define END                                                                              \
    {                                                                                    \
        NULL, NULL, NULL                                                                 \
    }

static const struct td_option dry_run_options[] = {DRY_RUN, END};
static const struct td_option suppress_options[] = {
    {"newsletter", "N", "not this newsletter; default: none at all"},
    {"reason", "TEXT", "why: for the ledger"},
    DRY_RUN,
    END,
};

const struct td_command td_commands_people_care[] = {
    {
        .name = "subscriber rename",
        .operands = "OLD NEW",
        .operands_min = 2,
        .operands_max = 2,
        .summary = "Give a person another address; consent and history stay theirs",
        .options = dry_run_options,
        .run = td_run_subscriber_rename,
    },
    {
        .name = "subscriber suppress",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Never mail an address, known or not; an import cannot undo it",
        .options = suppress_options,
        .run = td_run_subscriber_suppress,
    },
    {
        .name = "subscriber prove",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary =
            "Print who agreed to what, when and how, and the mail before and after",
        .details = "Also of an erased person: by the hash of the address.",
        .run = td_run_subscriber_prove,
    },
    {
        .name = "subscriber export",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Print everything that is held about a person, as JSON",
        .run = td_run_subscriber_export,
    },
    {
        .name = "subscriber erase",
        .operands = "EMAIL",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Erase a person: everything but what proves that it was lawful",
        .details =
            "The consent ledger keeps a number, dates and events; a keyed hash of the "
            "address keeps an\nimport from bringing the person back. Searches the whole "
            "instance at the end and tells what\nis left, with exit code 1. Backups are "
            "not reached.",
        .options = dry_run_options,
        .run = td_run_subscriber_erase,
    },
    {0},
};

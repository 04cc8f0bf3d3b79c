/* The rows of the commands that take in files of people, and what an operator says of a file. */
#include "app/people/intake.h"
#include "cli/commands.h"
#include "cli/people.h"

enum td_status td_want_terms(struct td_run_context *run, struct td_file_terms *out,
                             struct td_err *err)
{
    enum td_status status = td_want_basis(run->args, &out->source, err);
    if (status == TD_OK)
        status = td_want_ground(run->args, &out->basis, err);
    return status == TD_OK ? td_want_newsletter(run, &out->newsletter, err) : status;
}

#define BASIS                                                                            \
    {"confirmed", NULL, "they have agreed: active at once; needs --source"},             \
        {"source", "TEXT", "how you know that they agreed"},                             \
    {                                                                                    \
        "basis", "BASIS", "consent (default) or soft-opt-in; with --confirmed"           \
    }

static const struct td_option import_options[] = {
    {"newsletter", "N", "for rows that name none"},
    BASIS,
    {"undo", "BATCH", "take this batch back: an import, a sync or a signup file"},
    {"dry-run", NULL, "say what would be done, and change nothing"},
    {NULL, NULL, NULL},
};
static const struct td_option sync_options[] = {
    {"newsletter", "N", "which newsletter"},
    BASIS,
    {"apply", NULL, "make it so; without it the difference is shown"},
    {"leavers", "N", "unsubscribe at most so many (default: a tenth, or five)"},
    {"dry-run", NULL, "show the difference; so it is without --apply, too"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_people_files[] = {
    {
        .name = "subscriber import",
        .operands = "FILE|- | --undo BATCH",
        .operands_max = 1,
        .summary = "Take in a file of people: CSV, or one address a line",
        .details =
            "Columns in any order, any subset with email of: email, name, newsletter, "
            "topics,\nformat, timezone, at, cadence, action. Without --confirmed people "
            "are pending.\nNobody who unsubscribed comes back. Rows that cannot be taken "
            "go to\nsubscribers/import-BATCH.errors.csv with line and reason. Running it "
            "again changes\nnothing, so an import that was cut short is completed by "
            "running it again.\n--undo takes a batch back, but for those who did "
            "something since.",
        .options = import_options,
        .run = td_run_subscriber_import,
    },
    {
        .name = "subscriber sync",
        .operands = "FILE|-",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Make a file the truth for one newsletter, or show the difference",
        .details =
            "Shows who would be added (+), changed (~), unsubscribed (-) and kept away "
            "(x: they left, or\nbounced); --apply makes it so. Nothing is done while a "
            "row cannot be read (!), when the file\nnames nobody, or when more than "
            "--leavers would be unsubscribed.",
        .options = sync_options,
        .run = td_run_subscriber_sync,
    },
    {
        .name = "subscriber take-in",
        .operands = "",
        .summary = "Take in what lies in subscribers/incoming, as the signups role does",
        .details =
            "Each file is moved to subscribers/done with a report beside it, or to\n"
            "subscribers/refused with the reason. A file that is still being written is "
            "left alone.",
        .run = td_run_subscriber_take_in,
    },
    {0},
};

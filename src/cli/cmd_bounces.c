/* `tidings bounce ingest|poll|list|show|replay`: the rows; what they do stands in cmd_bounce_*.c. */
#include "cli/bounce.h"
#include "cli/commands.h"

static const struct td_option ingest_options[] = {
    {"recipient", "ADDRESS", "whom the mail was sent to, where its header does not say"},
    {"sender", "ADDRESS", "its envelope sender, where its header does not say"},
    {NULL, NULL, NULL},
};

static const struct td_option list_options[] = {
    {"most", "N", "at most so many"},
    {NULL, NULL, NULL},
};

static const struct td_option show_options[] = {
    {"raw", NULL, "the mail itself"},
    {NULL, NULL, NULL},
};

static const struct td_option replay_options[] = {
    {"dry-run", NULL, "show what would change, change nothing"},
    {NULL, NULL, NULL},
};

static const struct td_option reinstate_options[] = {
    {"reason", "TEXT", "why, for the consent ledger"},
    {"newsletter", "N", "lift only what holds for this newsletter"},
    {"all", NULL, "everybody whom a bounce suspended, but who complained"},
    {"dry-run", NULL, "count who would be reinstated, change nothing"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_bounces[] = {
    {
        .name = "bounce ingest",
        .operands = "[FILE…]",
        .operands_max = -1,
        .summary =
            "Take in mails that came back: files, or one from a mail server's pipe",
        .details =
            "Without FILE the mail is read from stdin, and the exit code is 75 for "
            "all that can be\n"
            "mended, so that the mail server keeps it. A mail that was taken in "
            "before is known.",
        .options = ingest_options,
        .run = td_run_bounce_ingest,
    },
    {
        .name = "bounce poll",
        .operands = "[MAILBOX…]",
        .operands_max = -1,
        .summary = "Read the mailboxes of the configuration (bounces) now",
        .run = td_run_bounce_poll,
    },
    {
        .name = "bounce list",
        .operands = "[SELECTOR…]",
        .operands_max = -1,
        .summary = "What came back and how it was judged",
        .details = TD_BOUNCE_SELECTORS,
        .options = list_options,
        .run = td_run_bounce_list,
    },
    {
        .name = "bounce show",
        .operands = "ID",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "One thing that came back, what it says and what it changed",
        .options = show_options,
        .run = td_run_bounce_show,
    },
    {
        .name = "bounce replay",
        .operands = "",
        .summary = "Judge what is kept anew, by the rules and limits as they are now",
        .details =
            "Shows which verdicts change and whom that suspends or reinstates. What was "
            "refused\n"
            "stays refused, what a person lifted stays lifted.",
        .options = replay_options,
        .run = td_run_bounce_replay,
    },
    {
        .name = "subscriber reinstate",
        .operands = "EMAIL|SELECTOR…",
        .operands_max = -1,
        .summary = "Mail people again who were suspended or suppressed",
        .details =
            "By EMAIL one by one, whatever stopped them; or all whom the selected "
            "bounces "
            "suspended. Who\n"
            "complained is among those only where kind=complaint says so. What came back "
            "so far counts no\n"
            "more. An address that is nobody's, as that of an erased person, wants "
            "--reason.\n" TD_BOUNCE_SELECTORS,
        .options = reinstate_options,
        .run = td_run_reinstate,
    },
    {0},
};

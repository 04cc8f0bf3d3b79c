/* The command line: global options, finding the command, help, exit codes (cli.h). */
#include "cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/help.h"

/* What stands before or after the command. */
struct globals {
    const char *dir;
    const char *file;
    const char *now;
    bool json;
    bool help;
    bool version;
    int verbose;
    size_t word_count; /* the other words, in argv order */
    char **words;
};

/* Takes argv[*i] when it is a global option; `taken` says so. */
static enum td_status take_global(struct globals *globals, int argc, char **argv, int *i,
                                  bool *taken, struct td_err *err)
{
    const char *word = argv[*i];
    const char **value = NULL;
    *taken = true;
    if (strcmp(word, "--json") == 0)
        globals->json = true;
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        globals->help = true;
    else if (strcmp(word, "--version") == 0)
        globals->version = true;
    else if (strcmp(word, "-v") == 0 || strcmp(word, "--verbose") == 0)
        globals->verbose++;
    else if (strcmp(word, "-C") == 0)
        value = &globals->dir;
    else if (strcmp(word, "-c") == 0)
        value = &globals->file;
    else if (strcmp(word, "--now") == 0)
        value = &globals->now;
    else if (strncmp(word, "--now=", 6) == 0)
        globals->now = word + 6;
    else
        *taken = false;
    if (value) {
        if (*i + 1 == argc)
            return td_fail(err, TD_USAGE, "%s needs a value", word);
        *value = argv[++*i];
    }
    return TD_OK;
}

static enum td_status split_words(int argc, char **argv, struct globals *globals,
                                  struct td_err *err)
{
    bool options_end = false;
    globals->words = td_xcalloc((size_t)argc + 1, sizeof *globals->words);
    for (int i = 1; i < argc; i++) {
        bool taken = false;
        if (strcmp(argv[i], "--") == 0)
            options_end = true;
        if (!options_end) {
            enum td_status status = take_global(globals, argc, argv, &i, &taken, err);
            if (status != TD_OK)
                return status;
        }
        if (!taken)
            globals->words[globals->word_count++] = argv[i];
    }
    return TD_OK;
}

/* How many of the words the command's name takes; 0 when it is another command. */
static size_t matches(const struct td_command *command, char *const *words, size_t count)
{
    struct td_slice rest = td_slice(command->name);
    struct td_slice part;
    size_t n = 0;
    while (td_slice_token(&rest, " ", &part)) {
        if (n == count || !td_slice_is(part, words[n]))
            return 0;
        n++;
    }
    return n;
}

static const struct td_command *find_command(char *const *words, size_t count,
                                             size_t *used)
{
    const struct td_command *found = NULL;
    *used = 0;
    for (size_t t = 0; td_command_tables[t]; t++)
        for (const struct td_command *command = td_command_tables[t]; command->name;
             command++) {
            size_t n = matches(command, words, count);
            if (n > *used) {
                *used = n;
                found = command;
            }
        }
    return found;
}

static enum td_status check_operands(const struct td_command *command,
                                     const struct td_args *args, struct td_err *err)
{
    int count = (int)args->operand_count;
    if (count < command->operands_min)
        return td_fail(err, TD_USAGE, "usage: tidings %s %s", command->name,
                       command->operands);
    if (command->operands_max >= 0 && count > command->operands_max)
        return td_fail(err, TD_USAGE, "\"%s\" is one too many; usage: tidings %s%s%s",
                       args->operands[command->operands_max], command->name,
                       command->operands[0] ? " " : "", command->operands);
    return TD_OK;
}

static enum td_status start_clock(const char *now, struct td_clock *clock,
                                  struct td_err *err)
{
    td_time start;
    *clock = td_clock_system();
    if (!now)
        return TD_OK;
    if (!td_time_parse(td_slice(now), &start))
        return td_fail(err, TD_USAGE,
                       "--now %s: a time like 2026-11-20T07:00:00Z is wanted", now);
    *clock = td_clock_starting_at(start);
    return TD_OK;
}

static enum td_status run_parsed(const struct globals *globals,
                                 const struct td_command *command,
                                 const struct td_args *args, struct td_err *err)
{
    struct td_clock clock;
    struct td_app app;
    enum td_status status = check_operands(command, args, err);
    if (status == TD_OK)
        status = start_clock(globals->now, &clock, err);
    if (status != TD_OK)
        return status;

    td_app_init(&app, globals->dir ? globals->dir : ".", globals->file, clock);
    struct td_printer *out = td_printer_create(stdout, globals->json);
    struct td_run_context run = {
        .app = &app, .args = args, .json = globals->json, .out = out};
    struct td_err close_err;
    status = command->run(&run, err);
    enum td_status closed = td_printer_close(out, &close_err);
    if (closed != TD_OK && (status == TD_OK || status == TD_NO)) {
        *err = close_err;
        status = closed;
    }
    td_app_release(&app);
    return status;
}

static enum td_status run_command(const struct globals *globals,
                                  const struct td_command *command, size_t used,
                                  struct td_err *err)
{
    struct td_args args;
    enum td_status status = td_args_parse(
        &args, globals->words + used, globals->word_count - used, command->options, err);
    if (status == TD_OK)
        status = run_parsed(globals, command, &args, err);
    td_args_release(&args);
    return status;
}

/* What was asked about the program itself; `command` is NULL where none was named. */
static enum td_status explain(const struct globals *globals,
                              const struct td_command *command, struct td_err *err)
{
    if (globals->version)
        (void)printf("tidings %s\n", TD_VERSION);
    else if (command)
        td_help_command(stdout, command);
    else
        td_help_group(stdout, globals->words, globals->word_count);
    return td_printer_close(td_printer_create(stdout, false), err);
}

static enum td_status dispatch(const struct globals *globals, struct td_err *err)
{
    size_t used;
    const struct td_command *command =
        find_command(globals->words, globals->word_count, &used);
    if (globals->version || globals->help)
        return explain(globals, command, err);
    if (globals->word_count == 0) {
        td_help_group(stderr, globals->words, 0);
        return TD_USAGE;
    }
    if (!command)
        return td_help_unknown(globals->words, globals->word_count, err);
    return run_command(globals, command, used, err);
}

/*
 * Takes the places of standard streams that are closed: the first files and sockets we open would
 * get their numbers, and what we print would land in them. Not for writing, so that printing
 * still fails and is reported.
 */
static void hold_standard_streams(void)
{
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

int td_hurry_of_tests(void)
{
    const char *text = getenv("TIDINGS_HURRY");
    int64_t n = 0;
    return text && td_slice_int64(td_slice(text), &n) && n > 0 && n <= 10000 ? (int)n : 0;
}

int td_cli_main(int argc, char **argv)
{
    struct globals globals = {0};
    struct td_err err = {0};
    hold_standard_streams();
    (void)signal(SIGPIPE,
                 SIG_IGN); /* a closed pipe or peer is an error to report, not a death */
    enum td_status status = split_words(argc, argv, &globals, &err);
    if (status == TD_OK) {
        td_log_setup(globals.verbose > 1   ? TD_DEBUG
                     : globals.verbose > 0 ? TD_INFO
                                           : TD_WARN,
                     NULL);
        status = dispatch(&globals, &err);
    }
    /* A command that has said all it has to say leaves err empty. */
    if (status != TD_OK && err.text[0] != '\0')
        (void)fprintf(stderr, "tidings: %s\n", err.text);
    free(globals.words);
    return td_status_exit(status);
}

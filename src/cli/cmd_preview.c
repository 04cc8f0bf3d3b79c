/* `tidings brief preview` and `tidings brief test`: an edition looked at before it is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/proof/preview.h"
#include "app/proof/trial.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/commands.h"

#define PREVIEW_DIR "preview" /* in the instance's directory */

/* What both commands say about the edition they mean. */
static enum td_status read_options(struct td_run_context *run,
                                   struct td_proof_options *out, struct td_err *err)
{
    /* A draft may be looked at; but nobody is going to get it. */
    *out = (struct td_proof_options){.name = td_args_get(run->args, "name"),
                                     .unfinished = !td_args_has(run->args, "as")};
    enum td_status status =
        td_app_newsletter(run->app, run->args->operands[0], &out->newsletter, err);
    if (status == TD_OK)
        status = td_want_date(run, out->newsletter, &out->date, err);
    return status;
}

static void print_warnings(const struct td_proof *proof)
{
    for (size_t i = 0; i < proof->warnings.count; i++)
        (void)fprintf(stderr, "%s:%d: warning: %s\n", proof->source.name,
                      proof->warnings.items[i].line, proof->warnings.items[i].text);
    if (proof->warnings.dropped > 0)
        (void)fprintf(stderr, "%s: %zu more warnings\n", proof->source.name,
                      proof->warnings.dropped);
}

/* ---- preview ---- */

/* By exec, not by a shell: a path is never a command. */
static enum td_status open_in_browser(const char *path, struct td_err *err)
{
    int status = 0;
    pid_t child = fork();
    if (child < 0)
        return td_fail_sys(err, TD_OS, "fork");
    if (child == 0) {
        (void)execlp("xdg-open", "xdg-open", path, (char *)NULL);
        _exit(127);
    }
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) == 0)
        return TD_OK;
    return td_fail(err, TD_UNAVAILABLE, "xdg-open could not show %s", path);
}

static void print_files(struct td_run_context *run, const struct td_preview *preview,
                        const struct td_preview_files *files)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "newsletter", preview->proof.newsletter->name);
    td_json_set_cstr(json, "slug", preview->slug);
    td_json_set_cstr(json, "html", files->html);
    td_json_set_cstr(json, "text", files->text);
    td_json_set_cstr(json, "eml", files->eml);
    if (preview->edition != 0)
        td_json_set_int(json, "edition", preview->edition);
    else
        td_json_set_null(json, "edition");
    td_print_json_take(run->out, json);
    if (files->html)
        td_printf(run->out, "%s\n", files->html);
    td_printf(run->out, "%s\n%s\n", files->text, files->eml);
    if (preview->edition != 0)
        (void)fprintf(stderr, "edition %lld is assembled: this is what is queued\n",
                      (long long)preview->edition);
}

static enum td_status write_preview(struct td_run_context *run,
                                    const struct td_preview *preview, struct td_err *err)
{
    const char *wanted = td_args_get(run->args, "out");
    char *dir = td_path_join(run->app->dir, wanted ? wanted : PREVIEW_DIR);
    struct td_preview_files files;
    enum td_status status = td_preview_write(preview, dir, &files, err);
    if (status == TD_OK) {
        print_files(run, preview, &files);
        if (td_args_has(run->args, "open"))
            status = open_in_browser(files.html ? files.html : files.text, err);
    }
    td_preview_files_free(&files);
    free(dir);
    return status;
}

static enum td_status run_preview(struct td_run_context *run, struct td_err *err)
{
    struct td_proof_options options;
    struct td_preview preview = {0};
    enum td_status status = read_options(run, &options, err);
    if (status != TD_OK)
        return status;
    status =
        td_preview_make(run->app, &options, td_args_get(run->args, "as"), &preview, err);
    print_warnings(&preview.proof);
    if (status == TD_OK)
        status = write_preview(run, &preview, err);
    td_preview_release(&preview);
    return status;
}

/* ---- test ---- */

/* What came of it, in a word. */
static const char *result_word(const struct td_trial_result *result)
{
    if (result->relay)
        return "not tried";
    if (result->accepted)
        return "accepted";
    if (result->reply.code == 0)
        return "no answer";
    return result->reply.code / 100 == 4 ? "put off" : "refused";
}

static void print_result(struct td_run_context *run, const struct td_trial_result *result,
                         struct td_json *list)
{
    struct td_json *json = td_json_object();
    struct td_buf said;
    td_buf_init(&said, 2 * TD_REPLY_TEXT_MAX);
    td_reply_show(&result->reply, &said);
    td_json_set_cstr(json, "address", result->address);
    td_json_set_bool(json, "accepted", result->accepted);
    td_json_set_cstr(json, "result", result_word(result));
    td_json_set_cstr(json, "relay", result->relay_name);
    td_json_set_cstr(json, "stage", td_stage_name(result->reply.stage));
    td_json_set_int(json, "code", result->reply.code);
    td_json_set_cstr(json, "reply", result->reply.text);
    td_json_append_take(list, json);
    td_print_visible(run->out, td_slice(result->address));
    td_printf(run->out, "  %s at %s: %s\n", result_word(result),
              td_stage_name(result->reply.stage), said.ptr);
    td_buf_release(&said);
}

/* 0: all accepted; 69: the relay could not be used; 1: refused, or no answer. */
static enum td_status report(struct td_run_context *run,
                             const struct td_trial_result *results, size_t count,
                             struct td_err *err)
{
    struct td_json *list = td_json_array();
    size_t accepted = 0;
    size_t untried = 0;
    for (size_t i = 0; i < count; i++) {
        print_result(run, &results[i], list);
        accepted += results[i].accepted;
        untried += results[i].relay;
    }
    td_print_json_take(run->out, list);
    if (untried > 0)
        return td_fail(err, TD_UNAVAILABLE, "relay %s cannot be used",
                       results[0].relay_name);
    return accepted == count ? TD_OK : TD_NO;
}

static enum td_status run_test(struct td_run_context *run, struct td_err *err)
{
    struct td_proof_options options;
    struct td_proof proof = {0};
    struct td_trial_options trial = {
        .addresses = run->args->operands + 1,
        .count = run->args->operand_count - 1,
        .as = td_args_get(run->args, "as"),
    };
    enum td_status status = read_options(run, &options, err);
    if (status != TD_OK)
        return status;
    struct td_trial_result *results = td_xcalloc(trial.count, sizeof *results);
    options.mark = TD_TRIAL_MARK;
    status = td_proof_open(run->app, &options, &proof, err);
    print_warnings(&proof);
    if (status == TD_OK)
        status = td_trial_send(&proof, &trial, results, err);
    if (status == TD_OK)
        status = report(run, results, trial.count, err);
    td_proof_close(&proof);
    free(results);
    return status;
}

static const struct td_option preview_options[] = {
    {"date", "DATE", "the edition's day (default: today)"},
    {"name", "NAME", "a special: the file DATE-NAME"},
    {"as", "EMAIL", "exactly what this subscriber gets"},
    {"out", "DIR", "where to write (default: preview)"},
    {"open", NULL, "show it in the browser (xdg-open)"},
    {NULL, NULL, NULL},
};

static const struct td_option test_options[] = {
    {"date", "DATE", "the edition's day (default: today)"},
    {"name", "NAME", "a special: the file DATE-NAME"},
    {"as", "EMAIL", "with the name and the choice of this subscriber"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_preview[] = {
    {
        .name = "brief preview",
        .operands = "NEWSLETTER",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Write an edition as HTML, text and .eml files to look at",
        .details =
            "From the file in briefings/, as a reader of all topics gets it; links in it "
            "act "
            "for\n"
            "nobody. With --as it is byte for byte what that subscriber gets: the queued "
            "mail, once\n"
            "the edition is assembled, else what it would be if it were assembled now. "
            "Exit "
            "code 1\n"
            "says that they get nothing, and why. Nothing is stored.",
        .options = preview_options,
        .run = run_preview,
    },
    {
        .name = "brief test",
        .operands = "NEWSLETTER EMAIL…",
        .operands_min = 2,
        .operands_max = -1,
        .summary = "Send an edition to some addresses, marked [test]",
        .details =
            "Through the configured relay, as a real mail; prints what the server said. "
            "Links in it\n"
            "act for nobody, bounces of it count against nobody, the queue does not know "
            "of it.\n"
            "Exit code 0 when the server took all, 1 when it refused one, 69 when it "
            "could "
            "not be used.",
        .options = test_options,
        .run = run_test,
    },
    {0},
};

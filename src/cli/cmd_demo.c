/* `tidings demo`: the main job, start to end, in a scratch directory, against the sink. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/assemble/assemble.h"
#include "app/people/import.h"
#include "app/instance/init.h"
#include "app/assemble/readers.h"
#include "app/send/send.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "sink/sink.h"
#include "variant/extract.h"

extern const struct td_embedded td_embedded_briefings[];
extern const struct td_embedded td_embedded_subscribers[];

/* The demo's day: a weekday whose morning is the same whenever and wherever it runs. */
#define DEMO_DATE    "2026-11-20"
#define DEMO_MORNING "2026-11-20T07:00:00Z"
#define DEMO_EVENING "2026-11-20T16:30:00Z"
#define MAIL_MAX     (8 * 1024 * 1024)

struct demo {
    struct td_run_context *run; /* of the command: its printer */
    struct td_app app;          /* of the scratch directory */
    char *dir;
    pid_t sink;
    int port;
};

/* --- the sink, a process of its own ---------------------------------------------------------- */

static enum td_status start_sink(struct demo *demo, struct td_err *err)
{
    char *maildir = td_path_join(demo->dir, "mail");
    struct td_sink_config config = {.listen = "127.0.0.1:0", .maildir = maildir};
    struct td_sink *sink = NULL;
    enum td_status status = td_sink_create(&sink, &config, err);
    free(maildir);
    if (status != TD_OK)
        return status;
    demo->port = td_sink_port(sink);
    (void)fflush(NULL);
    demo->sink = fork();
    if (demo->sink == 0) {
        struct td_err ignored;
        int never = 0;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(td_sink_run(sink, -1, &never, &ignored) == TD_OK ? 0 : 1);
    }
    td_sink_destroy(sink);
    return demo->sink > 0 ? TD_OK : td_fail_sys(err, TD_OS, "fork");
}

static void stop_sink(const struct demo *demo)
{
    if (demo->sink <= 0)
        return;
    (void)kill(demo->sink, SIGTERM);
    (void)waitpid(demo->sink, NULL, 0);
}

/* --- what an editor and readers bring -------------------------------------------------------- */

static enum td_status copy_out(const struct demo *demo, const struct td_embedded *table,
                               const char *name, const char *to, struct td_err *err)
{
    char *path = td_path_join(demo->dir, to);
    struct td_slice bytes = td_embedded_find(table, name);
    enum td_status status =
        bytes.ptr ? td_file_write(path, bytes, 0644, err)
                  : td_fail(err, TD_SOFTWARE, "the sample %s is not built in", name);
    free(path);
    return status;
}

static enum td_status bring_sources(const struct demo *demo, struct td_err *err)
{
    enum td_status status = copy_out(demo, td_embedded_briefings, "daily-sample.md",
                                     "briefings/daily/" DEMO_DATE ".md", err);
    if (status == TD_OK)
        status = copy_out(demo, td_embedded_briefings, "live-sample.txt",
                          "briefings/live/" DEMO_DATE ".txt", err);
    if (status == TD_OK)
        status = copy_out(demo, td_embedded_subscribers, "sample.csv",
                          "subscribers/sample.csv", err);
    return status;
}

static enum td_status bring_readers(struct demo *demo, struct td_err *err)
{
    char *path = td_path_join(demo->dir, "subscribers/sample.csv");
    struct td_imported imported = {0};
    struct td_import_options options = {.file = path,
                                        .terms = {.source = "the demo's sample file"}};
    enum td_status status =
        td_app_newsletter(&demo->app, "daily", &options.terms.newsletter, err);
    if (status == TD_OK)
        status = td_import(&demo->app, &options, &imported, err);
    if (status == TD_OK)
        td_printf(demo->run->out,
                  "imported  %lld subscriptions from subscribers/sample.csv\n",
                  (long long)(imported.added + imported.updated));
    free(path);
    return status;
}

/* --- assemble, send, show -------------------------------------------------------------------- */

static enum td_status assemble(struct demo *demo, const char *name, int64_t *edition,
                               struct td_err *err)
{
    struct td_assemble_options options = {0};
    struct td_assembled result = {0};
    enum td_status status = td_app_newsletter(&demo->app, name, &options.newsletter, err);
    if (!td_date_parse(td_slice(DEMO_DATE), &options.date))
        TD_PANIC("the demo's date");
    if (status == TD_OK)
        status = td_assemble(&demo->app, &options, &result, err);
    if (status != TD_OK)
        return status;
    td_printf(demo->run->out,
              "assembled %s: %lld messages in %lld variants, %lld skipped\n", name,
              (long long)result.messages, (long long)result.variants,
              (long long)result.skipped);
    *edition = result.edition;
    return TD_OK;
}

static enum td_status deliver(struct demo *demo, const char *when, struct td_err *err)
{
    struct td_send_options options = {.drain = true};
    struct td_sent sent = {0};
    td_time now;
    if (!td_time_parse(td_slice(when), &now))
        TD_PANIC("the demo's clock");
    demo->app.clock = td_clock_starting_at(now);
    enum td_status status = td_send(&demo->app, &options, &sent, err);
    if (status == TD_OK && sent.relay_down)
        status =
            td_fail(err, TD_UNAVAILABLE, "the sink cannot be reached: %s", sent.trouble);
    if (status == TD_OK)
        td_printf(demo->run->out,
                  "%.5s UTC  %lld sent, %lld deferred, %lld failed, %lld in doubt\n",
                  when + 11, (long long)sent.sent, (long long)sent.deferred,
                  (long long)sent.failed, (long long)sent.in_doubt);
    return status;
}

static void show_reader(void *context, const struct td_reader *reader)
{
    struct demo *demo = context;
    struct td_printer *out = demo->run->out;
    td_printf(out, "  %-32.*s %-5s ", (int)reader->address.len, reader->address.ptr,
              td_format_name(reader->format));
    td_printf(out, "%-22.*s ", (int)(reader->topics.len ? reader->topics.len : 3),
              reader->topics.len ? reader->topics.ptr : "all");
    if (reader->variant)
        td_printf(out, "variant %lld: ", (long long)reader->variant);
    else
        td_printf(out, "%s: ", td_reason_name(reader->reason));
    td_print_visible(out, reader->shown);
    td_printf(out, "\n");
}

static enum td_status show_readers(struct demo *demo, const char *name, int64_t edition,
                                   struct td_err *err)
{
    struct td_reader_sink sink = {show_reader, demo};
    td_printf(demo->run->out, "\nwho gets which variant of %s, and why:\n", name);
    return td_readers(&demo->app, edition, sink, err);
}

static enum td_status show_queue(struct demo *demo, struct td_err *err)
{
    struct td_args none = {0};
    struct td_run_context run = {
        .app = &demo->app, .args = &none, .json = demo->run->json, .out = demo->run->out};
    td_printf(run.out, "\nthe queue (tidings queue list):\n");
    return td_cmd_queue_list(&run, err);
}

/* --- the mails as files ---------------------------------------------------------------------- */

/* Writes the mail's HTML beside the Maildir, named after the mail. */
static enum td_status write_html(const struct demo *demo, const char *mail_path,
                                 size_t number, struct td_err *err)
{
    struct td_buf mail;
    struct td_buf html;
    char name[64];
    td_buf_init(&mail, MAIL_MAX);
    td_buf_init(&html, MAIL_MAX);
    enum td_status status = td_file_read(mail_path, MAIL_MAX, &mail, err);
    if (status == TD_OK && td_extract_part(td_buf_slice(&mail), "text/html", &html)) {
        (void)snprintf(name, sizeof name, "html/%zu.html", number);
        char *path = td_path_join(demo->dir, name);
        status = td_file_write(path, td_buf_slice(&html), 0644, err);
        free(path);
    }
    if (status == TD_OK) {
        (void)snprintf(name, sizeof name, "eml/%zu.eml", number);
        char *path = td_path_join(demo->dir, name);
        status = td_file_write(path, td_buf_slice(&mail), 0644, err);
        free(path);
    }
    td_buf_release(&mail);
    td_buf_release(&html);
    return status;
}

static enum td_status write_files(const struct demo *demo, struct td_err *err)
{
    char *box = td_path_join(demo->dir, "mail/new");
    char *html = td_path_join(demo->dir, "html");
    char *eml = td_path_join(demo->dir, "eml");
    struct td_names names = {0};
    enum td_status status = td_dir_make(html, 0755, err);
    if (status == TD_OK)
        status = td_dir_make(eml, 0755, err);
    if (status == TD_OK)
        status = td_dir_list(box, &names, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        char *path = td_path_join(box, names.items[i]);
        status = write_html(demo, path, i + 1, err);
        free(path);
    }
    if (status == TD_OK)
        td_printf(demo->run->out,
                  "\n%zu mails arrived at the sink:\n  as mail  %s/*.eml\n  as HTML  "
                  "%s/*.html\n"
                  "  Maildir  %s\nthe instance: tidings -C %s queue list\n",
                  names.count, eml, html, box, demo->dir);
    td_names_free(&names);
    free(box);
    free(html);
    free(eml);
    return status;
}

/* --- the whole ------------------------------------------------------------------------------- */

static enum td_status prepare(struct demo *demo, struct td_err *err)
{
    char relay[64];
    td_time morning;
    enum td_status status = start_sink(demo, err);
    (void)snprintf(relay, sizeof relay, "smtp://127.0.0.1:%d", demo->port);
    struct td_init_options options = {
        .dir = demo->dir, .domain = "news.example", .relay_url = relay};
    if (status == TD_OK)
        status = td_init(&options, err);
    if (!td_time_parse(td_slice(DEMO_MORNING), &morning))
        TD_PANIC("the demo's clock");
    td_app_init(&demo->app, demo->dir, NULL, td_clock_starting_at(morning));
    if (status == TD_OK)
        status = bring_sources(demo, err);
    return status == TD_OK ? bring_readers(demo, err) : status;
}

static enum td_status perform(struct demo *demo, struct td_err *err)
{
    int64_t daily = 0;
    int64_t live = 0;
    enum td_status status = assemble(demo, "daily", &daily, err);
    if (status == TD_OK)
        status = assemble(demo, "live", &live, err);
    if (status == TD_OK)
        status = deliver(demo, DEMO_MORNING, err);
    if (status == TD_OK)
        status = show_readers(demo, "daily", daily, err);
    if (status == TD_OK)
        status = show_readers(demo, "live", live, err);
    if (status == TD_OK)
        status = show_queue(demo, err);
    td_printf(demo->run->out,
              "\nlater that day, for readers with an hour of their own:\n");
    if (status == TD_OK)
        status = deliver(demo, DEMO_EVENING, err);
    return status == TD_OK ? write_files(demo, err) : status;
}

static enum td_status run_demo(struct td_run_context *run, struct td_err *err)
{
    char scratch[] = "/tmp/tidings-demo-XXXXXX";
    struct demo demo = {.run = run};
    const char *dir = td_args_get(run->args, "dir");
    if (!dir && !mkdtemp(scratch))
        return td_fail_sys(err, TD_CANTCREAT, "%s", scratch);
    demo.dir = td_xstrdup(dir ? dir : scratch);
    enum td_status status = prepare(&demo, err);
    if (status == TD_OK)
        status = perform(&demo, err);
    stop_sink(&demo);
    td_app_release(&demo.app);
    free(demo.dir);
    return status;
}

static const struct td_option demo_options[] = {
    {"dir", "DIR",
     "do it there (made when missing) instead of in a new directory under /tmp"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_demo[] = {
    {
        .name = "demo",
        .operands = "",
        .summary = "The main job, start to end, in a scratch directory, against a sink",
        .details =
            "Imports sample subscribers, assembles a briefing and a live blog, delivers "
            "them to\n"
            "a catch-all SMTP server on this machine, and shows the queue and the mails.",
        .options = demo_options,
        .run = run_demo,
    },
    {0},
};

/* `tidings sink`: a server that takes every mail and delivers none, for demos and rehearsals. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/stop.h"
#include "cli/commands.h"
#include "sink/sink.h"

/* The first line tells where to send to; whoever started us waits for it. */
static void print_address(struct td_run_context *run, const struct td_sink *sink)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "listen", td_sink_address(sink));
    td_json_set_int(json, "port", td_sink_port(sink));
    td_print_json_take(run->out, json);
    td_printf(run->out, "%s\n", td_sink_address(sink));
    (void)fflush(stdout);
}

static void print_counts(struct td_run_context *run, const struct td_sink *sink)
{
    struct td_json *json = td_json_object();
    td_json_set_int(json, "messages", td_sink_messages(sink));
    td_json_set_int(json, "connections", td_sink_connections(sink));
    td_json_set_int(json, "faults", td_sink_fault_count(sink));
    td_print_json_take(run->out, json);
    td_printf(run->out, "%lld messages in %lld connections", td_sink_messages(sink),
              td_sink_connections(sink));
    if (td_args_has(run->args, "faults"))
        td_printf(run->out, ", %lld faults", td_sink_fault_count(sink));
    td_printf(run->out, "\n");
}

static enum td_status check_tls(const struct td_args *args,
                                const struct td_sink_config *config, struct td_err *err)
{
    bool any = config->tls || config->smtps;
    if (config->tls && config->smtps)
        return td_fail(err, TD_USAGE, "--smtps begins with TLS: --tls says nothing more");
    if ((config->cert == NULL) != (config->key == NULL))
        return td_fail(err, TD_USAGE, "--cert and --key go together");
    if (config->cert != NULL && td_args_has(args, "ca-file"))
        return td_fail(
            err, TD_USAGE,
            "--ca-file is for a certificate of the sink's own, not with --cert");
    if (!any && (config->cert != NULL || td_args_has(args, "ca-file")))
        return td_fail(err, TD_USAGE,
                       "a certificate is of no use without --tls or --smtps");
    return TD_OK;
}

/* For clients to trust; there before anyone knows the address. */
static enum td_status write_certificate(struct td_run_context *run,
                                        const struct td_sink *sink, struct td_err *err)
{
    const char *given = td_args_get(run->args, "ca-file");
    if (given == NULL)
        return TD_OK;
    char *path = td_path_join(run->app->dir, given);
    enum td_status status = td_file_write(path, td_sink_certificate(sink), 0644, err);
    free(path);
    return status;
}

static enum td_status run_sink(struct td_run_context *run, struct td_err *err)
{
    /* Before anyone learns that we are there. */
    const volatile int *stop = td_stop_catch();
    const char *listen = td_args_get(run->args, "listen");
    const char *given = td_args_get(run->args, "maildir");
    char *maildir = given != NULL ? td_path_join(run->app->dir, given) : NULL;
    struct td_sink_config config = {.listen = listen != NULL ? listen : "127.0.0.1:2525",
                                    .maildir = maildir,
                                    .faults = td_args_get(run->args, "faults"),
                                    .tls = td_args_has(run->args, "tls"),
                                    .smtps = td_args_has(run->args, "smtps"),
                                    .auth = td_args_has(run->args, "auth"),
                                    .cert = td_args_get(run->args, "cert"),
                                    .key = td_args_get(run->args, "key")};
    struct td_sink *sink = NULL;
    enum td_status status = check_tls(run->args, &config, err);
    if (status == TD_OK)
        status = td_sink_create(&sink, &config, err);
    if (status == TD_OK)
        status = write_certificate(run, sink, err);
    if (status == TD_OK) {
        print_address(run, sink);
        status = td_sink_run(sink, -1, stop, err);
        print_counts(run, sink);
    }
    td_sink_destroy(sink);
    free(maildir);
    return status;
}

static const struct td_option sink_options[] = {
    {"listen", "ADDR",
     "where: 127.0.0.1:2525 if not given; port 0 lets the kernel choose"},
    {"maildir", "DIR",
     "write each mail there, made when missing; else mails are only counted"},
    {"faults", "SPEC", "what to do wrong, where and when; see below"},
    {"tls", NULL, "offer STARTTLS, with a certificate of its own unless one is given"},
    {"smtps", NULL, "TLS from the first byte on"},
    {"auth", NULL,
     "offer AUTH PLAIN (in TLS, where there is any) and want it before MAIL"},
    {"ca-file", "FILE", "write its own certificate there, for clients to trust"},
    {"cert", "FILE", "use this certificate (PEM), with --key"},
    {"key", "FILE", "and its key"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_sink[] = {
    {
        .name = "sink",
        .operands = "",
        .summary = "An SMTP server on loopback that takes every mail and delivers none",
        .details =
            "The first line on standard output is the address it listens on. SIGINT or\n"
            "SIGTERM ends it, and it says how much came. Files in the Maildir hold the\n"
            "bytes as received below a Return-Path and a Delivered-To for each "
            "recipient.\n"
            "\n"
            "Faults are rules with a semicolon between them; the first that applies "
            "answers:\n"
            "    STAGE WHAT… [WHEN…]\n"
            "STAGE  connect banner ehlo starttls tls auth mail rcpt data body dot "
            "after-dot rset quit\n"
            "WHAT   a reply's CODE [\"TEXT\"], malformed, silent, drop; multi-line, "
            "over-long\n"
            "       [BYTES], unasked and slow TIME shape any reply, the good one too\n"
            "WHEN   5%, first N, turn N, every N; each: counted by recipient; to "
            "PATTERN\n"
            "       (all that are given must hold; without any: always)\n"
            "`seed N` in place of a rule makes shares fall otherwise. For example:\n"
            "    rcpt 450 first 1 each; rcpt 550 \"5.1.1 no such user\" to "
            "*@gone.example;\n"
            "    mail slow 2s 10%; after-dot drop 1%; connect 421 every 20",
        .options = sink_options,
        .run = run_sink,
    },
    {.name = NULL},
};

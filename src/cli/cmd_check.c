/* `tidings check`. */
#include <stdlib.h>

#include "app/check/check.h"
#include "app/check/dns_check.h"
#include "base/file.h"
#include "cli/commands.h"

#define RECORD_MAX 2000
#define STRING_MAX 255 /* of a text record in a zone file (RFC 1035 3.3.14) */

/* What to publish in the DNS for the keys that sign; nothing when the configuration has faults. */
static struct td_json *records_json(const struct td_config *config)
{
    struct td_json *list = td_json_array();
    for (size_t i = 0; config && i < config->dkim_key_count; i++) {
        struct td_buf name;
        struct td_buf value;
        struct td_json *item = td_json_object();
        td_buf_init(&name, RECORD_MAX);
        td_buf_init(&value, RECORD_MAX);
        td_dkim_record(&config->dkim_keys[i], &name, &value);
        td_json_set_cstr(item, "name", name.ptr);
        td_json_set_cstr(item, "type", "TXT");
        td_json_set_cstr(item, "value", value.ptr);
        td_json_append_take(list, item);
        td_buf_release(&name);
        td_buf_release(&value);
    }
    return list;
}

static void print_records(struct td_run_context *run, const struct td_config *config)
{
    bool cut = false;
    for (size_t i = 0; config && i < config->dkim_key_count; i++) {
        struct td_buf name;
        struct td_buf value;
        td_buf_init(&name, RECORD_MAX);
        td_buf_init(&value, RECORD_MAX);
        td_dkim_record(&config->dkim_keys[i], &name, &value);
        if (i == 0)
            td_printf(run->out, "DKIM, to be published in the DNS:\n\n");
        td_printf(run->out, "%s. TXT \"%s\"\n\n", name.ptr, value.ptr);
        cut = cut || value.len > STRING_MAX;
        td_buf_release(&name);
        td_buf_release(&value);
    }
    if (cut)
        td_printf(run->out,
                  "(A zone file takes strings of at most %d characters: there, cut the "
                  "long one\ninto \"...\" \"...\". Most providers' forms do that by "
                  "themselves.)\n\n",
                  STRING_MAX);
}

/* ---- the DNS ---- */

struct dns {
    bool asked;
    struct td_json *json; /* owned until it is printed */
    struct td_buf text;   /* printed behind the rest */
    int64_t errors, warnings, unknown;
};

static void note_finding(void *context, const struct td_dns_finding *finding)
{
    struct dns *dns = context;
    struct td_json *item = td_json_object();
    const char *severity = td_dns_severity_name(finding->severity);
    dns->errors += finding->severity == TD_DNS_ERROR;
    dns->warnings += finding->severity == TD_DNS_WARNING;
    dns->unknown += finding->severity == TD_DNS_UNKNOWN;
    td_json_set_cstr(item, "severity", severity);
    td_json_set_cstr(item, "check", finding->check);
    td_json_set_cstr(item, "name", finding->name);
    td_json_set_cstr(item, "text", finding->text);
    td_json_append_take(dns->json, item);
    td_buf_addf(&dns->text, "%-8s %-9s %s: ", severity, finding->check, finding->name);
    td_buf_add_visible(&dns->text, td_slice(finding->text));
    td_buf_add_char(&dns->text, '\n');
}

/* Asked only about a configuration without errors. */
static enum td_status ask_dns(struct td_run_context *run, struct dns *out,
                              struct td_err *err)
{
    struct td_dns *dns = NULL;
    struct td_dns_sink sink = {note_finding, out};
    enum td_status status = td_dns_open(&dns, td_args_get(run->args, "resolver"), err);
    if (status == TD_OK)
        td_dns_check(run->app->config, dns, sink);
    out->asked = status == TD_OK;
    td_dns_close(dns);
    return status;
}

/* ---- what was found ---- */

static void print_json(struct td_run_context *run, const struct td_faults *faults,
                       const struct dns *dns)
{
    struct td_json *all = td_json_object();
    struct td_json *list = td_json_array();
    for (size_t i = 0; i < faults->count; i++) {
        const struct td_fault *fault = &faults->items[i];
        struct td_json *item = td_json_object();
        td_json_set_cstr(item, "path", fault->path);
        if (fault->line > 0)
            td_json_set_int(item, "line", fault->line);
        else
            td_json_set_null(item, "line");
        td_json_set_cstr(item, "level", fault->warning ? "warning" : "error");
        td_json_set_cstr(item, "text", fault->text);
        td_json_append_take(list, item);
    }
    td_json_set_take(all, "faults", list);
    td_json_set_int(all, "errors", (int64_t)faults->errors);
    td_json_set_int(all, "warnings", (int64_t)faults->warnings);
    td_json_set_take(all, "dkim", records_json(run->app->config));
    if (dns->asked)
        td_json_set_take(all, "dns", dns->json);
    td_print_json_take(run->out, all);
}

/* As compilers write it, so that editors can jump there. */
static void print_fault(struct td_run_context *run, const char *file,
                        const struct td_fault *fault)
{
    td_print_visible(run->out, td_slice(file));
    if (fault->line > 0)
        td_printf(run->out, ":%d", fault->line);
    td_printf(run->out, ": %s: ", fault->warning ? "warning" : "error");
    if (fault->path[0] != '\0') {
        td_print_visible(run->out, td_slice(fault->path));
        td_printf(run->out, ": ");
    }
    td_print_visible(run->out, td_slice(fault->text));
    td_printf(run->out, "\n");
}

static void print_text(struct td_run_context *run, const struct td_faults *faults)
{
    char *own = NULL;
    const char *file = run->app->config_file;
    if (!file)
        file = own = td_path_join(run->app->dir, TD_CONFIG_FILE);
    for (size_t i = 0; i < faults->count; i++)
        print_fault(run, file, &faults->items[i]);
    free(own);
    print_records(run, run->app->config);
    const char *plural = faults->warnings == 1 ? "" : "s";
    if (faults->errors > 0)
        td_printf(run->out, "%zu error%s, %zu warning%s\n", faults->errors,
                  faults->errors == 1 ? "" : "s", faults->warnings, plural);
    else if (faults->warnings > 0)
        td_printf(run->out, "ok, %zu warning%s\n", faults->warnings, plural);
    else
        td_printf(run->out, "ok\n");
}

static enum td_status say(struct td_run_context *run, const struct td_faults *faults,
                          const struct dns *dns)
{
    print_json(run, faults, dns);
    if (dns->asked)
        td_printf(run->out, "%s\n", dns->text.ptr);
    print_text(run, faults);
    if (dns->asked)
        td_printf(run->out, "dns: %lld errors, %lld warnings, %lld without an answer\n",
                  (long long)dns->errors, (long long)dns->warnings,
                  (long long)dns->unknown);
    if (faults->errors > 0 || dns->errors > 0)
        return TD_CONFIG;
    return dns->unknown > 0 ? TD_AGAIN : TD_OK;
}

static enum td_status run_check(struct td_run_context *run, struct td_err *err)
{
    struct td_faults faults;
    struct dns dns = {0};
    enum td_status status = TD_OK;
    bool wanted = td_args_has(run->args, "dns");
    if (td_args_has(run->args, "resolver") && !wanted)
        return td_fail(err, TD_USAGE, "--resolver goes with --dns");
    td_check(run->app, &faults);
    td_buf_init(&dns.text, (size_t)1024 * 1024);
    dns.json = td_json_array();
    if (wanted && faults.errors == 0)
        status = ask_dns(run, &dns, err);
    if (status == TD_OK) /* the findings are the product: all is said on stdout */
        status = say(run, &faults, &dns);
    if (!dns.asked)
        td_json_destroy(dns.json);
    td_buf_release(&dns.text);
    return status;
}

static const struct td_option check_options[] = {
    {"dns", NULL, "also SPF, DKIM and DMARC, as receivers will find them"},
    {"resolver", "ADDRESS",
     "with --dns: ask this server (192.0.2.1 or 192.0.2.1:5353), not the system's"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_check[] = {
    {
        .name = "check",
        .operands = "",
        .operands_max = 0,
        .summary =
            "Look for faults in configuration, templates, bounce rules, keys and store",
        .details =
            "Each finding is one line with file, line and key. For each DKIM key it "
            "prints\n"
            "the record to publish in the DNS. Exit status 0 when there are no "
            "findings, or\n"
            "only warnings; 78 otherwise. Opens no network connection, but with --dns: "
            "then it\n"
            "asks the DNS, and exits 75 when something could not be answered.",
        .options = check_options,
        .run = run_check,
    },
    {0},
};

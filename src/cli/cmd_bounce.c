/* `tidings bounce classify`: what mails that came back say, without an instance. */
#include <stdio.h>

#include "app/bounces/bounce_rules.h"
#include "base/file.h"
#include "cli/commands.h"
#include "outcome/bounce.h"

/* What matters of a mail that came back stands in front. */
#define READ_MAX ((size_t)32 * 1024 * 1024)

/* How each file's result is shown. */
struct show {
    struct td_run_context *run;
    bool tsv;
    struct td_json *list;    /* --json */
    struct td_buf line;      /* reused */
    struct td_bounce bounce; /* reused */
};

static const char *scope_name(enum td_scope scope)
{
    static const char *const names[] = {"message", "recipient", "domain", "relay"};
    return names[scope];
}

/* ---- one line a file ---- */

/* A cell may not hold what ends it. */
static void add_cell_text(struct td_buf *line, struct td_slice text)
{
    const size_t start = line->len;
    td_buf_add_slice(line, text);
    for (size_t i = start; i < line->len; i++) {
        if ((unsigned char)line->ptr[i] < ' ' || line->ptr[i] == 0x7F)
            line->ptr[i] = '?';
    }
}

static void add_list(struct td_buf *line, const struct td_bounce *bounce,
                     struct td_slice (*cell)(const struct td_bounced *))
{
    td_buf_add_char(line, '\t');
    for (size_t i = 0; i < bounce->count; i++) {
        if (i > 0)
            td_buf_add_char(line, ',');
        const struct td_slice text = cell(&bounce->items[i]);
        add_cell_text(line, text.len > 0 ? text : td_slice("-"));
    }
    if (bounce->count == 0)
        td_buf_add_char(line, '-');
}

static struct td_slice address_cell(const struct td_bounced *item)
{
    return item->address;
}

static struct td_slice status_cell(const struct td_bounced *item)
{
    return td_slice(item->status);
}

static struct td_slice kind_cell(const struct td_bounced *item)
{
    return td_slice(td_bounce_kind_name(item->kind));
}

static void show_line(struct show *show, const char *file, const struct td_bounce *bounce)
{
    td_buf_clear(&show->line);
    add_cell_text(&show->line, td_slice(file));
    add_list(&show->line, bounce, address_cell);
    add_list(&show->line, bounce, status_cell);
    if (bounce->count > 0)
        add_list(&show->line, bounce, kind_cell);
    else
        td_buf_addf(&show->line, "\t%s", td_bounce_kind_name(bounce->kind));
    td_buf_add_char(&show->line, '\n');
    td_print(show->run->out, td_buf_slice(&show->line));
}

/* ---- for people ---- */

static void show_text(struct show *show, const char *file, const struct td_bounce *bounce)
{
    struct td_printer *out = show->run->out;
    td_print_visible(out, td_slice(file));
    td_printf(out, ": %s, %s\n", td_bounce_form_name(bounce->form),
              td_bounce_kind_name(bounce->kind));
    for (size_t i = 0; i < bounce->count; i++) {
        const struct td_bounced *item = &bounce->items[i];
        td_printf(out, "  ");
        td_print_visible(out, item->address);
        td_printf(out, ": %s%s%s%s, %s: %s%s\n    rule %s\n", item->status,
                  item->status[0] ? " " : "", td_bounce_kind_name(item->kind),
                  item->disputed ? " (disputed)" : "", scope_name(item->scope),
                  td_reason_name(item->reason), item->blocks_us ? ", refuses us" : "",
                  item->rule ? item->rule : "none: by its code");
        struct td_slice rest = item->words;
        struct td_slice line;
        while (td_slice_line(&rest, &line)) {
            td_printf(out, "    | ");
            td_print_visible(out, line);
            td_printf(out, "\n");
        }
    }
}

/* ---- for programs ---- */

static struct td_json *item_json(const struct td_bounced *item)
{
    struct td_json *json = td_json_object();
    td_json_set_str(json, "address", item->address);
    td_json_set_cstr(json, "status", item->status[0] ? item->status : NULL);
    td_json_set_cstr(json, "kind", td_bounce_kind_name(item->kind));
    td_json_set_cstr(json, "scope", scope_name(item->scope));
    td_json_set_cstr(json, "reason", td_reason_name(item->reason));
    td_json_set_bool(json, "disputed", item->disputed);
    td_json_set_bool(json, "refuses_us", item->blocks_us);
    td_json_set_cstr(json, "rule", item->rule);
    td_json_set_str(json, "words", item->words);
    return json;
}

static void show_json(struct show *show, const char *file, const struct td_bounce *bounce)
{
    struct td_json *json = td_json_object();
    struct td_json *items = td_json_array();
    for (size_t i = 0; i < bounce->count; i++)
        td_json_append_take(items, item_json(&bounce->items[i]));
    td_json_set_cstr(json, "file", file);
    td_json_set_cstr(json, "form", td_bounce_form_name(bounce->form));
    td_json_set_cstr(json, "kind", td_bounce_kind_name(bounce->kind));
    td_json_set_take(json, "recipients", items);
    td_json_append_take(show->list, json);
}

/* ---- the command ---- */

static enum td_status classify(const struct td_bounce_rules *rules, struct show *show,
                               const char *file, struct td_buf *mail, struct td_err *err)
{
    td_buf_clear(mail);
    enum td_status status = td_file_read_start(file, READ_MAX, mail, err);
    if (status == TD_OK)
        status = td_bounce_read(rules, td_buf_slice(mail), &show->bounce, err);
    if (status != TD_OK)
        return status;
    if (show->list != NULL)
        show_json(show, file, &show->bounce);
    else if (show->tsv)
        show_line(show, file, &show->bounce);
    else
        show_text(show, file, &show->bounce);
    return TD_OK;
}

/* A file that cannot be read does not keep the others from being read; the last one's fault is
 * returned, the ones before are told. */
static enum td_status classify_all(struct td_run_context *run,
                                   const struct td_bounce_rules *rules,
                                   struct td_err *err)
{
    struct show show = {.run = run, .tsv = td_args_has(run->args, "tsv")};
    struct td_buf mail;
    enum td_status worst = TD_OK;
    td_buf_init(&mail, READ_MAX);
    td_buf_init(&show.line, SIZE_MAX / 2);
    show.list = run->json ? td_json_array() : NULL;
    for (size_t i = 0; i < run->args->operand_count; i++) {
        struct td_err why;
        enum td_status status =
            classify(rules, &show, run->args->operands[i], &mail, &why);
        if (status == TD_OK)
            continue;
        if (worst != TD_OK)
            (void)fprintf(stderr, "tidings: %s\n", err->text);
        worst = status;
        *err = why;
    }
    if (show.list != NULL)
        td_print_json_take(run->out, show.list);
    td_bounce_release(&show.bounce);
    td_buf_release(&show.line);
    td_buf_release(&mail);
    return worst;
}

static enum td_status run_classify(struct td_run_context *run, struct td_err *err)
{
    const char *file = td_args_get(run->args, "rules");
    const struct td_bounce_rules *rules = NULL;
    if (file == NULL) {
        enum td_status status = td_app_bounce_rules(run->app, &rules, err);
        return status == TD_OK ? classify_all(run, rules, err) : status;
    }
    struct td_bounce_rules *tried = NULL;
    enum td_status status = td_bounce_rules_load(file, &tried, err);
    if (status == TD_OK)
        status = classify_all(run, tried, err);
    td_bounce_rules_destroy(tried);
    return status;
}

static const struct td_option classify_options[] = {
    {"tsv", NULL, "a line per file: file, recipients, status, kind"},
    {"rules", "FILE", "judge by these rules instead of the instance's"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_bounce[] = {
    {
        .name = "bounce classify",
        .operands = "FILE…",
        .operands_min = 1,
        .operands_max = -1,
        .summary = "Say what mails that came back mean",
        .details = "Reads raw mails (\"-\": standard input) and stores nothing; needs no "
                   "instance. Exit status 0\n"
                   "when every file could be read, whatever it holds.",
        .options = classify_options,
        .run = run_classify,
    },
    {0},
};

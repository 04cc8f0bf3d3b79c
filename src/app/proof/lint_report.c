/* What `brief lint` found (lint.h, lint_rule.h). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/proof/lint_rule.h"
#include "base/file.h"
#include "base/mem.h"

void td_lint_report_init(struct td_lint_report *report)
{
    *report = (struct td_lint_report){.arena = td_arena_create()};
}

void td_lint_report_release(struct td_lint_report *report)
{
    free(report->items);
    td_arena_destroy(report->arena);
    *report = (struct td_lint_report){0};
}

static bool is_known(const struct td_lint_report *report,
                     const struct td_finding *finding)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct td_finding *known = &report->items[i];
        if (strcmp(known->rule, finding->rule) == 0 && known->line == finding->line &&
            strcmp(known->text, finding->text) == 0)
            return true;
    }
    return false;
}

void td_lint_add(struct td_lint_report *report, struct td_finding finding)
{
    if (is_known(report, &finding))
        return;
    if (finding.file)
        finding.file = td_arena_strdup(report->arena, finding.file);
    if (finding.variant)
        finding.variant = td_arena_strdup(report->arena, finding.variant);
    report->items = td_vec_grow(report->items, &report->cap, report->count + 1,
                                sizeof *report->items);
    finding.text = td_arena_strdup(report->arena, finding.text);
    report->items[report->count++] = finding;
    report->errors += finding.level == TD_LINT_ERROR;
    report->warnings += finding.level == TD_LINT_WARNING;
}

void td_lint_say(struct td_lint *lint, int line, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    td_lint_add(lint->report,
                (struct td_finding){
                    .rule = lint->rule->id,
                    .level = lint->rule->level,
                    .file = line > 0 ? lint->source->name : NULL,
                    .line = line,
                    .variant = line == 0 && lint->mail ? lint->mail->label : NULL,
                    .text = text,
                });
}

int td_lint_start(struct td_slice text)
{
    size_t shown = 0;
    for (size_t next = 0; shown < text.len; shown = next) {
        (void)td_utf8_next(text, &next);
        if (next > 40)
            break;
    }
    return (int)shown;
}

static void run(struct td_lint *lint, const struct td_lint_rule *rules)
{
    for (; rules->id; rules++) {
        lint->rule = rules;
        rules->check(lint);
    }
    lint->rule = NULL;
}

void td_lint_edition_rules(struct td_lint *lint)
{
    run(lint, td_lint_story_rules);
    run(lint, td_lint_word_rules);
}

void td_lint_mail_rules(struct td_lint *lint)
{
    run(lint, td_lint_header_rules);
    run(lint, td_lint_body_rules);
    run(lint, td_lint_html_rules);
    run(lint, td_lint_look_rules);
    run(lint, td_lint_same_rules);
}

/* ---- the configuration ---- */

static void add_fault(struct td_app *app, const struct td_fault *fault,
                      struct td_lint_report *report)
{
    char *own = NULL;
    const char *file = app->config_file;
    if (!file)
        file = own = td_path_join(app->dir, TD_CONFIG_FILE);
    td_lint_add(report,
                (struct td_finding){
                    .rule = "configuration",
                    .level = fault->warning ? TD_LINT_WARNING : TD_LINT_ERROR,
                    .file = file,
                    .line = fault->line,
                    .text = td_arena_printf(report->arena, "%s%s%s", fault->path,
                                            fault->path[0] ? ": " : "", fault->text)
                                .ptr,
                });
    free(own);
}

/* Whether the fault is one of another newsletter. */
static bool is_elsewhere(const struct td_app *app, const char *newsletter,
                         const struct td_fault *fault)
{
    static const char start[] = "newsletters[";
    const struct td_slice path = td_slice(fault->path);
    int64_t index;
    if (!app->config || !td_slice_starts(path, start))
        return false;
    return td_slice_int64(
               td_slice_sub(path, sizeof start - 1, td_slice_find(path, 0, ']')),
               &index) &&
           index >= 0 && (size_t)index < app->config->newsletter_count &&
           strcmp(app->config->newsletters[index].name, newsletter) != 0;
}

void td_lint_config(struct td_app *app, const char *newsletter,
                    struct td_lint_report *report)
{
    struct td_faults faults;
    struct td_err err;
    (void)td_config_load(app->dir, app->config_file, &app->config, &faults, &err);
    for (size_t i = 0; i < faults.count; i++)
        if (!is_elsewhere(app, newsletter, &faults.items[i]))
            add_fault(app, &faults.items[i], report);
}

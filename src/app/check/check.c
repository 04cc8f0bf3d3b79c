/* `tidings check` (check.h). */
#include "app/check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/bounces/bounce_rules.h"
#include "app/press/press.h"
#include "base/file.h"
#include "base/mem.h"
#include "queue/schedule.h"

#define CALENDAR_DAYS 30 /* that calendars are to reach ahead */

static void found(const struct td_app *app, const char *path, const char *text,
                  struct td_faults *faults)
{
    struct td_fault_at at = {.path = path};
    if (path[0] != '\0')
        at.line = td_config_line(app->config, path);
    td_faults_add(faults, at, "%s", text);
}

/* A small edition of each newsletter is printed in both formats: what assembling would refuse in a
 * template, a partial or the subject line is found here. */
static enum td_status print_sample(struct td_app *app,
                                   const struct td_newsletter *newsletter,
                                   struct td_err *err)
{
    const bool live = newsletter->kind == TD_KIND_LIVE;
    struct td_warnings warnings = {0};
    struct td_press *press = NULL;
    struct td_press_input input = {
        .newsletter = newsletter,
        .date = {2026, 11, 20},
        .slug = "2026-11-20",
        .source_name = "a sample",
        .form = TD_FORM_PLAIN,
        .source =
            td_slice(live ? "5.32pm An entry, with enough words to be one.\n\n"
                            "4.15pm An entry before it (see 5.32pm), as long.\n"
                          : "A standfirst of one line.\n\nA lead of some words.\n\n"
                            "A heading\n\nA section, with a list:\n\n• one\n• two\n"),
    };
    enum td_status status = td_press_open(app, &input, &press, &warnings, err);
    for (int format = TD_FORMAT_HTML; format <= TD_FORMAT_TEXT && status == TD_OK;
         format++) {
        struct td_selection selection;
        struct td_variant variant;
        td_press_select(press, td_slice(""), (enum td_format)format, &selection);
        status = td_press_print(press, &selection, &variant, err);
        if (status == TD_OK)
            td_variant_release(&variant);
    }
    td_press_close(press);
    return status;
}

static void check_templates(struct td_app *app, struct td_faults *faults)
{
    for (size_t i = 0; i < app->config->newsletter_count; i++) {
        char path[64];
        struct td_err err;
        (void)snprintf(path, sizeof path, "newsletters[%zu].template", i);
        if (print_sample(app, &app->config->newsletters[i], &err) != TD_OK)
            found(app, path, err.text, faults);
    }
}

/* A calendar that has run out looks like a year without holidays. */
static void check_calendars(const struct td_app *app, struct td_faults *faults)
{
    int64_t today = td_clock_now(&app->clock) / TD_DAY;
    for (size_t i = 0; i < app->config->newsletter_count; i++) {
        const struct td_newsletter *newsletter = &app->config->newsletters[i];
        int64_t last = newsletter->schedule
                           ? td_schedule_last_holiday(newsletter->schedule)
                           : INT64_MAX;
        char path[64];
        char day[11];
        if (last >= today + CALENDAR_DAYS)
            continue;
        (void)snprintf(path, sizeof path, "newsletters[%zu].holidays", i);
        td_date_format(td_date_from_days(last), day);
        const struct td_fault_at at = {
            .warning = true, .path = path, .line = td_config_line(app->config, path)};
        td_faults_add(faults, at, "the last day off in them is %s: get newer calendars",
                      day);
    }
}

/* A fault in them has a file and a line of its own. */
static void check_bounce_rules(struct td_app *app, struct td_faults *faults)
{
    struct td_err err;
    if (td_app_bounce_rules(app, NULL, &err) != TD_OK)
        found(app, "", err.text, faults);
}

static void check_store(struct td_app *app, struct td_faults *faults)
{
    struct td_err err;
    const char *path = app->config->database + strlen("sqlite:");
    char *folder = td_xstrndup(path, (size_t)(td_path_base(path) - path));
    if (td_file_exists(path)) {
        if (td_app_store(app, &err) != TD_OK)
            found(app, "database", err.text, faults);
    } else if (access(folder, W_OK | X_OK) != 0) {
        (void)td_fail_sys(&err, TD_CONFIG, "nothing can be made in %s", folder);
        found(app, "database", err.text, faults);
    }
    free(folder);
}

void td_check(struct td_app *app, struct td_faults *faults)
{
    struct td_err err;
    if (td_config_load(app->dir, app->config_file, &app->config, faults, &err) != TD_OK)
        return;
    check_templates(app, faults);
    check_calendars(app, faults);
    check_bounce_rules(app, faults);
    if (td_app_keys(app, &err) != TD_OK)
        found(app, "", err.text, faults);
    else
        check_store(app, faults);
    td_faults_sort(faults);
}

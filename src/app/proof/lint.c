/* `brief lint`: the driver (lint.h). */
#include "app/proof/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/proof/lint_rule.h"
#include "app/proof/proof.h"
#include "base/mem.h"

#define MAIL_MAX ((size_t)64 << 20)
#define SAMPLE_NUMBER                                                                    \
    999999999 /* of an edition and a subscriber: tokens as long as they get */

/* The line in "FILE:LINE: …" or "FILE: line LINE: …"; *text is what stands behind it. */
static int split_place(const char *file, const char *message, const char **text)
{
    struct td_slice rest = td_slice(message);
    struct td_slice number;
    int64_t line = 0;
    *text = message;
    if (!td_slice_starts(rest, file))
        return 1;
    rest = td_slice_sub(rest, strlen(file) + 1, rest.len);
    const bool spelt = td_slice_starts(rest, " line ");
    rest = td_slice_sub(rest, spelt ? strlen(" line ") : 0, rest.len);
    *text = td_slice_trim(rest).ptr;
    if (!td_slice_token(&rest, ":", &number) || !td_slice_int64(number, &line))
        return 1;
    *text = td_slice_trim(rest).ptr;
    return (int)line;
}

/* A source that makes no edition: the one finding there is. */
static void add_trouble(const struct td_proof *proof, const struct td_err *trouble,
                        struct td_lint_report *report)
{
    const char *text;
    const int line = split_place(proof->source.name, trouble->text, &text);
    td_lint_add(report, (struct td_finding){
                            .rule = "source",
                            .level = TD_LINT_ERROR,
                            .file = proof->source.name,
                            .line = line,
                            .text = text,
                        });
}

static void add_warnings(const struct td_proof *proof, struct td_lint_report *report)
{
    for (size_t i = 0; i < proof->warnings.count; i++)
        td_lint_add(report, (struct td_finding){
                                .rule = "source-warning",
                                .level = TD_LINT_WARNING,
                                .file = proof->source.name,
                                .line = proof->warnings.items[i].line,
                                .text = proof->warnings.items[i].text,
                            });
}

/* ---- what subscribers would get ---- */

struct variant {
    struct td_selection selection;
    const char *label;
};

struct judging {
    struct td_proof proof;
    struct td_lint lint;
    struct variant *variants; /* owned; distinct selections */
    size_t count, cap;
    bool *wanted; /* by part */
};

static void add_choice(struct judging *judging, struct td_slice topics,
                       enum td_format format)
{
    struct td_arena *arena = judging->lint.report->arena;
    struct variant made;
    td_press_select(judging->proof.press, topics, format, &made.selection);
    if (made.selection.empty)
        return;
    for (size_t i = 0; i < judging->count; i++)
        if (td_selection_equal(&judging->variants[i].selection, &made.selection))
            return;
    made.label = td_arena_printf(arena, "%s, %.*s", td_format_name(format),
                                 topics.len > 0 ? (int)topics.len : 10,
                                 topics.len > 0 ? topics.ptr : "all topics")
                     .ptr;
    judging->variants = td_vec_grow(judging->variants, &judging->cap, judging->count + 1,
                                    sizeof *judging->variants);
    judging->variants[judging->count++] = made;
}

static void mark_wanted(struct judging *judging, struct td_slice topics,
                        enum td_format format)
{
    struct td_selection selection;
    td_press_select(judging->proof.press, topics, format, &selection);
    for (size_t i = 0; i < judging->lint.edition->part_count && !selection.empty; i++)
        judging->wanted[i] |= td_selection_has(&selection, i);
}

/* The mails of a reader of all topics, and of every choice that active subscribers made. */
static enum td_status choose(struct judging *judging, struct td_err *err)
{
    struct td_store *store = judging->proof.app->store;
    enum td_step step;
    bool any = false;
    add_choice(judging, td_slice(""), TD_FORMAT_HTML);
    add_choice(judging, td_slice(""), TD_FORMAT_TEXT);
    struct td_query *query = td_query(store, "choices_active");
    td_bind_cstr(query, "$name", judging->proof.newsletter->name);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        const struct td_slice topics = td_col_text(query, 0);
        const enum td_format format = (enum td_format)td_col_int(query, 1);
        any = true;
        add_choice(judging, topics, format);
        mark_wanted(judging, topics, format);
    }
    if (any)
        judging->lint.wanted = judging->wanted;
    else
        judging->lint.report->note =
            "there are no subscribers yet: what nobody gets was not judged";
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* Nobody's name in particular, but one that has to be encoded. */
static struct td_letter_to sample_reader(const struct judging *judging)
{
    return (struct td_letter_to){
        .newsletter = judging->proof.newsletter,
        .newsletter_id = SAMPLE_NUMBER,
        .edition = SAMPLE_NUMBER,
        .subscriber = SAMPLE_NUMBER,
        .address = td_slice("sample.reader@example.org"),
        .name = td_slice("Zoë O’Sample-Reader"),
        .due = td_clock_now(&judging->proof.app->clock),
    };
}

static void judge_mail(struct judging *judging, struct td_slice bytes, const char *label)
{
    struct td_lint_mail *mail = td_xcalloc(1, sizeof *mail);
    mail->label = label;
    mail->bytes = bytes;
    mail->domain = judging->proof.app->config->domain;
    td_lint_mail_read(mail);
    judging->lint.mail = mail;
    td_lint_mail_rules(&judging->lint);
    judging->lint.mail = NULL;
    td_lint_mail_release(mail);
    free(mail);
}

/* One variant as it would go out; what cannot be made into a mail is a finding. */
static void judge_variant(struct judging *judging, const struct variant *chosen)
{
    struct td_letter_to to = sample_reader(judging);
    struct td_parcel parcel = {0};
    struct td_variant variant;
    struct td_err err;
    td_buf_init(&parcel.data, MAIL_MAX);
    enum td_status status =
        td_press_print(judging->proof.press, &chosen->selection, &variant, &err);
    if (status == TD_OK) {
        status = td_letter_write(judging->proof.app, &variant, &to, &parcel, &err);
        td_variant_release(&variant);
    }
    if (status == TD_OK)
        judge_mail(judging, td_buf_slice(&parcel.data), chosen->label);
    else
        td_lint_add(judging->lint.report, (struct td_finding){.rule = "compose",
                                                              .level = TD_LINT_ERROR,
                                                              .variant = chosen->label,
                                                              .text = err.text});
    td_buf_release(&parcel.data);
}

static enum td_status judge(struct judging *judging, struct td_err *err)
{
    const struct td_edition *edition = td_press_edition(judging->proof.press);
    judging->lint.edition = edition;
    judging->lint.source = &judging->proof.source;
    judging->wanted = td_xcalloc(edition->part_count + 1, sizeof *judging->wanted);
    const enum td_status status = choose(judging, err);
    if (status != TD_OK)
        return status;
    td_lint_edition_rules(&judging->lint);
    for (size_t i = 0; i < judging->count; i++)
        judge_variant(judging, &judging->variants[i]);
    judging->lint.report->variants = judging->count;
    return TD_OK;
}

enum td_status td_lint(struct td_app *app, const struct td_lint_options *options,
                       struct td_lint_report *report, struct td_err *err)
{
    const struct td_proof_options wanted = {.newsletter = options->newsletter,
                                            .date = options->date,
                                            .name = options->name,
                                            .unfinished = true};
    struct judging judging = {.lint = {.report = report}};
    enum td_status status = td_proof_open(app, &wanted, &judging.proof, err);
    add_warnings(&judging.proof, report);
    if (status == TD_OK) {
        status = judge(&judging, err);
    } else if (status == TD_DATA && judging.proof.source.name) {
        add_trouble(&judging.proof, err, report);
        status = TD_OK;
    }
    free(judging.variants);
    free(judging.wanted);
    td_proof_close(&judging.proof);
    return status;
}

/* rules_build.c: checks each rule and puts it into its table. */
#include "outcome/rules_compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static enum td_status read_flag(const struct td_build *build, const char *value,
                                bool *out)
{
    *out = value != NULL && strcmp(value, "yes") == 0;
    if (value == NULL || *out || strcmp(value, "no") == 0)
        return TD_OK;
    return td_build_fault(build, "", "", "a flag is yes or no");
}

static bool stands_before(const struct td_raw_rule *rules, unsigned count,
                          const struct td_raw_rule *rule, bool *reached)
{
    for (unsigned i = 0; i < count && !*reached; i++) {
        *reached = &rules[i] == rule;
        if (!*reached && strcmp(rules[i].name, rule->name) == 0)
            return true;
    }
    return false;
}

/* Whether an earlier rule has this name; earlier ones have been checked. */
static bool is_doubled(const struct td_build *build)
{
    const struct td_raw_rules *raw = build->raw;
    const struct td_raw_rule *rule = build->rule;
    bool reached = false;
    return stands_before(raw->meanings, raw->meanings_count, rule, &reached) ||
           stands_before(raw->forms, raw->forms_count, rule, &reached) ||
           stands_before(raw->recipients, raw->recipients_count, rule, &reached) ||
           stands_before(raw->returned, raw->returned_count, rule, &reached);
}

/* What every rule has. */
static enum td_status check_common(const struct td_build *build)
{
    const struct td_raw_rule *raw = build->rule;
    if (raw->name == NULL)
        return td_build_fault(build, "", "", "has no name");
    if (is_doubled(build))
        return td_build_fault(build, "", "", "there are two of this name");
    if (raw->about == NULL)
        return td_build_fault(build, "", "",
                              "does not say in about: where it comes from");
    if (raw->from_count == 0)
        return td_build_fault(build, "", "", "has no from: list");
    return TD_OK;
}

static enum td_status read_meaning(const struct td_build *build, enum td_meaning *out)
{
    const char *means = build->rule->means;
    if (means == NULL)
        return TD_OK;
    if (td_meaning_parse(td_slice(means), out))
        return TD_OK;
    return td_build_fault(build, "means ", means, "there is no such meaning");
}

static enum td_status build_meaning(struct td_build *build, size_t id)
{
    const struct td_raw_rule *raw = build->rule;
    struct td_meaning_rule *rule = &build->rules->meanings[id];
    if (raw->words_count == 0 || raw->means == NULL)
        return td_build_fault(build, "", "", "needs words and means");
    if (raw->gives || raw->sure || raw->nobody || raw->subject || raw->sender ||
        raw->field || raw->unless || raw->unless_subject || raw->unless_sender ||
        raw->recipient || raw->recipient_field || raw->since || raw->until)
        return td_build_fault(build, "", "",
                              "a meaning has words, match, means, disputed, vague");
    rule->name = td_arena_strdup(build->rules->arena, raw->name);
    enum td_status status = read_meaning(build, &rule->meaning);
    if (status == TD_OK)
        status = read_flag(build, raw->disputed, &rule->disputed);
    if (status == TD_OK)
        status = read_flag(build, raw->vague, &rule->vague);
    if (status == TD_OK)
        status = td_build_phrases(build, raw->words, raw->words_count,
                                  build->rules->words, id);
    if (status == TD_OK)
        status = td_build_patterns(build, raw->match, raw->match_count, &rule->match);
    return status;
}

static enum td_status read_gives(const struct td_build *build, enum td_bounce_form *out)
{
    static const struct {
        const char *word;
        enum td_bounce_form form;
    } words[] = {
        {"failure", TD_BOUNCE_TEXT},        {"warning", TD_BOUNCE_WARNING},
        {"automatic", TD_BOUNCE_AUTOMATIC}, {"success", TD_BOUNCE_SUCCESS},
        {"mail", TD_BOUNCE_MAIL},           {"complaint", TD_BOUNCE_FEEDBACK},
    };
    const char *gives = build->rule->gives;
    *out = TD_BOUNCE_TEXT;
    for (size_t i = 0; gives != NULL && i < TD_ARRAY_LEN(words); i++) {
        if (strcmp(gives, words[i].word) == 0) {
            *out = words[i].form;
            return TD_OK;
        }
    }
    if (gives == NULL)
        return TD_OK;
    return td_build_fault(
        build, "gives ", gives,
        "is none of failure, warning, automatic, success, complaint, mail");
}

/* The first of these header fields that is there names the recipients. */
static void read_recipient_fields(const struct td_build *build, struct td_form *form)
{
    const struct td_raw_rule *raw = build->rule;
    if (raw->recipient_field_count == 0)
        return;
    form->recipient_fields = td_arena_alloc(
        build->rules->arena, raw->recipient_field_count * sizeof(const char *));
    for (unsigned i = 0; i < raw->recipient_field_count; i++)
        form->recipient_fields[i] =
            td_arena_strdup(build->rules->arena, raw->recipient_field[i]);
    form->recipient_field_count = raw->recipient_field_count;
}

/* "Name" or "Name: words". */
static void read_fields(const struct td_build *build, struct td_form *form)
{
    const struct td_raw_rule *raw = build->rule;
    struct td_arena *arena = build->rules->arena;
    if (raw->field_count == 0)
        return;
    form->fields = td_arena_alloc(arena, raw->field_count * sizeof *form->fields);
    form->field_count = raw->field_count;
    for (unsigned i = 0; i < raw->field_count; i++) {
        const struct td_slice text = td_arena_copy(arena, td_slice(raw->field[i]));
        const size_t colon = td_slice_find(text, 0, ':');
        form->fields[i].name =
            td_arena_copy(arena, td_slice_trim(td_slice_sub(text, 0, colon))).ptr;
        if (colon != (size_t)-1)
            form->fields[i].words =
                td_slice_trim(td_slice_sub(text, colon + 1, text.len));
    }
}

static enum td_status add_form_phrases(const struct td_build *build, struct td_form *form,
                                       size_t id)
{
    const struct td_raw_rule *raw = build->rule;
    const struct td_bounce_rules *rules = build->rules;
    form->by_text = raw->words_count > 0;
    form->by_subject = raw->subject_count > 0;
    form->by_sender = raw->sender_count > 0;
    enum td_status status =
        td_build_phrases(build, raw->words, raw->words_count, rules->in_text, id);
    if (status == TD_OK)
        status = td_build_phrases(build, raw->subject, raw->subject_count,
                                  rules->in_subject, id);
    if (status == TD_OK)
        status =
            td_build_phrases(build, raw->sender, raw->sender_count, rules->in_sender, id);
    if (status == TD_OK)
        status = td_build_phrases(build, raw->unless, raw->unless_count, rules->in_text,
                                  TD_UNLESS + id);
    if (status == TD_OK)
        status = td_build_phrases(build, raw->unless_subject, raw->unless_subject_count,
                                  rules->in_subject, TD_UNLESS + id);
    if (status == TD_OK)
        status = td_build_phrases(build, raw->unless_sender, raw->unless_sender_count,
                                  rules->in_sender, TD_UNLESS + id);
    return status;
}

static enum td_status build_form(struct td_build *build, size_t id)
{
    const struct td_raw_rule *raw = build->rule;
    struct td_form *form = &build->rules->forms[id];
    if (raw->words_count + raw->subject_count + raw->sender_count + raw->field_count == 0)
        return td_build_fault(build, "", "", "needs words, subject, sender or field");
    if (raw->disputed || raw->vague)
        return td_build_fault(build, "", "", "disputed and vague belong to meanings");
    form->name = td_arena_strdup(build->rules->arena, raw->name);
    read_fields(build, form);
    read_recipient_fields(build, form);
    enum td_status status = read_gives(build, &form->gives);
    if (status == TD_OK)
        status = read_meaning(build, &form->otherwise);
    if (status == TD_OK)
        status = read_flag(build, raw->sure, &form->sure);
    if (status == TD_OK)
        status = read_flag(build, raw->nobody, &form->nobody);
    if (status == TD_OK)
        status = add_form_phrases(build, form, id);
    if (status == TD_OK)
        status = td_build_patterns(build, raw->match, raw->match_count, &form->match);
    if (status == TD_OK)
        status = td_build_patterns(build, raw->recipient, raw->recipient_count,
                                   &form->recipient);
    if (status == TD_OK)
        status = td_build_patterns(build, raw->since, raw->since_count, &form->since);
    if (status == TD_OK)
        status = td_build_patterns(build, raw->until, raw->until_count, &form->until);
    return status;
}

/* Lists of patterns alone: `match:` of each rule, one after the other. */
static enum td_status build_patterns(struct td_build *build,
                                     const struct td_raw_rule *rules, unsigned count,
                                     struct td_patterns *out)
{
    struct td_arena *arena = build->rules->arena;
    size_t room = 0;
    for (unsigned i = 0; i < count; i++)
        room += rules[i].match_count;
    out->items = td_arena_alloc(arena, (room + 1) * sizeof *out->items);
    for (unsigned i = 0; i < count; i++) {
        struct td_patterns some = {0};
        build->rule = &rules[i];
        enum td_status status = check_common(build);
        if (status == TD_OK && rules[i].match_count == 0)
            status = td_build_fault(build, "", "", "has no match:");
        if (status == TD_OK)
            status =
                td_build_patterns(build, rules[i].match, rules[i].match_count, &some);
        for (size_t k = 0; k < some.count; k++)
            out->items[out->count++] = some.items[k];
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

/* Lines at which a returned message begins. */
static enum td_status build_returned(struct td_build *build,
                                     const struct td_raw_rules *raw)
{
    enum td_status status = TD_OK;
    for (unsigned i = 0; status == TD_OK && i < raw->returned_count; i++) {
        build->rule = &raw->returned[i];
        status = check_common(build);
        if (status == TD_OK && build->rule->words_count == 0)
            status = td_build_fault(build, "", "", "has no words:");
        if (status == TD_OK)
            status = td_build_phrases(build, build->rule->words, build->rule->words_count,
                                      build->rules->returned, 0);
    }
    return status;
}

static enum td_status build_all(struct td_build *build, const struct td_raw_rules *raw)
{
    struct td_bounce_rules *rules = build->rules;
    enum td_status status = TD_OK;
    rules->meanings =
        td_arena_alloc(rules->arena, (raw->meanings_count + 1) * sizeof *rules->meanings);
    rules->forms =
        td_arena_alloc(rules->arena, (raw->forms_count + 1) * sizeof *rules->forms);
    for (unsigned i = 0; status == TD_OK && i < raw->meanings_count; i++) {
        build->rule = &raw->meanings[i];
        rules->meaning_count = i + 1;
        status = check_common(build);
        if (status == TD_OK)
            status = build_meaning(build, i);
    }
    for (unsigned i = 0; status == TD_OK && i < raw->forms_count; i++) {
        build->rule = &raw->forms[i];
        rules->form_count = i + 1;
        status = check_common(build);
        if (status == TD_OK)
            status = build_form(build, i);
    }
    if (status == TD_OK)
        status = build_patterns(build, raw->recipients, raw->recipients_count,
                                &rules->recipients);
    if (status == TD_OK)
        status = build_returned(build, raw);
    return status;
}

static struct td_bounce_rules *create_empty(void)
{
    struct td_bounce_rules *rules = td_xcalloc(1, sizeof *rules);
    rules->arena = td_arena_create();
    rules->charsets = td_charsets_create();
    rules->words = td_phrases_create();
    rules->in_text = td_phrases_create();
    rules->in_subject = td_phrases_create();
    rules->in_sender = td_phrases_create();
    rules->returned = td_phrases_create();
    return rules;
}

static enum td_status read_version(const struct td_build *build, const char *text)
{
    int64_t version = 0;
    if (text == NULL || !td_slice_int64(td_slice(text), &version) || version < 1 ||
        version > INT32_MAX)
        return td_fail(build->err, TD_CONFIG, "%s: version: a number from 1 is wanted",
                       build->source->file);
    build->rules->version = (int)version;
    return TD_OK;
}

enum td_status td_rules_build(const struct td_rules_source *source,
                              const struct td_raw_rules *raw,
                              struct td_bounce_rules **out, struct td_err *err)
{
    struct td_build build = {
        .source = source, .rules = create_empty(), .raw = raw, .err = err};
    enum td_status status = read_version(&build, raw->version);
    if (status == TD_OK &&
        (raw->meanings_count > TD_PHRASE_IDS_MAX || raw->forms_count > TD_FORMS_MAX))
        status = td_fail(err, TD_CONFIG, "%s: more than %d meanings or %d forms",
                         source->file, TD_PHRASE_IDS_MAX, TD_FORMS_MAX);
    if (status == TD_OK)
        status = build_all(&build, raw);
    if (status != TD_OK) {
        td_bounce_rules_destroy(build.rules);
        return status;
    }
    td_phrases_seal(build.rules->words);
    td_phrases_seal(build.rules->in_text);
    td_phrases_seal(build.rules->in_subject);
    td_phrases_seal(build.rules->in_sender);
    td_phrases_seal(build.rules->returned);
    *out = build.rules;
    return TD_OK;
}

static void release_patterns(struct td_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        td_pattern_destroy(patterns->items[i]);
}

void td_bounce_rules_destroy(struct td_bounce_rules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < rules->meaning_count; i++)
        release_patterns(&rules->meanings[i].match);
    for (size_t i = 0; i < rules->form_count; i++) {
        release_patterns(&rules->forms[i].match);
        release_patterns(&rules->forms[i].recipient);
        release_patterns(&rules->forms[i].since);
        release_patterns(&rules->forms[i].until);
    }
    release_patterns(&rules->recipients);
    td_phrases_destroy(rules->words);
    td_phrases_destroy(rules->in_text);
    td_phrases_destroy(rules->in_subject);
    td_phrases_destroy(rules->in_sender);
    td_phrases_destroy(rules->returned);
    td_charsets_destroy(rules->charsets);
    td_arena_destroy(rules->arena);
    free(rules);
}

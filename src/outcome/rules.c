/*
 * rules.c: the rule file through a libcyaml schema, into the tables of rules_table.h.
 *
 * libcyaml tells its first fault through its log, with a line that is not always the fault's, and
 * forgets all lines once it is done. A rule is found again by its name, which is unique.
 */
#include "outcome/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "base/mem.h"
#include "outcome/rules_build.h"

#define TEXT(type, key)                                                                  \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL,      \
                           type, key, 0, CYAML_UNLIMITED)
#define LIST(type, key)                                                                  \
    CYAML_FIELD_SEQUENCE(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, key,      \
                         &text, 0, CYAML_UNLIMITED)
#define RULES(type, key, schema)                                                         \
    CYAML_FIELD_SEQUENCE(#key, CYAML_FLAG_POINTER, type, key, &(schema), 0,              \
                         CYAML_UNLIMITED)

static const cyaml_schema_value_t text = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t rule_fields[] = {
    TEXT(struct td_raw_rule, name),
    TEXT(struct td_raw_rule, about),
    LIST(struct td_raw_rule, from),
    TEXT(struct td_raw_rule, means),
    TEXT(struct td_raw_rule, disputed),
    TEXT(struct td_raw_rule, vague),
    TEXT(struct td_raw_rule, sure),
    TEXT(struct td_raw_rule, nobody),
    TEXT(struct td_raw_rule, gives),
    LIST(struct td_raw_rule, words),
    LIST(struct td_raw_rule, subject),
    LIST(struct td_raw_rule, sender),
    LIST(struct td_raw_rule, field),
    LIST(struct td_raw_rule, unless),
    LIST(struct td_raw_rule, unless_subject),
    LIST(struct td_raw_rule, unless_sender),
    LIST(struct td_raw_rule, match),
    LIST(struct td_raw_rule, recipient),
    LIST(struct td_raw_rule, recipient_field),
    LIST(struct td_raw_rule, since),
    LIST(struct td_raw_rule, until),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct td_raw_rule, rule_fields),
};

static const cyaml_schema_field_t file_fields[] = {
    TEXT(struct td_raw_rules, version),
    RULES(struct td_raw_rules, meanings, rule),
    RULES(struct td_raw_rules, forms, rule),
    RULES(struct td_raw_rules, recipients, rule),
    RULES(struct td_raw_rules, returned, rule),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct td_raw_rules, file_fields),
};

/* The first fault libcyaml spoke of. */
struct fault {
    char text[200];
    int line;
};

__attribute__((format(printf, 3, 0))) static void note_fault(cyaml_log_t level, void *ctx,
                                                             const char *format,
                                                             va_list args)
{
    struct fault *fault = ctx;
    char words[200];
    (void)level;
    (void)vsnprintf(words, sizeof words, format, args);
    const struct td_slice line = td_slice_trim(td_slice(words));
    const size_t at = td_slice_find_str(line, 0, "(line: ");
    if (at != (size_t)-1 && fault->line == 0)
        fault->line = (int)strtol(line.ptr + at + 7, NULL, 10);
    else if (fault->text[0] == '\0' && !td_slice_ends(line, "Backtrace:"))
        (void)snprintf(fault->text, sizeof fault->text, "%.*s", (int)line.len, line.ptr);
}

/* For an unknown key libcyaml names the entry before it. */
static int line_of_unknown(struct td_slice yaml, const char *words, int line)
{
    static const char said[] = "Unexpected key: ";
    const char *at = strstr(words, said);
    if (at == NULL)
        return line;
    const struct td_slice key = td_slice(at + sizeof said - 1);
    struct td_slice one;
    for (int number = 1; td_slice_line(&yaml, &one); number++) {
        one = td_slice_trim(one);
        if (td_slice_starts(one, "- "))
            one = td_slice_trim(td_slice_sub(one, 1, one.len));
        if (number >= line && td_slice_eq(td_slice_sub(one, 0, key.len), key) &&
            td_slice_starts(td_slice_sub(one, key.len, one.len), ":"))
            return number;
    }
    return line;
}

static enum td_status load(struct td_slice yaml, const char *file,
                           struct td_raw_rules **out, struct td_err *err)
{
    struct fault fault = {0};
    const cyaml_config_t config = {
        .log_fn = note_fault,
        .log_ctx = &fault,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_data_t *data = NULL;
    const cyaml_err_t error = cyaml_load_data((const uint8_t *)yaml.ptr, yaml.len,
                                              &config, &file_schema, &data, NULL);
    *out = data;
    if (error != CYAML_OK)
        return td_fail(err, TD_CONFIG, "%s:%d: %s", file,
                       line_of_unknown(yaml, fault.text, fault.line),
                       fault.text[0] ? fault.text : cyaml_strerror(error));
    if (data == NULL)
        return td_fail(err, TD_CONFIG, "%s: holds no rules", file);
    return TD_OK;
}

enum td_status td_bounce_rules_create(struct td_bounce_rules **out, struct td_slice yaml,
                                      const char *file, struct td_err *err)
{
    struct td_raw_rules *raw = NULL;
    if (yaml.len > TD_BOUNCE_RULES_BYTES_MAX)
        return td_fail(err, TD_CONFIG, "%s: larger than %zu bytes", file,
                       TD_BOUNCE_RULES_BYTES_MAX);
    enum td_status status = load(yaml, file, &raw, err);
    if (status == TD_OK) {
        struct td_rules_source source = {.yaml = yaml, .file = file};
        status = td_rules_build(&source, raw, out, err);
    }
    const cyaml_config_t config = {.mem_fn = cyaml_mem};
    (void)cyaml_free(&config, &file_schema, raw, 0);
    return status;
}

int td_bounce_rules_version(const struct td_bounce_rules *rules)
{
    return rules->version;
}

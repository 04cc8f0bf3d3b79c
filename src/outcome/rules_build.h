/*
 * rules_build.h: from the words of the rule file to its tables. rules.c reads, this checks and
 * compiles; every fault is told with file and line.
 */
#ifndef TD_OUTCOME_RULES_BUILD_H
#define TD_OUTCOME_RULES_BUILD_H

#include "outcome/rules_table.h"

/* A rule as it is written; which keys it may have depends on the list it stands in. */
struct td_raw_rule {
    char *name, *about, *means, *disputed, *vague, *sure, *nobody, *gives;
    char **from, **words, **subject, **sender, **field;
    char **unless, **unless_subject, **unless_sender;
    char **match, **recipient, **recipient_field, **since, **until;
    unsigned from_count, words_count, subject_count, sender_count, field_count;
    unsigned unless_count, unless_subject_count, unless_sender_count;
    unsigned match_count, recipient_count, recipient_field_count;
    unsigned since_count, until_count;
};

struct td_raw_rules {
    char *version;
    struct td_raw_rule *meanings, *forms, *recipients, *returned;
    unsigned meanings_count, forms_count, recipients_count, returned_count;
};

struct td_rules_source {
    struct td_slice yaml;
    const char *file;
};

/* *out is set on success only; raw may be freed then. */
enum td_status td_rules_build(const struct td_rules_source *source,
                              const struct td_raw_rules *raw,
                              struct td_bounce_rules **out, struct td_err *err);

#endif

/*
 * rules_compile.h: phrases and patterns of a rule, and its faults, for rules_build.c.
 */
#ifndef TD_OUTCOME_RULES_COMPILE_H
#define TD_OUTCOME_RULES_COMPILE_H

#include "outcome/rules_build.h"

/* What is being built, and from what. */
struct td_build {
    const struct td_rules_source *source;
    struct td_bounce_rules *rules;
    const struct td_raw_rules *raw;
    const struct td_raw_rule *rule; /* at hand */
    struct td_err *err;
};

/* TD_CONFIG: "FILE:LINE: rule NAME: what text: why". what may be "", or say what text is. */
enum td_status td_build_fault(const struct td_build *build, const char *what,
                              const char *text, const char *why);

/* "{to}" in a pattern stands for an address, as a group of that name. */
enum td_status td_build_patterns(const struct td_build *build, char *const *texts,
                                 unsigned count, struct td_patterns *out);

enum td_status td_build_phrases(const struct td_build *build, char *const *texts,
                                unsigned count, struct td_phrases *phrases, size_t id);

#endif

/*
 * bounce_rules.h: the rules of conf/bounce-rules.yaml, for tests in C. Include td_test.h first.
 */
#ifndef TD_SUPPORT_BOUNCE_RULES_H
#define TD_SUPPORT_BOUNCE_RULES_H

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "outcome/rules.h"

/* Loaded once, for the life of the program. */
static inline const struct td_bounce_rules *td_test_bounce_rules(void)
{
    static struct td_bounce_rules *rules;
    struct td_err err = {0};
    if (rules != NULL)
        return rules;
    struct td_buf text;
    td_buf_init(&text, TD_BOUNCE_RULES_BYTES_MAX);
    if (td_file_read(TD_SOURCE_DIR "/conf/bounce-rules.yaml", TD_BOUNCE_RULES_BYTES_MAX,
                     &text, &err) != TD_OK ||
        td_bounce_rules_create(&rules, td_buf_slice(&text), "conf/bounce-rules.yaml",
                               &err) != TD_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        abort();
    }
    td_buf_release(&text);
    return rules;
}

#endif

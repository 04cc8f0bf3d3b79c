/*
 * rules.h: the rule file: what the words of mail servers mean, and how the notices look that are no
 * RFC 3464 reports. conf/bounce-rules.yaml is built in; an instance's own wins. docs/bounce-rules.md
 * describes the file.
 *
 * One set of words serves SMTP replies at delivery time and mails that come back later.
 *
 * Matching cannot be made to burn time: words are found by one pass over a text whose length is
 * capped (phrases.h), patterns run only where one of the rule's words stands, under a limit
 * (pattern.h).
 */
#ifndef TD_OUTCOME_RULES_H
#define TD_OUTCOME_RULES_H

#include "base/err.h"
#include "base/str.h"

struct td_bounce_rules;

#define TD_BOUNCE_RULES_BYTES_MAX ((size_t)1024 * 1024)

/* Reads and checks the whole file; `file` is its name in messages. TD_CONFIG with
 * "FILE:LINE: …" for the first fault. */
enum td_status td_bounce_rules_create(struct td_bounce_rules **out, struct td_slice yaml,
                                      const char *file, struct td_err *err);
void td_bounce_rules_destroy(struct td_bounce_rules *rules); /* NULL is fine */

/* The file's `version:`, a number that grows with each change; stored with each judgement. */
int td_bounce_rules_version(const struct td_bounce_rules *rules);

#endif

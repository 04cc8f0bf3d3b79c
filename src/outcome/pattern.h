/*
 * pattern.h: regular expressions of the rule file (PCRE2, UTF-8 not required of the text).
 *
 * A search ends at a limit of steps, whatever pattern and text are; then it has found nothing.
 */
#ifndef TD_OUTCOME_PATTERN_H
#define TD_OUTCOME_PATTERN_H

#include "base/err.h"
#include "base/str.h"

struct td_pattern;

/* Letters fold, ^ and $ match at line ends (LF or CR LF). TD_CONFIG with PCRE2's words and the
 * offset of the fault. */
enum td_status td_pattern_create(struct td_pattern **out, struct td_slice text,
                                 struct td_err *err);
void td_pattern_destroy(struct td_pattern *pattern); /* NULL is fine */

/* A match: all of it, and the groups the rule file knows; absent where they took no part. */
struct td_match {
    struct td_slice all;
    struct td_slice to;     /* (?<to>…), or the first group */
    struct td_slice local;  /* (?<local>…): a local part without its host */
    struct td_slice why;    /* (?<why>…) */
    struct td_slice status; /* (?<status>…) */
    size_t end;             /* offset behind it in the subject */
};

/* The first match at or after from. One search at a time for one pattern: it keeps scratch memory. */
bool td_pattern_find(const struct td_pattern *pattern, struct td_slice subject,
                     size_t from, struct td_match *match);

#endif

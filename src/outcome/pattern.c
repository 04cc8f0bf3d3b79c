/* pattern.c: the one file that knows PCRE2. */
#include "outcome/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"

/* Generous for the forms of real notices; a text made to make a pattern backtrack is given up after
 * about a millisecond. */
#define STEPS_MAX 200000U
#define HEAP_KB   256U

/* Compiling to machine code takes as long as some dozens of searches: those that are used often. */
#define SEARCHES_BEFORE_JIT 16U

/* What searching changes; patterns are const to those who search. */
struct scratch {
    pcre2_match_data *match; /* owned */
    unsigned searches;
};

struct td_pattern {
    pcre2_code *code;            /* owned */
    struct scratch *scratch;     /* owned */
    pcre2_match_context *limits; /* owned */
    int to, local, why, status;  /* numbers of the groups; 0: none */
};

static int group_number(const pcre2_code *code, const char *name)
{
    const int number = pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);
    return number > 0 ? number : 0;
}

enum td_status td_pattern_create(struct td_pattern **out, struct td_slice text,
                                 struct td_err *err)
{
    int error = 0;
    PCRE2_SIZE at = 0;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
                                     PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_DUPNAMES,
                                     &error, &at, context);
    pcre2_compile_context_free(context);
    if (code == NULL) {
        PCRE2_UCHAR words[120] = "";
        (void)pcre2_get_error_message(error, words, sizeof words);
        return td_fail(err, TD_CONFIG, "%s at character %zu", (const char *)words,
                       at + 1);
    }
    uint32_t groups = 0;
    (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    struct td_pattern *pattern = td_xcalloc(1, sizeof *pattern);
    pattern->code = code;
    pattern->scratch = td_xcalloc(1, sizeof *pattern->scratch);
    pattern->scratch->match = pcre2_match_data_create_from_pattern(code, NULL);
    pattern->limits = pcre2_match_context_create(NULL);
    if (pattern->scratch->match == NULL || pattern->limits == NULL)
        TD_PANIC("no memory for a pattern");
    (void)pcre2_set_match_limit(pattern->limits, STEPS_MAX);
    (void)pcre2_set_heap_limit(pattern->limits, HEAP_KB);
    pattern->to = group_number(code, "to");
    pattern->local = group_number(code, "local");
    pattern->why = group_number(code, "why");
    pattern->status = group_number(code, "status");
    if (pattern->to + pattern->local + pattern->why + pattern->status == 0 && groups > 0)
        pattern->to = 1;
    *out = pattern;
    return TD_OK;
}

void td_pattern_destroy(struct td_pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_match_context_free(pattern->limits);
    pcre2_match_data_free(pattern->scratch->match);
    free(pattern->scratch);
    pcre2_code_free(pattern->code);
    free(pattern);
}

static struct td_slice group(struct td_slice subject, const PCRE2_SIZE *ends, int count,
                             int number)
{
    if (number == 0 || number >= count || ends[2 * number] == PCRE2_UNSET)
        return (struct td_slice){0};
    return td_slice_sub(subject, ends[2 * number], ends[2 * number + 1]);
}

bool td_pattern_find(const struct td_pattern *pattern, struct td_slice subject,
                     size_t from, struct td_match *match)
{
    if (from > subject.len)
        return false;
    if (++pattern->scratch->searches == SEARCHES_BEFORE_JIT)
        (void)pcre2_jit_compile(pattern->code,
                                PCRE2_JIT_COMPLETE); /* or it stays as it is */
    const int count = pcre2_match(pattern->code, (PCRE2_SPTR)subject.ptr, subject.len,
                                  from, 0, pattern->scratch->match, pattern->limits);
    if (count <= 0)
        return false;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->scratch->match);
    match->all = td_slice_sub(subject, ends[0], ends[1]);
    match->to = group(subject, ends, count, pattern->to);
    match->local = group(subject, ends, count, pattern->local);
    match->why = group(subject, ends, count, pattern->why);
    match->status = group(subject, ends, count, pattern->status);
    match->end = ends[1];
    return true;
}

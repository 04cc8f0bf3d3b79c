/* faultspec.c: the language of `--faults` (faults.h), word by word. */
#include "sink/faultrule.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LONG_DEFAULT 1000 /* twice what RFC 5321 allows a reply line */
#define LONG_MOST    1000000
#define NUMBER_MOST  INT64_C(1000000000000)

struct reader {
    struct td_slice spec;
    size_t at;            /* behind the word in hand */
    struct td_slice word; /* absent: the rule is over */
    bool quoted;
    struct td_err *err;
};

static const char *const stage_names[TD_SINK_STAGE_COUNT] = {
    "connect", "banner", "ehlo", "starttls", "tls",       "auth", "mail",
    "rcpt",    "data",   "body", "dot",      "after-dot", "rset", "quit"};

const char *td_sink_stage_name(enum td_sink_stage stage)
{
    return stage_names[stage];
}

/* --- words ------------------------------------------------------------------------------------ */

/* What is wrong with the word in hand, and where it stands. */
static enum td_status wrong(const struct reader *r, const char *what)
{
    if (r->word.ptr == NULL)
        return td_fail(r->err, TD_USAGE, "at %zu, the end of a rule: %s", r->at + 1,
                       what);
    return td_fail(r->err, TD_USAGE, "at %zu, \"%.*s\": %s",
                   (size_t)(r->word.ptr - r->spec.ptr) + 1,
                   r->word.len > 40 ? 40 : (int)r->word.len, r->word.ptr, what);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word of this rule, absent at its end; a text in quotes is one, without them. */
static enum td_status next(struct reader *r)
{
    const char *p = r->spec.ptr;
    while (r->at < r->spec.len && is_space(p[r->at]))
        r->at++;
    size_t from = r->at;
    r->quoted = r->at < r->spec.len && p[r->at] == '"';
    if (r->quoted) {
        size_t end = td_slice_find(r->spec, from + 1, '"');
        r->word = td_slice_sub(r->spec, from + 1, end == (size_t)-1 ? r->spec.len : end);
        r->at = end == (size_t)-1 ? r->spec.len : end + 1;
        return end == (size_t)-1 ? wrong(r, "the quotes are not closed") : TD_OK;
    }
    while (r->at < r->spec.len && !is_space(p[r->at]) && p[r->at] != ';')
        r->at++;
    r->word = r->at > from ? td_slice_sub(r->spec, from, r->at) : (struct td_slice){0};
    return TD_OK;
}

static bool is(const struct reader *r, const char *text)
{
    return !r->quoted && td_slice_iis(r->word, text);
}

/* The next word as a whole number. */
static enum td_status take_number(struct reader *r, int64_t *out)
{
    enum td_status status = next(r);
    if (status == TD_OK &&
        (r->word.ptr == NULL || r->quoted || !td_slice_int64(r->word, out) || *out < 1 ||
         *out > NUMBER_MOST))
        status = wrong(r, "a number from 1 is expected here");
    return status == TD_OK ? next(r) : status;
}

/* --- what ------------------------------------------------------------------------------------- */

static enum td_status take_text(struct reader *r, struct td_sink_fault *fault)
{
    enum td_status status = next(r);
    if (status != TD_OK)
        return status;
    if (!r->quoted) {
        (void)snprintf(fault->text, sizeof fault->text, "%c.0.0 a fault on demand",
                       (char)('0' + fault->code / 100));
        return TD_OK;
    }
    if (r->word.len >= sizeof fault->text || td_slice_find_control(r->word) != (size_t)-1)
        return wrong(r, "a reply's text is one line of at most 511 octets");
    memcpy(fault->text, r->word.ptr, r->word.len);
    fault->text[r->word.len] = '\0';
    return next(r);
}

static enum td_status take_over_long(struct reader *r, struct td_sink_fault *fault)
{
    int64_t n = LONG_DEFAULT;
    enum td_status status = next(r);
    fault->long_by = LONG_DEFAULT;
    if (status != TD_OK || r->quoted || !td_slice_int64(r->word, &n))
        return status;
    if (n < 1 || n > LONG_MOST)
        return wrong(r, "from 1 to 1000000 octets");
    fault->long_by = (size_t)n;
    return next(r);
}

static enum td_status take_slow(struct reader *r, struct td_sink_fault *fault)
{
    int64_t ms = 0;
    enum td_status status = next(r);
    if (status != TD_OK)
        return status;
    if (td_slice_ends(r->word, "ms") &&
        td_slice_int64(td_slice_sub(r->word, 0, r->word.len - 2), &ms) && ms > 0 &&
        ms <= 1000000)
        fault->wait = ms * 1000;
    else if (r->word.ptr == NULL || !td_duration_parse(r->word, &fault->wait) ||
             fault->wait <= 0)
        return wrong(r, "a length of time is expected here: 300ms, 5s, 2m");
    return next(r);
}

static bool is_code(const struct reader *r)
{
    const char *p = r->word.ptr;
    return !r->quoted && r->word.len == 3 && p[0] >= '2' && p[0] <= '5' &&
           isdigit((unsigned char)p[1]) && isdigit((unsigned char)p[2]);
}

/* One word of WHAT; *known is false where it is none. */
static enum td_status take_what(struct reader *r, struct td_sink_fault *fault,
                                bool *known)
{
    static const struct {
        const char *name;
        enum td_sink_fault_kind kind;
    } kinds[] = {{"malformed", TD_FAULT_MALFORMED},
                 {"silent", TD_FAULT_SILENT},
                 {"drop", TD_FAULT_DROP}};
    *known = true;
    if (is_code(r)) {
        if (fault->code != 0)
            return wrong(r, "one reply is enough");
        fault->code = (int)strtol(r->word.ptr, NULL, 10);
        return take_text(r, fault);
    }
    for (size_t i = 0; i < TD_ARRAY_LEN(kinds); i++)
        if (is(r, kinds[i].name)) {
            fault->kind = kinds[i].kind;
            return next(r);
        }
    if (is(r, "multi-line")) {
        fault->multi_line = true;
        return next(r);
    }
    if (is(r, "unasked")) {
        fault->unasked = true;
        return next(r);
    }
    if (is(r, "over-long"))
        return take_over_long(r, fault);
    if (is(r, "slow"))
        return take_slow(r, fault);
    *known = false;
    return TD_OK;
}

/* --- when ------------------------------------------------------------------------------------- */

static const char nobody[] =
    "no recipient is known at this stage; from rcpt to after-dot one is";

static bool knows_recipient(enum td_sink_stage stage)
{
    return stage >= TD_SINK_RCPT && stage <= TD_SINK_AFTER_DOT;
}

static enum td_status take_share(struct reader *r, struct td_sink_rule *rule)
{
    char text[16] = "";
    char *end = NULL;
    double percent = 0;
    if (r->word.len < sizeof text) {
        memcpy(text, r->word.ptr, r->word.len - 1);
        percent = strtod(text, &end);
    }
    bool digits = strspn(text, "0123456789.") == strlen(text);
    if (end == NULL || *end != '\0' || !digits || !(percent > 0 && percent <= 100))
        return wrong(r, "a share lies above 0% and reaches up to 100%");
    rule->share = percent / 100;
    return next(r);
}

static enum td_status take_pattern(struct reader *r, struct td_sink_rule *rule)
{
    enum td_status status = next(r);
    if (status != TD_OK)
        return status;
    if (!knows_recipient(rule->stage))
        return wrong(r, nobody);
    if (r->word.ptr == NULL || r->word.len == 0 || r->word.len >= sizeof rule->pattern)
        return wrong(r,
                     "a recipient's address is expected here, * and ? may stand in it");
    for (size_t i = 0; i < r->word.len; i++)
        rule->pattern[i] = (char)tolower((unsigned char)r->word.ptr[i]);
    rule->pattern[r->word.len] = '\0';
    return next(r);
}

static enum td_status take_when(struct reader *r, struct td_sink_rule *rule)
{
    if (!r->quoted && td_slice_ends(r->word, "%"))
        return take_share(r, rule);
    if (is(r, "first"))
        return take_number(r, &rule->first);
    if (is(r, "turn"))
        return take_number(r, &rule->turn);
    if (is(r, "every"))
        return take_number(r, &rule->every);
    if (is(r, "to"))
        return take_pattern(r, rule);
    if (!is(r, "each"))
        return wrong(
            r,
            "expected is a reply's code, malformed, silent, drop, multi-line, "
            "over-long, unasked, slow, or a share as 5%, first, turn, every, each, to");
    if (!knows_recipient(rule->stage))
        return wrong(r, nobody);
    rule->each = true;
    return next(r);
}

/* --- rules ------------------------------------------------------------------------------------ */

static enum td_status take_stage(struct reader *r, struct td_sink_rule *rule)
{
    for (int i = 0; i < TD_SINK_STAGE_COUNT; i++)
        if (is(r, stage_names[i])) {
            rule->stage = (enum td_sink_stage)i;
            return next(r);
        }
    return wrong(
        r, "a rule begins with a stage: connect, banner, ehlo, starttls, tls, "
           "auth, mail, rcpt, data, body, dot, after-dot, rset, quit; or with seed");
}

static enum td_status check_rule(const struct reader *r, const struct td_sink_rule *rule,
                                 size_t words)
{
    const struct td_sink_fault *fault = &rule->fault;
    bool dressed = fault->multi_line || fault->long_by > 0 || fault->unasked;
    bool shaped = fault->code != 0 || dressed;
    if (words == 0)
        return wrong(
            r, "what is to go wrong there? a reply's code, malformed, silent, drop, "
               "multi-line, over-long, unasked or slow");
    if (fault->kind != TD_FAULT_REPLY && shaped)
        return wrong(r, "malformed, silent and drop take the reply's place: no code, "
                        "multi-line, over-long or unasked beside them");
    if (rule->stage == TD_SINK_TLS && dressed && fault->code == 0)
        return wrong(r, "no reply is due at tls: say which one");
    if (rule->stage == TD_SINK_BODY && fault->kind == TD_FAULT_REPLY && fault->code == 0)
        return wrong(r, "no reply is due at body: say which one");
    return TD_OK;
}

static enum td_status take_rule(struct reader *r, struct td_sink_rule *rule)
{
    size_t words = 0;
    enum td_status status = take_stage(r, rule);
    while (status == TD_OK && r->word.ptr != NULL) {
        bool known = false;
        status = take_what(r, &rule->fault, &known);
        words += known;
        if (status == TD_OK && !known)
            status = take_when(r, rule);
    }
    return status == TD_OK ? check_rule(r, rule, words) : status;
}

static enum td_status take_seed(struct reader *r, uint64_t *seed)
{
    int64_t number = 0;
    enum td_status status = take_number(r, &number);
    if (status == TD_OK && r->word.ptr != NULL)
        status = wrong(r, "a seed stands alone; a semicolon ends it");
    *seed = (uint64_t)number;
    return status;
}

enum td_status td_faultspec_read(struct td_sink_rules *rules, const char *spec,
                                 struct td_err *err)
{
    struct reader r = {.spec = td_slice(spec), .err = err};
    enum td_status status = TD_OK;
    for (; status == TD_OK && r.at < r.spec.len; r.at++) { /* over the semicolon */
        struct td_sink_rule rule = {.share = 1};
        status = next(&r);
        if (status != TD_OK || r.word.ptr == NULL)
            continue;
        if (is(&r, "seed")) {
            status = take_seed(&r, &rules->seed);
            continue;
        }
        status = take_rule(&r, &rule);
        if (status == TD_OK && rules->count == TD_FAULT_RULES_MAX)
            status = wrong(&r, "more than 100 rules");
        rules->items = td_vec_grow(rules->items, &rules->cap, rules->count + 1,
                                   sizeof *rules->items);
        if (status == TD_OK)
            rules->items[rules->count++] = rule;
    }
    if (status == TD_OK && rules->count == 0)
        return td_fail(err, TD_USAGE, "there is no rule in it");
    return status;
}

/* blame.c: the one place where a meaning becomes hard or soft. */
#include "outcome/blame.h"

#include <string.h>

/* What a server's own words and codes come to. */
struct codes {
    int enhanced[3];
    int reply; /* 550; 0: none */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number at text[*pos], at most three digits; -1 for none. */
static int take_number(struct td_slice text, size_t *pos)
{
    const size_t start = *pos;
    int n = 0;
    while (*pos < text.len && is_digit(text.ptr[*pos]) && *pos - start < 3)
        n = n * 10 + (text.ptr[(*pos)++] - '0');
    return *pos > start ? n : -1;
}

/* "5.1.1" at text[pos], which begins no IP address or version. */
static bool enhanced_at(struct td_slice text, size_t pos, int out[3])
{
    int numbers[3];
    if (pos > 0 && (is_digit(text.ptr[pos - 1]) || text.ptr[pos - 1] == '.'))
        return false;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && (pos >= text.len || text.ptr[pos++] != '.'))
            return false;
        numbers[i] = take_number(text, &pos);
        if (numbers[i] < 0)
            return false;
    }
    if (pos < text.len && is_digit(text.ptr[pos]))
        return false;
    if (pos + 1 < text.len && text.ptr[pos] == '.' && is_digit(text.ptr[pos + 1]))
        return false;
    if (numbers[0] != 2 && numbers[0] != 4 && numbers[0] != 5)
        return false;
    memcpy(out, numbers, sizeof numbers);
    return true;
}

/* "550 " or "550-" as a word at text[pos], of the codes of RFC 5321 and their kin. */
static int reply_at(struct td_slice text, size_t pos)
{
    if (pos > 0 && memchr(" \t\n\"'<(:[;>#=", text.ptr[pos - 1], 12) == NULL)
        return 0;
    const struct td_slice word = td_slice_sub(text, pos, pos + 3);
    if (word.len < 3 || (word.ptr[0] != '4' && word.ptr[0] != '5') || word.ptr[1] > '7' ||
        !is_digit(word.ptr[1]) || !is_digit(word.ptr[2]))
        return 0;
    if (pos + 3 < text.len && memchr(" -\r\n\t:#,", text.ptr[pos + 3], 8) == NULL)
        return 0;
    return (word.ptr[0] - '0') * 100 + (word.ptr[1] - '0') * 10 + word.ptr[2] - '0';
}

/* x.y.0 says the subject at most. */
static bool says_little(const int enhanced[3])
{
    return enhanced[0] == 0 || enhanced[2] == 0;
}

static bool says_nothing(const int enhanced[3])
{
    return enhanced[0] == 0 || (enhanced[1] == 0 && enhanced[2] == 0);
}

/* The first codes in a text, but that an enhanced code with a detail beats one without: gateways
 * put "5.1.0" before the words of the server behind them. */
static struct codes find_codes(struct td_slice text)
{
    struct codes codes = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '4' && text.ptr[i] != '5' && text.ptr[i] != '2')
            continue;
        if (codes.reply == 0)
            codes.reply = reply_at(text, i);
        int enhanced[3];
        if (says_little(codes.enhanced) && enhanced_at(text, i, enhanced) &&
            (codes.enhanced[0] == 0 || !says_little(enhanced)))
            memcpy(codes.enhanced, enhanced, sizeof enhanced);
    }
    return codes;
}

struct td_slice td_find_reply(struct td_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int enhanced[3];
        if ((text.ptr[i] == '4' || text.ptr[i] == '5') &&
            (reply_at(text, i) != 0 || enhanced_at(text, i, enhanced)))
            return td_slice_sub(text, i, text.len);
    }
    return (struct td_slice){0};
}

/* The report's status, but for the diagnostic's own code where that says more, or something else:
 * it is the remote's own word (RFC 3464 2.3.6). */
static void choose_code(const int status[3], const int own[3], int out[3])
{
    const bool prefer_own = !says_nothing(own) || status[0] == 0;
    memcpy(out, prefer_own ? own : status, 3 * sizeof *out);
}

static struct td_said read_words(const struct td_bounce_rules *rules,
                                 const struct td_evidence *evidence, const int code[3],
                                 int reply)
{
    struct td_said said = {0};
    if (evidence->sure)
        return (struct td_said){.meaning = evidence->otherwise, .rule = evidence->rule};
    if (evidence->diagnostic.len > 0)
        said = td_meaning_of_text(rules, evidence->diagnostic, TD_TRUST_REPLY);
    if (evidence->near.len > 0) {
        /* "after MAIL FROM: 550 does not exist": what leads to the reply may tell more than it */
        const struct td_said around =
            td_meaning_of_text(rules, evidence->near, TD_TRUST_NOTICE);
        if (around.rule != NULL && (said.rule == NULL || around.order < said.order))
            said = around;
    }
    said = td_meaning_join(said, code, reply);
    if (said.meaning == TD_MEANS_NOTHING && evidence->prose.len > 0)
        said = td_meaning_of_text(rules, evidence->prose, TD_TRUST_NOTICE);
    if (said.meaning == TD_MEANS_NOTHING && evidence->otherwise != TD_MEANS_NOTHING)
        said = (struct td_said){.meaning = evidence->otherwise, .rule = evidence->rule};
    return said;
}

static const struct {
    enum td_scope scope;
    enum td_reason reason;
    bool blocks_us;
} effects[TD_MEANS_COUNT] = {
    [TD_MEANS_NOTHING] = {TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, false},
    [TD_MEANS_ADDRESS] = {TD_SCOPE_RECIPIENT, TD_REASON_ADDRESS, false},
    [TD_MEANS_MAILBOX] = {TD_SCOPE_RECIPIENT, TD_REASON_REFUSED, false},
    [TD_MEANS_QUOTA] = {TD_SCOPE_RECIPIENT, TD_REASON_QUOTA, false},
    [TD_MEANS_SIZE] = {TD_SCOPE_MESSAGE, TD_REASON_SIZE, false},
    [TD_MEANS_RECIPIENTS] = {TD_SCOPE_DOMAIN, TD_REASON_TRY_LATER, false},
    [TD_MEANS_RATE] = {TD_SCOPE_DOMAIN, TD_REASON_POLICY, true},
    [TD_MEANS_SENDER] = {TD_SCOPE_RELAY, TD_REASON_POLICY, true},
    [TD_MEANS_CONTENT] = {TD_SCOPE_MESSAGE, TD_REASON_POLICY, true},
    [TD_MEANS_SMTPUTF8] = {TD_SCOPE_RECIPIENT, TD_REASON_SMTPUTF8, false},
    [TD_MEANS_SYSTEM] = {TD_SCOPE_DOMAIN, TD_REASON_TRY_LATER, false},
    [TD_MEANS_ROUTE] = {TD_SCOPE_DOMAIN, TD_REASON_TRY_LATER, false},
};

/* "5.1.1"; three numbers below 1000 always find room. snprintf would take as long as all else here. */
static void write_code(const int code[3], char *out)
{
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            *out++ = '.';
        for (int unit = code[i] > 99 ? 100 : code[i] > 9 ? 10 : 1; unit > 0; unit /= 10)
            *out++ = (char)('0' + code[i] / unit % 10);
    }
    *out = '\0';
}

void td_blame(const struct td_bounce_rules *rules, const struct td_evidence *evidence,
              struct td_bounced *out)
{
    const struct codes own = find_codes(evidence->diagnostic);
    const struct codes status = find_codes(evidence->status);
    int code[3];
    choose_code(status.enhanced, own.enhanced, code);
    const struct td_said said = read_words(rules, evidence, code, own.reply);
    const bool for_now = own.reply / 100 == 4 || (own.reply == 0 && code[0] == 4);
    const bool blames = said.meaning == TD_MEANS_ADDRESS || said.disputed;
    out->kind = blames && !for_now ? TD_BOUNCE_HARD : TD_BOUNCE_SOFT;
    out->disputed = out->kind == TD_BOUNCE_HARD && said.disputed;
    out->scope = effects[said.meaning].scope;
    out->reason = effects[said.meaning].reason;
    out->blocks_us = effects[said.meaning].blocks_us && !said.spares_us;
    out->rule = said.rule;
    out->words = evidence->diagnostic.len > 0 ? evidence->diagnostic : evidence->near;
    if (code[0] != 0)
        write_code(code, out->status);
}

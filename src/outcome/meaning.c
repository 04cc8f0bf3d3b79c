/*
 * meaning.c: words through the rule file, codes by their registry, and which of the two is
 * believed.
 */
#include "outcome/meaning.h"

#include "base/err.h"
#include "outcome/flatten.h"
#include "outcome/rules_table.h"

#define FLAT_MAX ((size_t)4 * 1024) /* of a text, more is not looked at */

static const char *const names[TD_MEANS_COUNT] = {
    [TD_MEANS_NOTHING] = "nothing", [TD_MEANS_ADDRESS] = "address",
    [TD_MEANS_MAILBOX] = "mailbox", [TD_MEANS_QUOTA] = "quota",
    [TD_MEANS_SIZE] = "size",       [TD_MEANS_RECIPIENTS] = "recipients",
    [TD_MEANS_RATE] = "rate",       [TD_MEANS_SENDER] = "sender",
    [TD_MEANS_CONTENT] = "content", [TD_MEANS_SMTPUTF8] = "smtputf8",
    [TD_MEANS_SYSTEM] = "system",   [TD_MEANS_ROUTE] = "route",
};

const char *td_meaning_name(enum td_meaning meaning)
{
    return names[meaning];
}

bool td_meaning_parse(struct td_slice name, enum td_meaning *out)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        if (td_slice_is(name, names[i])) {
            *out = (enum td_meaning)i;
            return true;
        }
    }
    return false;
}

static bool matches_one(const struct td_patterns *patterns, struct td_slice flat)
{
    struct td_match match;
    for (size_t i = 0; i < patterns->count; i++) {
        if (td_pattern_find(patterns->items[i], flat, 0, &match))
            return true;
    }
    return patterns->count == 0;
}

struct td_said td_meaning_of_text(const struct td_bounce_rules *rules,
                                  struct td_slice text, enum td_trust trust)
{
    char flat[FLAT_MAX];
    struct td_hits hits;
    const struct td_slice words = td_slice_n(flat, td_flatten(text, flat, sizeof flat));
    td_phrases_find(rules->words, words, &hits);
    for (size_t id = td_hits_next(&hits, 0); id < rules->meaning_count;
         id = td_hits_next(&hits, id + 1)) {
        const struct td_meaning_rule *rule = &rules->meanings[id];
        if ((trust == TD_TRUST_REPLY || !rule->vague) && matches_one(&rule->match, words))
            return (struct td_said){.meaning = rule->meaning,
                                    .disputed = rule->disputed,
                                    .rule = rule->name,
                                    .order = id};
    }
    return (struct td_said){0};
}

/* x.1.z: the addressing itself. 7 and 8 are the sender's address, 4 and 5 say nothing
 * final. */
static enum td_meaning of_addressing(int detail)
{
    switch (detail) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 6:
    case 10: return TD_MEANS_ADDRESS;
    case 7:
    case 8: return TD_MEANS_SENDER;
    default: return TD_MEANS_NOTHING;
    }
}

/* Subject and detail of RFC 3463, 5248, 7372, 7505, 6531. */
static enum td_meaning of_code(const int enhanced[3])
{
    int detail = enhanced[2];
    switch (enhanced[1]) {
    case 1: return of_addressing(detail);
    case 2:
        if (detail == 2)
            return TD_MEANS_QUOTA;
        return detail == 3 ? TD_MEANS_SIZE : TD_MEANS_MAILBOX;
    case 3: return detail == 4 ? TD_MEANS_SIZE : TD_MEANS_SYSTEM;
    case 4: return detail == 4 ? TD_MEANS_ADDRESS : TD_MEANS_NOTHING;
    case 5: return detail == 3 ? TD_MEANS_RECIPIENTS : TD_MEANS_NOTHING;
    case 6: return detail == 7 ? TD_MEANS_SMTPUTF8 : TD_MEANS_CONTENT;
    case 7:
        if (detail == 13)
            return TD_MEANS_MAILBOX; /* disabled */
        if (detail == 27)
            return TD_MEANS_NOTHING; /* RFC 7505: our domain; others say it of theirs */
        return (detail >= 20 && detail <= 29) || detail == 8 || detail == 9
                   ? TD_MEANS_SENDER
                   : TD_MEANS_CONTENT;
    default: return TD_MEANS_NOTHING;
    }
}

struct td_said td_meaning_of_code(const int enhanced[3])
{
    const bool given = enhanced[0] == 4 || enhanced[0] == 5;
    const enum td_meaning meaning = given ? of_code(enhanced) : TD_MEANS_NOTHING;
    /* disabled: often for a while only (standards K11) */
    const bool disputed = meaning == TD_MEANS_MAILBOX && enhanced[2] != 0;
    return (struct td_said){.meaning = meaning, .disputed = disputed};
}

struct td_said td_meaning_join(struct td_said text, const int enhanced[3], int reply_code)
{
    struct td_said code = td_meaning_of_code(enhanced);
    /* policy in the code: the address is not blamed, and by its words neither are we */
    code.spares_us = text.meaning == TD_MEANS_ADDRESS;
    if ((text.meaning == TD_MEANS_ADDRESS || text.disputed) &&
        (code.meaning == TD_MEANS_SENDER || code.meaning == TD_MEANS_CONTENT))
        return code;
    if (text.meaning != TD_MEANS_NOTHING)
        return text;
    const bool no_mail = reply_code == 521 && enhanced[1] == 3 && enhanced[2] == 2;
    if ((code.meaning == TD_MEANS_NOTHING && reply_code == 556) || no_mail)
        return (struct td_said){.meaning = TD_MEANS_ADDRESS}; /* RFC 7504 */
    return code;
}

enum td_meaning td_reply_meaning(const struct td_bounce_rules *rules,
                                 const struct td_reply *reply)
{
    const struct td_said text =
        td_meaning_of_text(rules, td_slice(reply->text), TD_TRUST_REPLY);
    return td_meaning_join(text, reply->enhanced, reply->code).meaning;
}

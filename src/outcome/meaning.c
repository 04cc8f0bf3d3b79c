/*
 * meaning.c: phrases of mail servers, in the order in which they are believed.
 */
#include "outcome/meaning.h"

#include <string.h>

#include "base/err.h"

struct phrase {
    const char *words; /* lower case; begins at the start of a word of the reply */
    enum td_meaning meaning;
};

/* The first that stands in the text wins, so: what is about us before what is about the
 * address
 * ("sender address rejected: domain not found"), full mailboxes before large messages. */
static const struct phrase phrases[] = {
    {"too many recipients", TD_MEANS_RECIPIENTS},
    {"too many rcpt", TD_MEANS_RECIPIENTS},

    {"greylist", TD_MEANS_MAILBOX},
    {"graylist", TD_MEANS_MAILBOX},
    {"receiving mail at a rate", TD_MEANS_MAILBOX},
    {"receiving mail too quickly", TD_MEANS_MAILBOX},

    {"rate limit", TD_MEANS_RATE},
    {"rate-limit", TD_MEANS_RATE},
    {"ratelimit", TD_MEANS_RATE},
    {"throttl", TD_MEANS_RATE},
    {"slow down", TD_MEANS_RATE},
    {"too many messages", TD_MEANS_RATE},
    {"too many mails", TD_MEANS_RATE},
    {"too many emails", TD_MEANS_RATE},
    {"too many connections", TD_MEANS_RATE},
    {"too many concurrent", TD_MEANS_RATE},
    {"too much mail", TD_MEANS_RATE},
    {"too fast", TD_MEANS_RATE},
    {"too quickly", TD_MEANS_RATE},
    {"unusual rate", TD_MEANS_RATE},
    {"message rate", TD_MEANS_RATE},
    {"connection rate", TD_MEANS_RATE},
    {"sending limit", TD_MEANS_RATE},
    {"sending quota", TD_MEANS_RATE},
    {"hourly limit", TD_MEANS_RATE},
    {"daily limit", TD_MEANS_RATE},
    {"user complaints", TD_MEANS_RATE},
    {"tss0", TD_MEANS_RATE},
    {"tss1", TD_MEANS_RATE},

    {"mailbox full", TD_MEANS_QUOTA},
    {"mailbox is full", TD_MEANS_QUOTA},
    {"mailbox size limit", TD_MEANS_QUOTA},
    {"mailbox has exceeded", TD_MEANS_QUOTA},
    {"inbox is full", TD_MEANS_QUOTA},
    {"over quota", TD_MEANS_QUOTA},
    {"overquota", TD_MEANS_QUOTA},
    {"over the quota", TD_MEANS_QUOTA},
    {"quota exceed", TD_MEANS_QUOTA},
    {"quota full", TD_MEANS_QUOTA},
    {"exceeded quota", TD_MEANS_QUOTA},
    {"exceeded his quota", TD_MEANS_QUOTA},
    {"exceeded their quota", TD_MEANS_QUOTA},
    {"exceeded storage", TD_MEANS_QUOTA},
    {"exceeds allowed message count", TD_MEANS_QUOTA},
    {"storage allocation", TD_MEANS_QUOTA},
    {"storage quota", TD_MEANS_QUOTA},
    {"out of storage", TD_MEANS_QUOTA},
    {"disk quota", TD_MEANS_QUOTA},
    {"not enough storage space", TD_MEANS_QUOTA},

    {"message size", TD_MEANS_SIZE},
    {"message too large", TD_MEANS_SIZE},
    {"message is too large", TD_MEANS_SIZE},
    {"message too big", TD_MEANS_SIZE},
    {"message is too big", TD_MEANS_SIZE},
    {"message too long", TD_MEANS_SIZE},
    {"message length exceeds", TD_MEANS_SIZE},
    {"exceeds maximum", TD_MEANS_SIZE},
    {"exceeded maximum", TD_MEANS_SIZE},
    {"exceeds fixed maximum", TD_MEANS_SIZE},
    {"exceeds the maximum", TD_MEANS_SIZE},
    {"exceeded the maximum", TD_MEANS_SIZE},
    {"exceeds size limit", TD_MEANS_SIZE},

    {"not listed in domino", TD_MEANS_ADDRESS}, /* before "listed" */
    {"not listed in public", TD_MEANS_ADDRESS},

    {"sender", TD_MEANS_SENDER}, /* rejected, denied, verify failed, not authorised … */
    {"return path", TD_MEANS_SENDER},
    {"envelope from", TD_MEANS_SENDER},
    {"mail from", TD_MEANS_SENDER},
    {"blacklist", TD_MEANS_SENDER},
    {"black list", TD_MEANS_SENDER},
    {"blocklist", TD_MEANS_SENDER},
    {"block list", TD_MEANS_SENDER},
    {"denylist", TD_MEANS_SENDER},
    {"blocked", TD_MEANS_SENDER},
    {"banned", TD_MEANS_SENDER},
    {"listed", TD_MEANS_SENDER},
    {"dnsbl", TD_MEANS_SENDER},
    {"rbl", TD_MEANS_SENDER},
    {"spamhaus", TD_MEANS_SENDER},
    {"spamcop", TD_MEANS_SENDER},
    {"reputation", TD_MEANS_SENDER},
    {"reverse dns", TD_MEANS_SENDER},
    {"reverse lookup", TD_MEANS_SENDER},
    {"ptr", TD_MEANS_SENDER},
    {"helo", TD_MEANS_SENDER},
    {"ehlo", TD_MEANS_SENDER},
    {"spf", TD_MEANS_SENDER},
    {"dkim", TD_MEANS_SENDER},
    {"dmarc", TD_MEANS_SENDER},
    {"authenticat", TD_MEANS_SENDER},
    {"unauthenticated", TD_MEANS_SENDER},
    {"not authorized", TD_MEANS_SENDER},
    {"not authorised", TD_MEANS_SENDER},
    {"client host", TD_MEANS_SENDER},
    {"client address", TD_MEANS_SENDER},
    {"your ip", TD_MEANS_SENDER},
    {"ip address", TD_MEANS_SENDER},
    {"your host", TD_MEANS_SENDER},
    {"your domain", TD_MEANS_SENDER},
    {"your server", TD_MEANS_SENDER},
    {"relay access denied", TD_MEANS_SENDER},
    {"relaying denied", TD_MEANS_SENDER},
    {"relaying not", TD_MEANS_SENDER},
    {"relay not", TD_MEANS_SENDER},
    {"not permitted to relay", TD_MEANS_SENDER},
    {"unable to relay", TD_MEANS_SENDER},
    {"we do not relay", TD_MEANS_SENDER},
    {"we don't relay", TD_MEANS_SENDER},
    {"rcpthosts", TD_MEANS_SENDER}, /* qmail: a domain it takes no mail for */

    {"spam", TD_MEANS_CONTENT},
    {"antispam", TD_MEANS_CONTENT},
    {"unsolicited", TD_MEANS_CONTENT},
    {"junk mail", TD_MEANS_CONTENT},
    {"bulk mail", TD_MEANS_CONTENT},
    {"policy", TD_MEANS_CONTENT},
    {"policies", TD_MEANS_CONTENT},
    {"content", TD_MEANS_CONTENT},
    {"virus", TD_MEANS_CONTENT},
    {"malware", TD_MEANS_CONTENT},
    {"phish", TD_MEANS_CONTENT},
    {"prohibited", TD_MEANS_CONTENT},
    {"administrative", TD_MEANS_CONTENT},
    {"security reasons", TD_MEANS_CONTENT},

    {"user unknown", TD_MEANS_ADDRESS},
    {"user is unknown", TD_MEANS_ADDRESS},
    {"unknown user", TD_MEANS_ADDRESS},
    {"unknown local user", TD_MEANS_ADDRESS},
    {"unknown local part", TD_MEANS_ADDRESS},
    {"unknown local-part", TD_MEANS_ADDRESS},
    {"unknown address", TD_MEANS_ADDRESS},
    {"unknown account", TD_MEANS_ADDRESS},
    {"unknown mailbox", TD_MEANS_ADDRESS},
    {"unknown recipient", TD_MEANS_ADDRESS},
    {"unknown or illegal alias", TD_MEANS_ADDRESS},
    {"recipient unknown", TD_MEANS_ADDRESS},
    {"recipient not found", TD_MEANS_ADDRESS},
    {"address unknown", TD_MEANS_ADDRESS},
    {"address not found", TD_MEANS_ADDRESS},
    {"addressee unknown", TD_MEANS_ADDRESS},
    {"mailbox unknown", TD_MEANS_ADDRESS},
    {"mailbox not found", TD_MEANS_ADDRESS},
    {"user not found", TD_MEANS_ADDRESS},
    {"account not found", TD_MEANS_ADDRESS},
    {"unknown e-mail", TD_MEANS_ADDRESS},
    {"unknown email", TD_MEANS_ADDRESS},
    {"not our user", TD_MEANS_ADDRESS},
    {"not our customer", TD_MEANS_ADDRESS},
    {"no such user", TD_MEANS_ADDRESS},
    {"no such mailbox", TD_MEANS_ADDRESS},
    {"no such recipient", TD_MEANS_ADDRESS},
    {"no such address", TD_MEANS_ADDRESS},
    {"no such account", TD_MEANS_ADDRESS},
    {"no such person", TD_MEANS_ADDRESS},
    {"no such local user", TD_MEANS_ADDRESS},
    {"no such domain", TD_MEANS_ADDRESS},
    {"no mailbox", TD_MEANS_ADDRESS},
    {"no account", TD_MEANS_ADDRESS},
    {"no user", TD_MEANS_ADDRESS},
    {"not a known user", TD_MEANS_ADDRESS},
    {"not a valid mailbox", TD_MEANS_ADDRESS},
    {"not a valid user", TD_MEANS_ADDRESS},
    {"invalid recipient", TD_MEANS_ADDRESS},
    {"invalid mailbox", TD_MEANS_ADDRESS},
    {"invalid user", TD_MEANS_ADDRESS},
    {"invalid address", TD_MEANS_ADDRESS},
    {"does not exist", TD_MEANS_ADDRESS},
    {"doesn't exist", TD_MEANS_ADDRESS},
    {"doesn't have a", TD_MEANS_ADDRESS},
    {"does not have a", TD_MEANS_ADDRESS},
    {"no longer exist", TD_MEANS_ADDRESS},
    {"no longer valid", TD_MEANS_ADDRESS},
    {"unrouteable address", TD_MEANS_ADDRESS},
    {"unrouteable mail domain", TD_MEANS_ADDRESS},
    {"domain not found", TD_MEANS_ADDRESS},
    {"host not found", TD_MEANS_ADDRESS},
    {"host unknown", TD_MEANS_ADDRESS},
    {"host or domain name not found", TD_MEANS_ADDRESS},
};

/* Whether the byte before a phrase lets it begin there. */
static bool begins_word(const char *text, const char *at)
{
    if (at == text)
        return true;
    unsigned char c = (unsigned char)at[-1];
    return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80);
}

static bool says(const char *text, const char *words)
{
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++) {
        if (begins_word(text, at))
            return true;
    }
    return false;
}

/* "550-5.1.1 " at the start of a line: servers repeat it in the middle of their sentence.
 */
static struct td_slice without_codes(struct td_slice line)
{
    size_t pos = 0;
    while (pos < line.len && line.ptr[pos] != '\0' &&
           strchr("0123456789.-#: ", line.ptr[pos]) != NULL)
        pos++;
    return td_slice_sub(line, pos, line.len);
}

/* Addresses, which may hold any word ("spam@…"), and what else stands in angle brackets.
 */
static bool is_quoted_matter(struct td_slice word)
{
    return word.ptr[0] == '<' || td_slice_find(word, 0, '@') != (size_t)-1;
}

/* The words of the reply on one line in lower case, apart by one space, without codes and
 * addresses: a phrase may be cut by a line end. */
static void flatten(const char *reply, char out[TD_REPLY_TEXT_MAX])
{
    size_t n = 0;
    struct td_slice rest = td_slice(reply);
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        struct td_slice words = without_codes(line);
        struct td_slice word;
        while (td_slice_token(&words, " \t\r", &word)) {
            if (is_quoted_matter(word) || n + word.len + 2 > TD_REPLY_TEXT_MAX)
                continue;
            for (size_t i = 0; i < word.len; i++) {
                char c = word.ptr[i];
                out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
            }
            out[n++] = ' ';
        }
    }
    out[n] = '\0';
}

static enum td_meaning of_text(const char *reply)
{
    char text[TD_REPLY_TEXT_MAX];
    flatten(reply, text);
    for (size_t i = 0; i < TD_ARRAY_LEN(phrases); i++) {
        if (says(text, phrases[i].words))
            return phrases[i].meaning;
    }
    return TD_MEANS_NOTHING;
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
        return (detail >= 20 && detail <= 29) || detail == 8 || detail == 9
                   ? TD_MEANS_SENDER
                   : TD_MEANS_CONTENT;
    default: return TD_MEANS_NOTHING;
    }
}

enum td_meaning td_reply_meaning(const struct td_reply *reply)
{
    enum td_meaning text = of_text(reply->text);
    enum td_meaning code =
        reply->enhanced[0] != 0 ? of_code(reply->enhanced) : TD_MEANS_NOTHING;
    if (text == TD_MEANS_ADDRESS && (code == TD_MEANS_SENDER || code == TD_MEANS_CONTENT))
        return code; /* policy in the code: the address is not blamed */
    if (text != TD_MEANS_NOTHING)
        return text;
    if (code == TD_MEANS_NOTHING && reply->code == 556)
        return TD_MEANS_ADDRESS; /* the domain takes no mail (RFC 7504) */
    return code;
}

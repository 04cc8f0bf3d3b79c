/*
 * judge.c: one verdict for one reply, by the stage it came at, its class and its meaning.
 *
 * What comes before RCPT is between the relay and us: it blames no recipient and is
 * charged to no message. From RCPT on, the words decide whom a refusal concerns.
 */
#include "outcome/judge.h"

#include "outcome/meaning.h"
#include "outcome/retry.h"

struct case_ {
    const struct td_reply *reply;
    const struct td_history *history;
    const struct td_policy *policy;
    struct td_rand *rand;
};

/* Another try, or, where there is no time left before the deadline, too late. */
static struct td_verdict retry(const struct case_ *c, enum td_scope scope,
                               enum td_reason reason, bool charged)
{
    struct td_verdict verdict = {
        .kind = TD_VERDICT_RETRY,
        .scope = scope,
        .reason = reason,
        .charged = charged,
    };
    int attempts = charged ? c->history->attempts : 0;
    if (!td_retry_at(c->policy, attempts, c->history->now, c->history->deadline, c->rand,
                     &verdict.next_try)) {
        verdict.kind = TD_VERDICT_FAILED;
        verdict.reason = TD_REASON_TOO_LATE;
    }
    return verdict;
}

static struct td_verdict failed(enum td_scope scope, enum td_reason reason)
{
    return (struct td_verdict){
        .kind = TD_VERDICT_FAILED,
        .scope = scope,
        .reason = reason,
        .charged = true,
    };
}

static struct td_verdict address_gone(void)
{
    struct td_verdict verdict = failed(TD_SCOPE_RECIPIENT, TD_REASON_ADDRESS);
    verdict.suppress = true;
    return verdict;
}

/* No reply, or none that SMTP knows at this place. After the dot the message may have
 * been taken: nobody can tell, and a guess would lose it or send it twice. */
static struct td_verdict no_answer(const struct case_ *c)
{
    if (c->reply->stage != TD_STAGE_DOT)
        return retry(c, TD_SCOPE_RELAY, TD_REASON_CONNECTION, false);
    return (struct td_verdict){
        .kind = TD_VERDICT_IN_DOUBT,
        .scope = TD_SCOPE_MESSAGE,
        .reason = TD_REASON_UNKNOWN_FATE,
        .charged = true,
    };
}

/* Refused before a recipient was named. Only a message that is too large, or an address
 * that needs SMTPUTF8, is the message's own affair at MAIL. */
static struct td_verdict refused_early(const struct case_ *c, enum td_meaning meaning)
{
    bool final = c->reply->code >= 500 && c->reply->stage == TD_STAGE_MAIL;
    if (final && meaning == TD_MEANS_SIZE)
        return failed(TD_SCOPE_MESSAGE, TD_REASON_SIZE);
    if (final && meaning == TD_MEANS_SMTPUTF8)
        return failed(TD_SCOPE_RECIPIENT, TD_REASON_SMTPUTF8);
    enum td_reason reason =
        c->reply->code >= 500 ? TD_REASON_REFUSED : TD_REASON_TRY_LATER;
    return retry(c, TD_SCOPE_RELAY, reason, false);
}

/* 4yz at RCPT, DATA or the dot. */
static struct td_verdict try_later(const struct case_ *c, enum td_meaning meaning)
{
    switch (meaning) {
    case TD_MEANS_SYSTEM: return retry(c, TD_SCOPE_RELAY, TD_REASON_TRY_LATER, false);
    case TD_MEANS_QUOTA: return retry(c, TD_SCOPE_RECIPIENT, TD_REASON_QUOTA, true);
    case TD_MEANS_ADDRESS:
    case TD_MEANS_MAILBOX: return retry(c, TD_SCOPE_RECIPIENT, TD_REASON_TRY_LATER, true);
    case TD_MEANS_SIZE:
    case TD_MEANS_SMTPUTF8: return retry(c, TD_SCOPE_MESSAGE, TD_REASON_TRY_LATER, true);
    case TD_MEANS_NOTHING:
    case TD_MEANS_RECIPIENTS:
    case TD_MEANS_RATE:
    case TD_MEANS_SENDER:
    case TD_MEANS_CONTENT:
    case TD_MEANS_ROUTE: break;
    }
    return retry(c, TD_SCOPE_DOMAIN, TD_REASON_TRY_LATER, true);
}

/* 421 closes the session: the relay's affair, unless it says that a destination is too
 * fast. */
static struct td_verdict session_closed(const struct case_ *c, enum td_meaning meaning)
{
    bool late = c->reply->stage == TD_STAGE_RCPT || c->reply->stage == TD_STAGE_DATA ||
                c->reply->stage == TD_STAGE_DOT;
    bool slow = meaning == TD_MEANS_RATE || meaning == TD_MEANS_SENDER ||
                meaning == TD_MEANS_CONTENT;
    return retry(c, late && slow ? TD_SCOPE_DOMAIN : TD_SCOPE_RELAY, TD_REASON_TRY_LATER,
                 false);
}

/* A refusal that says nothing of the address: at RCPT it still touches this recipient
 * only. */
static struct td_verdict refused(const struct case_ *c, enum td_reason reason,
                                 enum td_scope later)
{
    return failed(c->reply->stage == TD_STAGE_RCPT ? TD_SCOPE_RECIPIENT : later, reason);
}

/* 5yz at RCPT, DATA or the dot. */
static struct td_verdict refused_for_good(const struct case_ *c, enum td_meaning meaning)
{
    switch (meaning) {
    case TD_MEANS_ADDRESS: return address_gone();
    case TD_MEANS_QUOTA: return failed(TD_SCOPE_RECIPIENT, TD_REASON_QUOTA);
    case TD_MEANS_SMTPUTF8: return failed(TD_SCOPE_RECIPIENT, TD_REASON_SMTPUTF8);
    case TD_MEANS_SIZE: return failed(TD_SCOPE_MESSAGE, TD_REASON_SIZE);
    case TD_MEANS_RECIPIENTS: return retry(c, TD_SCOPE_DOMAIN, TD_REASON_TRY_LATER, true);
    case TD_MEANS_RATE: return failed(TD_SCOPE_DOMAIN, TD_REASON_POLICY);
    case TD_MEANS_SENDER: return refused(c, TD_REASON_POLICY, TD_SCOPE_RELAY);
    case TD_MEANS_CONTENT: return refused(c, TD_REASON_POLICY, TD_SCOPE_MESSAGE);
    case TD_MEANS_SYSTEM: return refused(c, TD_REASON_REFUSED, TD_SCOPE_RELAY);
    case TD_MEANS_MAILBOX: return failed(TD_SCOPE_RECIPIENT, TD_REASON_REFUSED);
    case TD_MEANS_ROUTE:
    case TD_MEANS_NOTHING: break;
    }
    return refused(c, TD_REASON_REFUSED, TD_SCOPE_MESSAGE);
}

/* AUTH's own codes (RFC 4954): a fault of our configuration, whatever the stage. */
static bool is_auth_trouble(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

static struct td_verdict by_meaning(const struct case_ *c, enum td_meaning meaning)
{
    int class_ = c->reply->code / 100;
    if (c->reply->code == 421)
        return session_closed(c, meaning);
    if (is_auth_trouble(c->reply->code))
        return retry(c, TD_SCOPE_RELAY, TD_REASON_REFUSED, false);
    if (c->reply->stage == TD_STAGE_CONNECT || c->reply->stage == TD_STAGE_MAIL ||
        c->reply->stage == TD_STAGE_SESSION)
        return refused_early(c, meaning);
    return class_ == 4 ? try_later(c, meaning) : refused_for_good(c, meaning);
}

struct td_verdict td_judge(const struct td_bounce_rules *rules,
                           const struct td_reply *reply, const struct td_history *history,
                           const struct td_policy *policy, struct td_rand *rand)
{
    const struct case_ c = {reply, history, policy, rand};
    int class_ = reply->code / 100;
    if (class_ == 2 && reply->stage == TD_STAGE_DOT)
        return (struct td_verdict){.kind = TD_VERDICT_SENT, .charged = true};
    if (class_ != 4 && class_ != 5)
        return no_answer(&c);
    enum td_meaning meaning = td_reply_meaning(rules, reply);
    struct td_verdict verdict = by_meaning(&c, meaning);
    verdict.slow_down = verdict.kind == TD_VERDICT_RETRY &&
                        verdict.scope == TD_SCOPE_DOMAIN &&
                        (meaning == TD_MEANS_RATE || meaning == TD_MEANS_SENDER);
    return verdict;
}

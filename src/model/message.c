/*
 * message.c: names of states and reasons, and the one table of legal moves (design 5).
 */
#include "model/message.h"

#include <inttypes.h>
#include <stdio.h>

#define BIT(state) (1U << (state))

struct state_row {
    const char *name;
    unsigned next; /* BIT of every state it may move to */
    bool final;
};

/* What a message that waits may become, whether it was tried before or not. */
#define FROM_WAITING                                                                     \
    (BIT(TD_LEASED) | BIT(TD_HELD) | BIT(TD_SUPPRESSED) | BIT(TD_EXPIRED) |              \
     BIT(TD_CANCELLED))

static const struct state_row states[TD_STATE_COUNT] = {
    [TD_QUEUED] = {"queued", FROM_WAITING, false},
    [TD_DEFERRED] = {"deferred", FROM_WAITING, false},
    [TD_LEASED] = {"leased",
                   BIT(TD_ON_WIRE) | BIT(TD_QUEUED) | BIT(TD_DEFERRED) | BIT(TD_FAILED) |
                       BIT(TD_SUPPRESSED) | BIT(TD_EXPIRED) | BIT(TD_CANCELLED),
                   false},
    [TD_ON_WIRE] = {"on_wire",
                    BIT(TD_SENT) | BIT(TD_DEFERRED) | BIT(TD_FAILED) | BIT(TD_IN_DOUBT),
                    false},
    [TD_IN_DOUBT] = {"in_doubt",
                     BIT(TD_QUEUED) | BIT(TD_SENT) | BIT(TD_BOUNCED) | BIT(TD_CANCELLED),
                     false},
    [TD_HELD] = {"held",
                 BIT(TD_QUEUED) | BIT(TD_DEFERRED) | BIT(TD_CANCELLED) | BIT(TD_EXPIRED),
                 false},
    [TD_SENT] = {"sent", BIT(TD_BOUNCED) | BIT(TD_COMPLAINED), true},
    [TD_FAILED] = {"failed", BIT(TD_QUEUED), true}, /* only by `queue retry` */
    /* only by `bounce replay`, which judges anew what came back */
    [TD_BOUNCED] = {"bounced", BIT(TD_SENT), true},
    [TD_COMPLAINED] = {"complained", BIT(TD_SENT), true},
    [TD_EXPIRED] = {"expired", 0, true},
    /* Only when it is asked for anew and a sender had let it go for who the person was
     * (parts/revived.sql). */
    [TD_SUPPRESSED] = {"suppressed", BIT(TD_QUEUED) | BIT(TD_DEFERRED), true},
    [TD_CANCELLED] = {"cancelled", BIT(TD_QUEUED) | BIT(TD_DEFERRED), true},
    [TD_SKIPPED] = {"skipped", 0, true},
};

static const char *const reasons[TD_REASON_COUNT] = {
    [TD_REASON_NONE] = "",
    [TD_REASON_NO_SECTION] = "no_section",
    [TD_REASON_UNSUBSCRIBED] = "unsubscribed",
    [TD_REASON_SUPPRESSED] = "suppressed",
    [TD_REASON_TOO_LATE] = "too_late",
    [TD_REASON_REFUSED] = "refused",
    [TD_REASON_TRY_LATER] = "try_later",
    [TD_REASON_CONNECTION] = "connection",
    [TD_REASON_UNKNOWN_FATE] = "unknown_fate",
    [TD_REASON_ADDRESS] = "address",
    [TD_REASON_POLICY] = "policy",
    [TD_REASON_SIZE] = "size",
    [TD_REASON_SMTPUTF8] = "smtputf8",
    [TD_REASON_ADMIN] = "admin",
    [TD_REASON_QUOTA] = "quota",
    [TD_REASON_PAUSED] = "paused",
    [TD_REASON_MOOT] = "moot",
    [TD_REASON_ERASED] = "erased",
    [TD_REASON_COMPLAINT] = "complaint",
    [TD_REASON_SUPERSEDED] = "superseded",
    [TD_REASON_UNDER_WAY] = "under_way",
};

/* A number that came out of a row may be anything; a caller's mistake must not read past.
 */
static bool is_state(enum td_state state)
{
    return (unsigned)state < TD_STATE_COUNT;
}

const char *td_state_name(enum td_state state)
{
    return is_state(state) ? states[state].name : "?";
}

bool td_state_parse(struct td_slice name, enum td_state *out)
{
    for (unsigned i = 0; i < TD_STATE_COUNT; i++) {
        if (td_slice_is(name, states[i].name)) {
            *out = (enum td_state)i;
            return true;
        }
    }
    return false;
}

bool td_state_may_move(enum td_state from, enum td_state to)
{
    return is_state(from) && is_state(to) && (states[from].next & BIT(to)) != 0;
}

bool td_state_is_final(enum td_state state)
{
    return is_state(state) && states[state].final;
}

const char *td_reason_name(enum td_reason reason)
{
    return (unsigned)reason < TD_REASON_COUNT ? reasons[reason] : "?";
}

bool td_reason_parse(struct td_slice name, enum td_reason *out)
{
    for (unsigned i = 0; i < TD_REASON_COUNT; i++) {
        if (td_slice_is(name, reasons[i])) {
            *out = (enum td_reason)i;
            return true;
        }
    }
    return false;
}

void td_message_id_format(int64_t edition, int64_t subscriber, char out[48])
{
    snprintf(out, 48, "%" PRId64 "-%" PRId64, edition, subscriber);
}

/* A store id as we write it: positive, no sign, no leading zero. */
static bool parse_id(struct td_slice text, int64_t *out)
{
    if (text.len == 0 || text.ptr[0] < '1' || text.ptr[0] > '9')
        return false;
    return td_slice_int64(text, out);
}

bool td_message_id_parse(struct td_slice text, int64_t *edition, int64_t *subscriber)
{
    size_t dash = td_slice_find(text, 0, '-');
    if (dash == (size_t)-1)
        return false;
    int64_t first = 0;
    int64_t second = 0;
    if (!parse_id(td_slice_sub(text, 0, dash), &first) ||
        !parse_id(td_slice_sub(text, dash + 1, text.len), &second))
        return false;
    *edition = first;
    *subscriber = second;
    return true;
}

/*
 * grants.h: what all senders share of the relays: their health, who may use how much, what was used.
 *
 * All is called inside the transaction of a claim, so that what is read stays true until the commit:
 * live grants never sum above a limit. A dead sender's grants end when it is reaped.
 */
#ifndef TD_QUEUE_GRANTS_H
#define TD_QUEUE_GRANTS_H

#include "base/date.h"
#include "store/store.h"

/* The health of a relay. */
struct td_relay_state {
    int64_t id;
    int failures;   /* in a row; 0: well */
    td_time since;  /* the first of them */
    td_time failed; /* the last */
    td_time again;  /* nobody opens a session before; who does moves it on */
    bool refuses;   /* messages too: none is begun before `again` */
    td_time proven; /* when a session was last seen to stand */
    td_time
        blocked; /* when servers behind it last said that it is us; 0: never. Not saved */
    char trouble[300];
};

/* By name; TD_NOINPUT (err left alone) when nobody has used it yet. Reads only. */
enum td_status td_relay_state_find(struct td_store *store, const char *name,
                                   struct td_relay_state *out, struct td_err *err);

/* By name; the row is made when it is not there. */
enum td_status td_relay_state_load(struct td_store *store, const char *name,
                                   struct td_relay_state *out, struct td_err *err);
enum td_status td_relay_state_save(struct td_store *store,
                                   const struct td_relay_state *state,
                                   struct td_err *err);

/* The relay that most of an edition's attempts with this verdict (model/verdict.h) went by is one behind
 * which we are blocked. */
enum td_status td_relay_state_blocked(struct td_store *store, int64_t edition,
                                      int verdict, td_time now, struct td_err *err);

/* What the other senders have of a relay, and how many senders there are. */
struct td_grant_others {
    int64_t senders;
    int64_t sessions;
    int64_t tokens;
};
enum td_status td_grant_others(struct td_store *store, int64_t relay, int64_t sender,
                               struct td_grant_others *out, struct td_err *err);

struct td_grant {
    int64_t sessions; /* sockets the relay may count */
    int64_t tokens;   /* messages begun or about to be, not yet in td_use_add */
};
enum td_status td_grant_set(struct td_store *store, int64_t relay, int64_t sender,
                            const struct td_grant *grant, struct td_err *err);

/*
 * How many sessions a sender may have of `limit`: its even share, as far as the others leave it. Pure.
 * Who has more than its share gives the surplus back as sessions end; until then the others wait.
 */
int64_t td_grant_share(int64_t limit, const struct td_grant_others *others);

/* Messages that a relay was given, counted by those who send and forgotten after a day. */
enum td_status td_use_add(struct td_store *store, int64_t relay, td_time now,
                          int64_t messages, struct td_err *err);
struct td_use {
    int64_t second; /* in the last one, and a little more: instants are not exact */
    int64_t hour;
    int64_t day; /* the last 24 hours */
};
enum td_status td_use_read(struct td_store *store, int64_t relay, td_time now,
                           struct td_use *out, struct td_err *err);

#endif

/*
 * trial.h: an edition sent to a few addresses by the real way (press, splice, relay), while no
 * subscriber and no queue knows of it.
 *
 * The subject begins with "[test]". Links end in TD_TRIAL_LINK instead of a token, so that nobody
 * can be unsubscribed by one, and a bounce names nobody.
 */
#ifndef TD_APP_TRIAL_H
#define TD_APP_TRIAL_H

#include "app/proof/proof.h"
#include "model/reply.h"

#define TD_TRIAL_MARK "[test]"

struct td_trial_result {
    const char *address;   /* as given */
    bool accepted;         /* the server took it: 2xx to the dot */
    struct td_reply reply; /* its last word; code 0: none, the text says how */
    bool relay;            /* not tried: the relay could not be used */
    const char *relay_name;
};

struct td_trial_options {
    const char *const *addresses;
    size_t count;
    const char *as; /* a subscriber whose choice and name to take, or NULL: all topics */
};

/*
 * Sends proof's edition (opened with TD_TRIAL_MARK) and fills results[i] for addresses[i]. TD_OK
 * whatever the server said. TD_USAGE for an address that is none: then nothing was sent.
 */
enum td_status td_trial_send(struct td_proof *proof,
                             const struct td_trial_options *options,
                             struct td_trial_result *results, struct td_err *err);

#endif

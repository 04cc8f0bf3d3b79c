/*
 * verp.h: one envelope sender per message: bounce+TOKEN@domain (standards L).
 */
#ifndef TD_OUTCOME_VERP_H
#define TD_OUTCOME_VERP_H

#include "base/crypto.h"

/* The local part's token: lower-case base32 of version, edition, subscriber and 80 bits
 * of MAC; survives a change of case. */
#define TD_VERP_TOKEN_MAX 48
void td_verp_token(struct td_hmac *key, int64_t edition, int64_t subscriber,
                   char out[TD_VERP_TOKEN_MAX + 1]);

/* False for anything whose MAC does not fit. */
bool td_verp_read(struct td_hmac *key, struct td_slice token, int64_t *edition,
                  int64_t *subscriber);

/*
 * The token of LOCAL DELIMITER TOKEN @ DOMAIN; case does not count, and any of + - = is taken for the
 * delimiter, so that changing it loses no bounce that is under way. False for any other address. The
 * token is not believed yet.
 */
struct td_verp_place {
    const char *local;
    const char *domain;
};
bool td_verp_find(const struct td_verp_place *place, struct td_slice address,
                  struct td_slice *token);

#endif

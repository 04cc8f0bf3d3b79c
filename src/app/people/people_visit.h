/*
 * people_visit.h: what people.c and people_change.c share: a wish on its way through the rules of
 * people.h. No other file includes this.
 */
#ifndef TD_APP_PEOPLE_VISIT_H
#define TD_APP_PEOPLE_VISIT_H

#include "app/people/people.h"

struct td_visit {
    struct td_people *people;
    const struct td_signup *signup;
    struct td_person_outcome *outcome;
    /* What is stated of the agreement: by the row itself, else by whoever applies it. */
    enum td_basis basis; /* TD_BASIS_NONE: nothing, so they are pending */
    struct td_slice source;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    bool other_name; /* a name is given, and not the one the person had */
};

/* Makes the outcome a refusal with that reason; "WHAT on DATE" and MORE behind it. */
enum td_status td_visit_refuse(struct td_visit *visit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum td_status td_visit_refuse_since(struct td_visit *visit, const char *what,
                                     td_time since, const char *more);

/* A line of the ledger about the outcome's person and newsletter. */
enum td_status td_visit_consent(const struct td_visit *visit, enum td_consent_event event,
                                struct td_err *err);

/* The first subscription of this person to this newsletter. */
enum td_status td_visit_join(struct td_visit *visit, struct td_err *err);

/* The standing and the choices of somebody who is known; joins where there is no subscription. */
enum td_status td_visit_change(struct td_visit *visit, struct td_err *err);

/* The name belongs to the person, not to one subscription. The address stays as first typed. */
enum td_status td_visit_rename(struct td_visit *visit, struct td_err *err);

#endif

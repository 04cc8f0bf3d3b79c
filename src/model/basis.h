/*
 * basis.h: on what ground somebody is mailed (standards P1, P2): their consent, or the soft opt-in
 * of a customer who could have said no.
 */
#ifndef TD_MODEL_BASIS_H
#define TD_MODEL_BASIS_H

#include "base/str.h"

/* Stored as these numbers: never change one. */
enum td_basis {
    TD_BASIS_NONE = 0, /* none stated */
    TD_BASIS_CONSENT = 1,
    TD_BASIS_SOFT_OPT_IN = 2, /* PECR regulation 22(3) */
};

const char *td_basis_name(enum td_basis basis); /* "consent", "soft-opt-in"; none is "" */
bool td_basis_parse(struct td_slice text, enum td_basis *out); /* any case; not "" */

#endif

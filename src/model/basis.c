/* The names of the grounds on which somebody is mailed (basis.h). */
#include "model/basis.h"

const char *td_basis_name(enum td_basis basis)
{
    switch (basis) {
    case TD_BASIS_NONE: return "";
    case TD_BASIS_CONSENT: return "consent";
    case TD_BASIS_SOFT_OPT_IN: return "soft-opt-in";
    }
    return "?";
}

bool td_basis_parse(struct td_slice text, enum td_basis *out)
{
    if (td_slice_iis(text, "consent"))
        *out = TD_BASIS_CONSENT;
    else if (td_slice_iis(text, "soft-opt-in"))
        *out = TD_BASIS_SOFT_OPT_IN;
    else
        return false;
    return true;
}

/*
 * group.h: domain groups: the recipient domains that one provider answers for. What a provider says
 * about our pace at one of its domains holds for all of them, so limits and feedback go by group.
 */
#ifndef TD_MODEL_GROUP_H
#define TD_MODEL_GROUP_H

#include "base/str.h"

/*
 * The name of a domain's group: the first of the well-known domains of that provider
 * ("gmail.com" for googlemail.com, "outlook.com" for hotmail.co.uk), else the domain itself. domain is
 * in lower case, A-labels. The slice is a constant or the domain's own bytes.
 */
struct td_slice td_group_name(struct td_slice domain);

#endif

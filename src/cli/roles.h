/*
 * roles.h: the roles of `tidings run`.
 */
#ifndef TD_CLI_ROLES_H
#define TD_CLI_ROLES_H

#include "app/run/supervise.h"

/* Ends with a NULL name. */
extern const struct td_role td_roles[];

#endif

/*
 * check.h: `tidings check`: all that can be found wrong with an instance without sending anything.
 */
#ifndef TD_APP_CHECK_H
#define TD_APP_CHECK_H

#include "app/instance/app.h"

/*
 * The configuration; and when it has no error, the templates in use (each is compiled), the bounce
 * rules, the keys and the store (opened when it is there, and brought to this version's schema, as every command does).
 * Every finding goes to faults, sorted by line. Opens no network connection.
 */
void td_check(struct td_app *app, struct td_faults *faults);

#endif

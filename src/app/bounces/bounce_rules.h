/*
 * bounce_rules.h: an instance's bounce rules: its own conf/bounce-rules.yaml, else those built in.
 */
#ifndef TD_APP_BOUNCE_RULES_H
#define TD_APP_BOUNCE_RULES_H

#include "app/instance/app.h"
#include "outcome/rules.h"

/* The rules, loaded when first asked for and owned by app (app->bounce_rules; out may be NULL). Needs no configuration: works in any
 * directory. TD_CONFIG with file and line for a fault in them. */
enum td_status td_app_bounce_rules(struct td_app *app, const struct td_bounce_rules **out,
                                   struct td_err *err);

/* Those of a file. */
enum td_status td_bounce_rules_load(const char *path, struct td_bounce_rules **out,
                                    struct td_err *err);

#endif

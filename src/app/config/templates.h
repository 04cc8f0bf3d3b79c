/*
 * templates.h: where an instance's templates come from: its own file first
 * (DIR/templates/mail/NAME.mustache, DIR/templates/web/NAME.mustache), the one built in else.
 */
#ifndef TD_APP_TEMPLATES_H
#define TD_APP_TEMPLATES_H

#include "app/config/config.h"
#include "variant/templates.h"

/* For td_templates_create; config is borrowed and must outlive what is made from it. */
struct td_template_source td_app_template_source(struct td_config *config);

/* The same for pages: templates/web/. */
struct td_template_source td_app_web_template_source(struct td_config *config);

/* Whether template `name` has both its parts, NAME.html and NAME.text; TD_NOINPUT saying which one
 * is not there. */
enum td_status td_app_template_exists(const struct td_config *config, const char *name,
                                      struct td_err *err);

#endif

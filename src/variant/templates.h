/*
 * templates.h: the set of compiled mail templates of an instance.
 *
 * A template is NAME.html.mustache (escaping) or NAME.text.mustache (not escaping); each may be
 * used as a partial by the others under its full name without ".mustache". The text comes from
 * a loader: the instance's own file first, the built-in one else (app/templates does that).
 */
#ifndef TD_VARIANT_TEMPLATES_H
#define TD_VARIANT_TEMPLATES_H

#include "variant/mustache.h"

/* Appends the template's text to out; TD_NOINPUT when there is none of that name. */
struct td_template_source {
    enum td_status (*load)(void *context, const char *name, struct td_buf *out,
                           struct td_err *err);
    void *context;
};

struct td_templates;
struct td_templates *td_templates_create(struct td_template_source source);
void td_templates_destroy(struct td_templates *templates);

/* The compiled template of that name ("daily.html"), loaded at first use; borrowed. A partial
 * that does not exist or compile is an error here, not an empty place in the mail. */
enum td_status td_templates_get(struct td_templates *templates, const char *name,
                                const struct td_template **out, struct td_err *err);
enum td_status td_templates_render(struct td_templates *templates, const char *name,
                                   const struct td_view *view, struct td_buf *out,
                                   struct td_err *err);

#endif

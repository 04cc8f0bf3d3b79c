/*
 * mustache.h: Mustache templates as published (mustache(5)), without lambdas and inheritance.
 *
 * Values are a small tree in an arena. {{x}} escapes for HTML when the template was compiled so;
 * {{{x}}} and {{&x}} do not. Partials come from a loader, by name only; depth and size of the
 * output are bounded. Errors name template, line and tag.
 */
#ifndef TD_VARIANT_MUSTACHE_H
#define TD_VARIANT_MUSTACHE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* A value: flag, text, list or map. A flag that is off, an empty text and an empty list count as
 * false in sections. A value is given to one map or list only. */
struct td_view;

struct td_view *td_view_map(struct td_arena *arena);
struct td_view *td_view_list(struct td_arena *arena);
struct td_view *td_view_text(struct td_arena *arena,
                             struct td_slice text); /* borrowed bytes */
struct td_view *td_view_flag(struct td_arena *arena, bool on);
void td_view_set(struct td_view *map, const char *key,
                 struct td_view *value); /* key borrowed */
void td_view_add(struct td_view *list, struct td_view *value);

struct td_template;

enum td_escape { TD_ESCAPE_NONE, TD_ESCAPE_HTML };

/* Compiles; `name` is for messages. The text is copied. TD_DATA with "name:line: …". */
enum td_status td_template_compile(const char *name, struct td_slice text,
                                   enum td_escape escape, struct td_template **out,
                                   struct td_err *err);
void td_template_destroy(struct td_template *tpl);

/* Gives the compiled partial of that name (borrowed, outlives the render), or NULL: renders as
 * nothing, as the specification says. */
struct td_partials {
    const struct td_template *(*find)(void *context, struct td_slice name);
    void *context;
};

/* Appends the output. TD_DATA when nesting, the number of steps or out->max is passed. partials
 * may be NULL. */
enum td_status td_template_render(const struct td_template *tpl,
                                  const struct td_view *view,
                                  const struct td_partials *partials, struct td_buf *out,
                                  struct td_err *err);

/* Appends text with & < > " ' as entities: good for element content and quoted attributes. */
void td_escape_html(struct td_slice text, struct td_buf *out);

#endif

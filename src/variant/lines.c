/*
 * lines.c: subject and greeting, one line each, from the templates of the configuration.
 */
#include "variant/lines.h"

#include "variant/mustache.h"

#define LINE_MAX_BYTES 2000

static enum td_status render_line(const char *what, const char *text,
                                  const struct td_view *view, struct td_buf *out,
                                  struct td_err *err)
{
    struct td_template *tpl = NULL;
    struct td_buf line;
    td_buf_init(&line, LINE_MAX_BYTES);
    enum td_status status = TD_OK;
    if (td_template_compile(what, td_slice(text), TD_ESCAPE_NONE, &tpl, err) != TD_OK) {
        status = TD_CONFIG;
        if (err != NULL)
            err->status = status;
    }
    if (status == TD_OK)
        status = td_template_render(tpl, view, NULL, &line, err);
    const struct td_slice trimmed = td_slice_trim(td_buf_slice(&line));
    if (status == TD_OK && td_slice_find_control(trimmed) != (size_t)-1)
        status = td_fail(err, TD_DATA, "%s: a control character in it", what);
    if (status == TD_OK)
        td_buf_add_slice(out, trimmed);
    td_template_destroy(tpl);
    td_buf_release(&line);
    return status;
}

enum td_status td_line_subject(const struct td_newsletter *newsletter,
                               struct td_slice headline, struct td_date date,
                               struct td_buf *out, struct td_err *err)
{
    char day[40];
    td_date_long(date, day);
    struct td_arena *arena = td_arena_create();
    struct td_view *view = td_view_map(arena);
    td_view_set(view, "newsletter", td_view_text(arena, td_slice(newsletter->title)));
    td_view_set(view, "headline", td_view_text(arena, headline));
    td_view_set(view, "date", td_view_text(arena, td_slice(day)));
    const enum td_status status =
        render_line("subject", newsletter->subject, view, out, err);
    td_arena_destroy(arena);
    return status;
}

enum td_status td_line_greeting(const struct td_newsletter *newsletter,
                                struct td_slice name, struct td_buf *out,
                                struct td_err *err)
{
    if (newsletter->greeting == NULL)
        return TD_OK;
    name = td_slice_trim(name);
    if (td_utf8_width(name) == 0) { /* nothing of it would be seen */
        td_buf_add_str(out, newsletter->greeting_fallback ? newsletter->greeting_fallback
                                                          : "");
        return TD_OK;
    }
    struct td_arena *arena = td_arena_create();
    struct td_view *view = td_view_map(arena);
    td_view_set(view, "name", td_view_text(arena, name));
    const enum td_status status =
        render_line("greeting", newsletter->greeting, view, out, err);
    td_arena_destroy(arena);
    return status;
}

/* Pages over the values that mails have (pages.h). */
#include "app/answers/pages.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/config/templates.h"
#include "base/mem.h"
#include "variant/frame.h"

struct td_pages {
    struct td_app *app; /* borrowed */
    struct td_templates *templates;
};

struct td_pages *td_pages_create(struct td_app *app)
{
    struct td_pages *pages = td_xcalloc(1, sizeof *pages);
    pages->app = app;
    pages->templates = td_templates_create(td_app_web_template_source(app->config));
    return pages;
}

void td_pages_destroy(struct td_pages *pages)
{
    if (!pages)
        return;
    td_templates_destroy(pages->templates);
    free(pages);
}

static void set_text(struct td_arena *arena, struct td_view *root, const char *key,
                     struct td_slice text)
{
    td_view_set(root, key, td_view_text(arena, text));
}

static void set_choices(struct td_arena *arena, struct td_view *root,
                        const struct td_ticket_choices *choices)
{
    set_text(arena, root, "topics", td_buf_slice(&choices->topics));
    set_text(arena, root, "format",
             td_slice(choices->format == TD_FORMAT_TEXT ? "plain text" : "HTML"));
    if (choices->at >= 0)
        set_text(arena, root, "hour",
                 td_arena_printf(arena, "%02d:%02d", choices->at / 60, choices->at % 60));
    set_text(arena, root, "unsubscribe", td_slice(choices->unsubscribe));
}

/* What the link knows: an address only where there is one, so that templates may ask. */
static void set_ticket(struct td_arena *arena, struct td_view *root,
                       const struct td_ticket *ticket)
{
    if (ticket->masked[0])
        set_text(arena, root, "address", td_slice(ticket->masked));
    td_view_set(root, "active", td_view_flag(arena, ticket->status == TD_ACTIVE));
    td_view_set(root, "left",
                td_view_flag(arena, ticket->known && ticket->status == TD_UNSUBSCRIBED));
}

static enum td_status render(struct td_pages *pages, const struct td_page *page,
                             struct td_arena *arena, struct td_buf *out,
                             struct td_err *err)
{
    char name[64];
    const struct td_newsletter *own = page->ticket ? page->ticket->newsletter : NULL;
    const struct td_frame frame = {
        .newsletter = own ? own : &pages->app->config->newsletters[0],
        .arena = arena,
        .err = err,
    };
    struct td_view *root = td_view_map(arena);
    enum td_status status = td_frame_set(&frame, root);
    if (status != TD_OK)
        return status;
    if (!own) /* its look, but not its name */
        set_text(arena, root, "newsletter", td_slice(""));
    set_text(arena, root, "title", td_slice(page->title));
    set_text(arena, root, "nonce", td_slice(page->nonce));
    if (page->words)
        set_text(arena, root, "words", td_slice(page->words));
    if (page->ticket)
        set_ticket(arena, root, page->ticket);
    if (page->choices)
        set_choices(arena, root, page->choices);
    (void)snprintf(name, sizeof name, "%s.html", page->name);
    return td_templates_render(pages->templates, name, root, out, err);
}

enum td_status td_pages_render(struct td_pages *pages, const struct td_page *page,
                               struct td_buf *out, struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    enum td_status status = render(pages, page, arena, out, err);
    if (status == TD_OK && td_buf_full(out))
        status = td_fail(err, TD_DATA, "page %s is larger than %zu bytes", page->name,
                         out->max);
    td_arena_destroy(arena);
    return status;
}

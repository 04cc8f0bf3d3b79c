/*
 * mustache.c: any template, rendered over a few values with itself as its partial, ends.
 */
#include "support/fuzz.h"
#include "variant/mustache.h"

#define OUTPUT_MAX ((size_t)1 << 20)

static const struct td_template *itself(void *context, struct td_slice name)
{
    (void)name;
    return context;
}

static struct td_view *some_values(struct td_arena *arena)
{
    struct td_view *map = td_view_map(arena);
    struct td_view *list = td_view_list(arena);
    struct td_view *item = td_view_map(arena);
    td_view_set(item, "a", td_view_text(arena, td_slice("<\"&'>")));
    td_view_add(list, item);
    td_view_add(list, td_view_text(arena, td_slice("b")));
    td_view_set(map, "a", td_view_text(arena, td_slice("text")));
    td_view_set(map, "l", list);
    td_view_set(map, "t", td_view_flag(arena, true));
    td_view_set(map, "f", td_view_flag(arena, false));
    return map;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_template *tpl = NULL;
    struct td_err err;
    const struct td_slice text = td_slice_n((const char *)data, size);
    if (td_template_compile("fuzz", text, TD_ESCAPE_HTML, &tpl, &err) != TD_OK)
        return 0;
    struct td_arena *arena = td_arena_create();
    struct td_buf out;
    td_buf_init(&out, OUTPUT_MAX);
    const struct td_partials partials = {itself, tpl};
    (void)td_template_render(tpl, some_values(arena), &partials, &out, &err);
    must(out.len <= OUTPUT_MAX);
    td_buf_release(&out);
    td_arena_destroy(arena);
    td_template_destroy(tpl);
    return 0;
}

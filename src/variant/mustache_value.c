/*
 * mustache_value.c: the tree of values a template is rendered over.
 */
#include "variant/template.h"

static struct td_view *make(struct td_arena *arena, enum td_view_kind kind)
{
    struct td_view *view = td_arena_alloc(arena, sizeof *view);
    view->kind = kind;
    return view;
}

struct td_view *td_view_map(struct td_arena *arena)
{
    return make(arena, TD_VIEW_MAP);
}

struct td_view *td_view_list(struct td_arena *arena)
{
    return make(arena, TD_VIEW_LIST);
}

struct td_view *td_view_text(struct td_arena *arena, struct td_slice text)
{
    struct td_view *view = make(arena, TD_VIEW_TEXT);
    view->text = text;
    return view;
}

struct td_view *td_view_flag(struct td_arena *arena, bool on)
{
    return make(arena, on ? TD_VIEW_TRUE : TD_VIEW_FALSE);
}

static void append(struct td_view *holder, struct td_view *value)
{
    if (holder->last != NULL)
        holder->last->next = value;
    else
        holder->first = value;
    holder->last = value;
}

void td_view_set(struct td_view *map, const char *key, struct td_view *value)
{
    if (map->kind != TD_VIEW_MAP || value->key != NULL || value->next != NULL)
        TD_PANIC("a value belongs to one map");
    value->key = key;
    append(map, value);
}

void td_view_add(struct td_view *list, struct td_view *value)
{
    if (list->kind != TD_VIEW_LIST || value->key != NULL || value->next != NULL)
        TD_PANIC("a value belongs to one list");
    append(list, value);
}

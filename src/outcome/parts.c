/*
 * parts.c: the tree of MIME parts, walked by its boundaries.
 *
 * Not libetpan: its parser alone takes longer than reading a bounce may take in all, and its depth
 * and its comments would have to be counted before it is called (docs/DECISIONS.md).
 */
#include "outcome/parts.h"

#include <string.h>

static const size_t none = (size_t)-1;

struct walk {
    struct td_arena *arena;
    struct td_part items[TD_PARTS_MAX];
    size_t count;
    bool done; /* the returned message was met */
};

static const struct type {
    const char *name;
    enum td_part_kind kind;
} types[] = {
    {"text/plain", TD_PART_TEXT},
    {"text/html", TD_PART_HTML},
    {"text", TD_PART_TEXT}, /* of before MIME */
    {"message/delivery-status", TD_PART_STATUS},
    {"message/global-delivery-status", TD_PART_STATUS},
    {"message/feedback-report", TD_PART_FEEDBACK},
    {"message/disposition-notification", TD_PART_RECEIPT},
    {"message/global-disposition-notification", TD_PART_RECEIPT},
    {"message/rfc822", TD_PART_RETURNED},
    {"message/global", TD_PART_RETURNED},
    {"message/global-headers", TD_PART_RETURNED},
    {"message/partial", TD_PART_RETURNED},
    {"text/rfc822-headers", TD_PART_RETURNED},
    {"text/rfc822-header", TD_PART_RETURNED},
    {"text/rfc822", TD_PART_RETURNED},
};

static enum td_part_kind kind_of(struct td_slice type)
{
    if (type.len == 0)
        return TD_PART_TEXT;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (td_slice_iis(type, types[i].name))
            return types[i].kind;
    }
    return TD_PART_OTHER;
}

/* What a header says of the body behind it. */
struct entity {
    struct td_slice type; /* with its parameters */
    struct td_slice encoding;
    enum td_part_kind kind;
};

static struct entity entity_of(const struct td_fields *head)
{
    const struct td_slice type = td_fields_get(head, "Content-Type");
    return (struct entity){
        .type = type,
        .encoding = td_value_main(td_fields_get(head, "Content-Transfer-Encoding")),
        .kind = kind_of(td_value_main(type)),
    };
}

static void add_leaf(struct walk *walk, const struct entity *entity, struct td_slice body)
{
    if (walk->count == TD_PARTS_MAX)
        return;
    walk->items[walk->count++] = (struct td_part){
        .kind = entity->kind,
        .raw = body,
        .encoding = entity->encoding,
        .charset = td_value_param(entity->type, "charset"),
    };
}

/* Whether the boundary that stands at text[at] is one, and no part of a line or of a longer one. */
static bool is_boundary(struct td_slice text, size_t at, size_t len)
{
    return at >= 2 && text.ptr[at - 2] == '-' && text.ptr[at - 1] == '-' &&
           (at == 2 || text.ptr[at - 3] == '\n') &&
           (at + len == text.len || memchr("- \t\r\n", text.ptr[at + len], 5) != NULL);
}

/* Where the next line that begins "--boundary" starts, at or after from; none at the end. */
static size_t find_boundary(struct td_slice body, struct td_slice boundary, size_t from)
{
    for (size_t at = td_slice_find_slice(body, from, boundary); at != none;
         at = td_slice_find_slice(body, at + 1, boundary)) {
        if (at >= from + 2 && is_boundary(body, at, boundary.len))
            return at - 2;
    }
    return none;
}

/* The boundary that was meant, where the one that is named does not occur: the first line that
 * begins "--" with a field of a part behind it. */
static struct td_slice guess_boundary(struct td_slice body)
{
    struct td_slice rest = body;
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        if (line.len > 4 && td_slice_starts(line, "--") &&
            td_slice_istarts(rest, "Content-"))
            return td_slice_trim(td_slice_sub(line, 2, line.len));
    }
    return (struct td_slice){0};
}

static void walk_entity(struct walk *walk, const struct entity *entity,
                        struct td_slice body, int depth);

/* The parts from the boundary at `at` on.
 * A returned message is taken with all that follows it: what stands behind it is no word of the
 * notice, and where it ends needs no search, which saves most of the bytes of most bounces. */
static void walk_multipart(struct walk *walk, struct td_slice boundary,
                           struct td_slice body, size_t at, int depth)
{
    while (at != none && walk->count < TD_PARTS_MAX && !walk->done) {
        struct td_slice rest = td_slice_sub(body, at, body.len);
        struct td_slice line;
        (void)td_slice_line(&rest, &line);
        const struct td_slice tail = td_slice_sub(line, boundary.len + 2, line.len);
        if (td_slice_starts(tail, "--"))
            break;
        const size_t start = body.len - rest.len;
        const struct td_fields head = td_fields_take(walk->arena, &rest, TD_JUNK_ENDS);
        const struct entity entity = entity_of(&head);
        const size_t inner = body.len - rest.len;
        if (entity.kind == TD_PART_RETURNED && depth + 1 < TD_PART_DEPTH_MAX) {
            add_leaf(walk, &entity, rest);
            walk->done = true;
            return;
        }
        at = find_boundary(body, boundary, start);
        walk_entity(walk, &entity, td_slice_sub(body, inner, at), depth + 1);
    }
}

static void walk_entity(struct walk *walk, const struct entity *entity,
                        struct td_slice body, int depth)
{
    const struct td_slice type = entity->type;
    if (td_slice_istarts(type, "multipart/") && depth < TD_PART_DEPTH_MAX) {
        struct td_slice boundary = td_slice_trim(td_value_param(type, "boundary"));
        size_t at = boundary.len > 0 ? find_boundary(body, boundary, 0) : none;
        if (at == none) {
            boundary = guess_boundary(body);
            at = boundary.len > 0 ? find_boundary(body, boundary, 0) : none;
        }
        if (boundary.len > 0) {
            walk_multipart(walk, boundary, body, at, depth);
            return;
        }
        const struct entity plain = {.kind = TD_PART_TEXT};
        add_leaf(walk, &plain, body);
        return;
    }
    add_leaf(walk, entity, body);
}

void td_parts_read(struct td_arena *arena, struct td_slice mail, struct td_parts *out)
{
    struct walk walk;
    walk.arena = arena;
    walk.count = 0;
    walk.done = false;
    *out = (struct td_parts){0};
    out->head = td_fields_take(arena, &mail, TD_JUNK_SKIPPED);
    const struct entity entity = entity_of(&out->head);
    walk_entity(&walk, &entity, mail, 0);
    out->items = td_arena_array(arena, walk.items, walk.count, sizeof *walk.items);
    out->count = walk.count;
}

const struct td_part *td_parts_find(const struct td_parts *parts, enum td_part_kind kind)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->items[i].kind == kind)
            return &parts->items[i];
    }
    return NULL;
}

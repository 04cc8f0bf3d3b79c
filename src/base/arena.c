/* arena.c: memory in chunks that double, so that small arenas stay small. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define FIRST_CHUNK ((size_t)1024)
#define LAST_CHUNK  ((size_t)64 * 1024)

struct chunk {
    struct chunk *next; /* owned */
    size_t size;
    size_t used;
    max_align_t data[];
};

struct td_arena {
    struct chunk *newest; /* owned; the one that is filled */
};

struct td_arena *td_arena_create(void)
{
    return td_xcalloc(1, sizeof(struct td_arena));
}

static void free_chunks(struct chunk *c)
{
    while (c != NULL) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
}

void td_arena_destroy(struct td_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    free_chunks(arena->newest);
    free(arena);
}

void td_arena_reset(struct td_arena *arena)
{
    struct chunk *kept = arena->newest;
    if (kept == NULL) {
        return;
    }
    if (kept->size > LAST_CHUNK) { /* made for one large piece */
        free_chunks(kept);
        arena->newest = NULL;
        return;
    }
    free_chunks(kept->next);
    kept->next = NULL;
    memset(kept->data, 0, kept->used);
    kept->used = 0;
}

static struct chunk *add_chunk(struct td_arena *arena, size_t least)
{
    size_t size = arena->newest == NULL ? FIRST_CHUNK : arena->newest->size * 2;
    size = size > LAST_CHUNK ? LAST_CHUNK : size;
    size = size < least ? least : size;
    struct chunk *c = td_xcalloc(1, sizeof *c + size);
    c->size = size;
    c->next = arena->newest;
    arena->newest = c;
    return c;
}

void *td_arena_alloc(struct td_arena *arena, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size > SIZE_MAX / 2) {
        TD_PANIC("an arena cannot hold that much");
    }
    const size_t rounded = (size / unit + (size % unit != 0 || size == 0)) * unit;
    struct chunk *c = arena->newest;
    if (c == NULL || c->size - c->used < rounded) {
        c = add_chunk(arena, rounded);
    }
    void *p = (char *)c->data + c->used;
    c->used += rounded;
    return p;
}

struct td_slice td_arena_copy(struct td_arena *arena, struct td_slice s)
{
    if (s.ptr == NULL) {
        return s;
    }
    char *copy = td_arena_alloc(arena, s.len + 1);
    memcpy(copy, s.ptr, s.len);
    return td_slice_n(copy, s.len);
}

char *td_arena_strdup(struct td_arena *arena, const char *s)
{
    return td_arena_array(arena, s, strlen(s) + 1, 1);
}

struct td_slice td_arena_printf(struct td_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        TD_PANIC("a format that cannot be printed");
    }
    char *text = td_arena_alloc(arena, (size_t)n + 1);
    (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return td_slice_n(text, (size_t)n);
}

void *td_arena_array(struct td_arena *arena, const void *items, size_t count, size_t size)
{
    if (count == 0) {
        return NULL;
    }
    if (size > SIZE_MAX / count) {
        TD_PANIC("an arena cannot hold that much");
    }
    void *copy = td_arena_alloc(arena, count * size);
    memcpy(copy, items, count * size);
    return copy;
}

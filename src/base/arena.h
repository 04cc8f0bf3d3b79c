/*
 * arena.h: memory of one parsed or built thing, freed at once. Nothing in it is freed
 * singly.
 */
#ifndef TD_BASE_ARENA_H
#define TD_BASE_ARENA_H

#include "base/str.h"

struct td_arena;

struct td_arena *td_arena_create(void);
void td_arena_destroy(struct td_arena *arena); /* NULL is fine */

/* Empties it for the next thing: what was in it is gone, some of the memory is kept. */
void td_arena_reset(struct td_arena *arena);

void *td_arena_alloc(struct td_arena *arena,
                     size_t size); /* zeroed, aligned for any type */

/* A copy with a NUL behind it; the absent slice stays absent. */
struct td_slice td_arena_copy(struct td_arena *arena, struct td_slice s);
char *td_arena_strdup(struct td_arena *arena, const char *s);
struct td_slice td_arena_printf(struct td_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A copy of an array (count * size bytes); NULL when count is 0. */
void *td_arena_array(struct td_arena *arena, const void *items, size_t count,
                     size_t size);

#endif

/*
 * mem.h: heap memory that never comes back NULL, and the one idiom for growing arrays.
 */
#ifndef TD_BASE_MEM_H
#define TD_BASE_MEM_H

#include <stddef.h>

/* Like malloc, calloc, realloc, strdup; end the process with a message when there is no
 * memory. */
void *td_xmalloc(size_t size);
void *td_xcalloc(size_t count, size_t size);
void *td_xrealloc(void *p, size_t size);
char *td_xstrdup(const char *s);
char *td_xstrndup(const char *s, size_t n);

/*
 * Growing arrays: `x = td_vec_grow(x, &cap, count + 1, sizeof *x);` before writing
 * x[count]. Returns room for at least `need` items (doubling), all else unchanged. Freed
 * by free().
 */
void *td_vec_grow(void *items, size_t *cap, size_t need, size_t item_size);

/*
 * For a process that does the same over and over: a few MB of what it frees are kept at hand instead
 * of going back to the system and being asked for again, page by page, with each round.
 */
void td_mem_keep(void);

#endif

/* mem.c: heap memory that never comes back NULL. */
#include "base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* At once, without exit handlers: what is committed is safe, the rest stays as it is. */
__attribute__((noreturn)) static void no_memory(void)
{
    (void)fputs("tidings: out of memory\n", stderr);
    _Exit(TD_OS);
}

void *td_xmalloc(size_t size)
{
    void *p = malloc(size > 0 ? size : 1);
    if (p == NULL) {
        no_memory();
    }
    return p;
}

void *td_xcalloc(size_t count, size_t size)
{
    void *p = count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1);
    if (p == NULL) {
        no_memory();
    }
    return p;
}

void *td_xrealloc(void *p, size_t size)
{
    void *q = realloc(p, size > 0 ? size : 1);
    if (q == NULL) {
        no_memory();
    }
    return q;
}

char *td_xstrdup(const char *s)
{
    return td_xstrndup(s, strlen(s));
}

char *td_xstrndup(const char *s, size_t n)
{
    const size_t len = strnlen(s, n);
    char *copy = td_xmalloc(len + 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

void *td_vec_grow(void *items, size_t *cap, size_t need, size_t item_size)
{
    if (need <= *cap) {
        return items;
    }
    size_t wanted = *cap > 0 ? *cap : 4;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) {
            no_memory();
        }
        wanted *= 2;
    }
    if (item_size > 0 && wanted > SIZE_MAX / item_size) {
        no_memory();
    }
    items = td_xrealloc(items, wanted * item_size);
    *cap = wanted;
    return items;
}

#define KEPT (8 * 1024 * 1024)

void td_mem_keep(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
    (void)mallopt(M_TOP_PAD, KEPT / 8);
}

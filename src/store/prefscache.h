/*
 * prefscache.h: the last distinct choices and their ids, so that an import of a million rows does
 * not ask the database for the same dozen a million times. Private to store/.
 */
#ifndef TD_STORE_PREFSCACHE_H
#define TD_STORE_PREFSCACHE_H

#include "base/str.h"

#define TD_PREFS_CACHED 64

struct td_prefs_cached {
    char *key; /* owned: the row as one text */
    size_t len;
    int64_t id;
};

struct td_prefs_cache {
    struct td_prefs_cached items[TD_PREFS_CACHED];
    size_t count;
    size_t next; /* which to overwrite when full */
};

int64_t td_prefs_cache_find(const struct td_prefs_cache *cache,
                            struct td_slice key); /* or 0 */
void td_prefs_cache_add(struct td_prefs_cache *cache, struct td_slice key, int64_t id);

/* A rollback may have taken rows away: forget all. Also frees. */
void td_prefs_cache_clear(struct td_prefs_cache *cache);

#endif

/*
 * idcache.h: the last few distinct texts and the ids of their rows, so that a million rows do not
 * ask the database for the same dozen choices or server replies. Private to store/.
 */
#ifndef TD_STORE_IDCACHE_H
#define TD_STORE_IDCACHE_H

#include "base/str.h"

#define TD_IDS_CACHED 64

struct td_id_cached {
    char *key; /* owned */
    size_t len;
    int64_t id;
};

struct td_id_cache {
    struct td_id_cached items[TD_IDS_CACHED];
    size_t count;
    size_t next; /* which to overwrite when full */
};

int64_t td_id_cache_find(const struct td_id_cache *cache, struct td_slice key); /* or 0 */
void td_id_cache_add(struct td_id_cache *cache, struct td_slice key, int64_t id);

/* A rollback may have taken rows away: forget all. Also frees. */
void td_id_cache_clear(struct td_id_cache *cache);

#endif

/*
 * idcache.c: a small table of texts, searched from end to end.
 */
#include "store/idcache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void td_id_cache_clear(struct td_id_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++)
        free(cache->items[i].key);
    *cache = (struct td_id_cache){0};
}

int64_t td_id_cache_find(const struct td_id_cache *cache, struct td_slice key)
{
    for (size_t i = 0; i < cache->count; i++) {
        const struct td_id_cached *item = &cache->items[i];
        if (item->len == key.len && memcmp(item->key, key.ptr, key.len) == 0)
            return item->id;
    }
    return 0;
}

void td_id_cache_add(struct td_id_cache *cache, struct td_slice key, int64_t id)
{
    size_t place = cache->count;

    if (place < TD_IDS_CACHED) {
        cache->count++;
    } else {
        place = cache->next;
        cache->next = (cache->next + 1) % TD_IDS_CACHED;
        free(cache->items[place].key);
    }
    cache->items[place] =
        (struct td_id_cached){td_xstrndup(key.ptr, key.len), key.len, id};
}

/* embed.c: looking up files built into the program. */
#include "base/embed.h"

#include <string.h>

struct td_slice td_embedded_find(const struct td_embedded *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            return td_slice_n((const char *)table->data, table->size);
        }
    }
    return td_slice(NULL);
}

/*
 * config.c: any file is refused with words, or libcyaml takes what our walk of its schema took.
 */
#include "app/config/config_raw.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_arena *arena = td_arena_create();
    struct td_slice text = td_slice_n((const char *)data, size);
    struct td_faults faults = {0};
    const struct td_yaml *root = NULL;
    struct td_err err = {0};
    int line;
    if (td_yaml_parse(arena, text, &root, &line, &err) != TD_OK)
        must(err.text[0] != '\0');
    else if (root)
        td_schema_check(root, &faults);
    if (root && faults.errors == 0) {
        struct td_raw_config *raw = td_raw_load(text, &faults);
        must(raw != NULL);
        td_raw_free(raw);
    }
    td_arena_destroy(arena);
    return 0;
}

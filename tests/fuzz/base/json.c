/*
 * json.c: what the JSON reader takes, it writes, and reads again as the same.
 */
#include "base/json.h"
#include "support/fuzz.h"

#define OUTPUT_MAX ((size_t)64 << 20)

static bool write_once(struct td_slice text, struct td_buf *out)
{
    struct td_json *json = NULL;
    struct td_err err;
    if (td_json_parse(text, &json, &err) != TD_OK)
        return false;
    td_json_write(json, false, out);
    td_json_destroy(json);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_buf first, second;
    td_buf_init(&first, OUTPUT_MAX);
    td_buf_init(&second, OUTPUT_MAX);
    if (write_once(td_slice_n((const char *)data, size), &first)) {
        must(write_once(td_buf_slice(&first), &second));
        must(td_slice_eq(td_buf_slice(&first), td_buf_slice(&second)));
    }
    td_buf_release(&first);
    td_buf_release(&second);
    return 0;
}

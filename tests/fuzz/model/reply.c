/*
 * reply.c: SMTP replies of any shape; more bytes behind a whole reply never change it.
 */
#include "model/reply.h"
#include "support/fuzz.h"

static void show(const struct td_reply *reply)
{
    struct td_buf line;
    td_buf_init(&line, 64 * 1024);
    td_reply_show(reply, &line);
    must(td_slice_find(td_buf_slice(&line), 0, '\n') >= line.len);
    td_buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct td_slice input = td_slice_n((const char *)data, size);
    struct td_reply whole = {0}, alone = {0};
    size_t used = 0, again = 0;
    if (td_reply_parse(input, &whole, &used) == 1) {
        must(used > 0 && used <= size && whole.code >= 200 && whole.code <= 599);
        must(td_reply_parse(td_slice_sub(input, 0, used), &alone, &again) == 1);
        must(again == used && alone.code == whole.code);
        must(td_slice_eq(td_slice(alone.text), td_slice(whole.text)));
        must(td_reply_parse(td_slice_sub(input, 0, used - 1), &alone, &again) == 0);
        show(&whole);
    }
    return 0;
}

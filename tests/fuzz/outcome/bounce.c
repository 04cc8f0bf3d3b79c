/*
 * bounce.c: any bytes as a mail that came back: the same judgement twice, addresses that can stand
 * in a list, a kind that is the worst of its recipients'.
 */
#include <string.h>

#include "outcome/bounce.h"
#include "support/bounce_rules.h"
#include "support/fuzz.h"

static void check_item(const struct td_bounce *bounce, const struct td_bounced *item)
{
    must(item->kind != TD_BOUNCE_NONE && item->kind <= bounce->kind);
    must(memchr(item->status, '\0', sizeof item->status) != NULL);
    must(!item->disputed || item->kind == TD_BOUNCE_HARD);
    for (size_t i = 0; i < item->address.len; i++) {
        const unsigned char c = (unsigned char)item->address.ptr[i];
        must(c > ' ' || item->address.ptr[0] == '"');
        must(c != '\n' && c != '\0' && !(c >= 'A' && c <= 'Z'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct td_slice mail = td_slice_n((const char *)data, size);
    struct td_bounce first = {0};
    struct td_bounce again = {0};
    struct td_err err;
    must(td_bounce_read(td_test_bounce_rules(), mail, &first, &err) == TD_OK);
    for (int i = 0; i < 2; i++) /* in memory that was used before */
        must(td_bounce_read(td_test_bounce_rules(), mail, &again, &err) == TD_OK);
    must(first.form == again.form && first.kind == again.kind &&
         first.count == again.count);
    for (size_t i = 0; i < first.count; i++) {
        check_item(&first, &first.items[i]);
        must(td_slice_eq(first.items[i].address, again.items[i].address));
    }
    must(first.kind == TD_BOUNCE_NONE || first.form == TD_BOUNCE_REPORT ||
         first.form == TD_BOUNCE_TEXT || first.form == TD_BOUNCE_FEEDBACK);
    td_bounce_release(&first);
    td_bounce_release(&again);
    return 0;
}

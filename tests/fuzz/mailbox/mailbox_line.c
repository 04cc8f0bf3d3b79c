/* Lines of mail servers: whatever is read lies within the numbers of IMAP. */
#include "support/fuzz.h"

#include "mailbox/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_slice rest = td_slice_n((const char *)data, size);
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        struct td_imap_fetched got;
        int64_t a = 1;
        int64_t b = 1;
        if (td_imap_fetched(line, &got))
            must(got.uid > 0 && got.uid <= UINT32_MAX && got.size >= 0 &&
                 got.size <= UINT32_MAX && got.number >= 0);
        (void)td_imap_exists(line, &a);
        (void)td_imap_validity(line, &b);
        must(a >= 0 && a <= UINT32_MAX && b > 0 && b <= UINT32_MAX);
        if (td_pop3_listed(line, &a, &b))
            must(a > 0 && b >= 0);
    }
    return 0;
}

/*
 * command.c: any subject and text are read, and what is found points into them.
 */
#include "people/command.h"
#include "support/fuzz.h"

static bool within(struct td_slice part, struct td_slice whole)
{
    return part.len == 0 ||
           (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct td_mail_commands ours = {
        .local = "t", .domain = "n.example", .delimiter = '+'};
    const struct td_slice all = td_slice_n((const char *)data, size);
    const size_t half = td_slice_find(all, 0, '\n');
    const struct td_slice subject =
        td_slice_sub(all, 0, half == (size_t)-1 ? size : half);
    struct td_mail_wish wish;
    struct td_slice token;
    td_command_read(subject, all, &wish);
    must(within(wish.about, all));
    must(wish.verb == TD_COMMAND_NONE || td_command_name(wish.verb)[0] != '\0');
    if (td_command_token(&ours, subject, &token))
        must(within(token, subject) && token.len > 0);
    return 0;
}

/* ehlo.c: reads the keywords of an EHLO reply, line by line. */
#include "delivery/ehlo.h"

#include <string.h>

static void keyword(struct td_ehlo *ehlo, struct td_slice rest)
{
    struct td_slice word;
    struct td_slice value;
    if (!td_slice_token(&rest, " \t", &word))
        return;
    if (td_slice_iis(word, "PIPELINING"))
        ehlo->pipelining = true;
    else if (td_slice_iis(word, "8BITMIME"))
        ehlo->eightbit = true;
    else if (td_slice_iis(word, "SMTPUTF8"))
        ehlo->smtputf8 = true;
    else if (td_slice_iis(word, "SIZE")) {
        int64_t max = 0;
        ehlo->size = true;
        if (td_slice_token(&rest, " \t", &value) && td_slice_int64(value, &max) &&
            max > 0)
            ehlo->size_max = max;
    }
}

void td_ehlo_line(struct td_ehlo *ehlo, struct td_slice line)
{
    line = td_slice_trim(line);
    if (td_slice_starts(line, "220"))
        memset(ehlo, 0, sizeof *ehlo);
    else if (td_slice_starts(line, "235"))
        ehlo->authenticated = true;
    else if (td_slice_starts(line, "250") && !ehlo->greeted)
        ehlo->greeted = true;
    else if (td_slice_starts(line, "250"))
        keyword(ehlo, td_slice_sub(line, 4, line.len));
}

/*
 * feedback.c: any bytes as a feedback report: bounded, and no complaint without a report.
 */
#include "outcome/arf.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_arena *arena = td_arena_create();
    struct td_parts parts;
    struct td_feedback feedback;
    struct td_fields returned = {0};
    td_parts_read(arena, td_slice_n((const char *)data, size), &parts);
    const struct td_part *message = td_parts_find(&parts, TD_PART_RETURNED);
    if (message != NULL) {
        struct td_slice rest = message->raw;
        returned = td_fields_take(arena, &rest, TD_JUNK_SKIPPED);
    }
    td_feedback_read(arena, &parts, &returned, &feedback);
    must(feedback.count <= TD_FEEDBACK_RECIPIENTS_MAX);
    must(feedback.found || (!feedback.complaint && feedback.count == 0));
    td_arena_destroy(arena);
    return 0;
}

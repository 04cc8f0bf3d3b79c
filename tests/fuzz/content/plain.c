/*
 * plain.c: any bytes as the plain text of a briefing or live blog.
 */
#include "content/content.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_story *story = NULL;
    struct td_warnings warnings = {0};
    struct td_err err = {0};
    const struct td_slice text = td_slice_n((const char *)data, size);
    if (td_content_parse(text, TD_FORM_PLAIN, "fuzz.txt", &story, &warnings, &err) ==
        TD_OK)
        must(story->section_count + story->entry_count > 0 && td_utf8_valid(text, NULL));
    else
        must(story == NULL && td_slice_starts(td_slice(err.text), "fuzz.txt:"));
    must(warnings.count <= TD_WARNINGS_MAX);
    td_story_destroy(story);
    return 0;
}

/*
 * content.c: what every source must be before it is parsed, and which parser it goes to.
 */
#include "content/content.h"

#include "content/build.h"
#include "content/live.h"
#include "content/markdown.h"
#include "content/plain.h"
#include "content/words.h"
#include "model/edition.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static int line_of(struct td_slice bytes, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line +=
            bytes.ptr[i] == '\n' ||
            (bytes.ptr[i] == '\r' && !(i + 1 < bytes.len && bytes.ptr[i + 1] == '\n'));
    return line;
}

/* Control characters have no place in an article: they come from damaged or mistaken files. */
static bool is_forbidden(int32_t cp)
{
    const bool ends_line = cp == '\t' || cp == '\n' || cp == '\r';
    return (cp < 0x20 && !ends_line) || (cp >= 0x7F && cp <= 0x9F);
}

static enum td_status check_characters(struct td_slice bytes, const char *name,
                                       struct td_err *err)
{
    for (size_t pos = 0; pos < bytes.len;) {
        const size_t at = pos;
        const int32_t cp = td_utf8_next(bytes, &pos);
        if (cp < 0)
            return td_fail(
                err, TD_DATA,
                "%s:%d: not UTF-8: byte 0x%02X (an older encoding? save it as UTF-8)",
                name, line_of(bytes, at), (unsigned)(unsigned char)bytes.ptr[at]);
        if (is_forbidden(cp))
            return td_fail(err, TD_DATA, "%s:%d: control character U+%04X", name,
                           line_of(bytes, at), (unsigned)cp);
    }
    return TD_OK;
}

static enum td_status check_source(struct td_slice bytes, const char *name,
                                   struct td_err *err)
{
    if (bytes.len > TD_SOURCE_MAX)
        return td_fail(err, TD_DATA, "%s: larger than %d MB", name,
                       TD_SOURCE_MAX / 1024 / 1024);
    const enum td_status status = check_characters(bytes, name, err);
    if (status != TD_OK)
        return status;
    if (td_words_blank(bytes))
        return td_fail(err, TD_DATA, "%s: %s", name,
                       bytes.len == 0 ? "the file is empty" : "nothing but white space");
    return TD_OK;
}

static enum td_status check_size(const struct td_story *story, const char *name,
                                 struct td_err *err)
{
    int line = 0;
    if (story->section_count > TD_PARTS_MAX)
        line = story->sections[TD_PARTS_MAX].line;
    else if (story->entry_count > TD_PARTS_MAX)
        line = story->entries[TD_PARTS_MAX].line;
    if (line == 0)
        return TD_OK;
    return td_fail(err, TD_DATA, "%s:%d: more than %d %s", name, line, TD_PARTS_MAX,
                   story->kind == TD_STORY_LIVE ? "entries" : "sections");
}

static struct td_story *parse_plain(struct td_slice bytes, struct td_warnings *warnings)
{
    struct td_build build;
    struct td_units units;
    struct td_story *story = NULL;
    td_build_begin(&build);
    td_units_read(&units, build.arena, td_arena_copy(build.arena, bytes));
    if (!td_live_read(&build, &units, warnings, &story))
        story = td_plain_read(&build, &units, warnings);
    td_units_release(&units);
    return story;
}

enum td_status td_content_parse(struct td_slice bytes, enum td_source_form form,
                                const char *name, struct td_story **out,
                                struct td_warnings *warnings, struct td_err *err)
{
    struct td_story *story = NULL;
    if (td_slice_starts(bytes, BYTE_ORDER_MARK))
        bytes = td_slice_sub(bytes, sizeof BYTE_ORDER_MARK - 1, bytes.len);
    enum td_status status = check_source(bytes, name, err);
    if (status == TD_OK && form == TD_FORM_MARKDOWN)
        status = td_markdown_read(bytes, name, &story, warnings, err);
    else if (status == TD_OK)
        story = parse_plain(bytes, warnings);
    if (status == TD_OK)
        status = check_size(story, name, err);
    if (status == TD_OK)
        *out = story;
    else
        td_story_destroy(story);
    return status;
}

bool td_source_form_of(const char *path, enum td_source_form *out)
{
    const struct td_slice name = td_slice(path);
    if (td_slice_ends(name, ".md"))
        *out = TD_FORM_MARKDOWN;
    else if (td_slice_ends(name, ".txt"))
        *out = TD_FORM_PLAIN;
    else
        return false;
    return true;
}

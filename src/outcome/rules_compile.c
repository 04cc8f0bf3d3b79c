/* rules_compile.c: phrases and patterns, and where a fault stands. */
#include "outcome/rules_compile.h"

#include <string.h>

#include "base/buf.h"

#define PATTERN_MAX 4096

/* The last line that is the rule's "name: NAME", or 0. */
static int line_of_name(struct td_slice yaml, const char *name)
{
    struct td_slice line;
    int found = 0;
    for (int number = 1; td_slice_line(&yaml, &line); number++) {
        line = td_slice_trim(line);
        if (td_slice_starts(line, "- "))
            line = td_slice_trim(td_slice_sub(line, 1, line.len));
        if (!td_slice_starts(line, "name:"))
            continue;
        line = td_slice_trim(td_slice_sub(line, 5, line.len));
        if (td_slice_is(line, name))
            found = number;
    }
    return found;
}

/* what: "pattern", "phrase" with its text behind it, or "". */
enum td_status td_build_fault(const struct td_build *build, const char *what,
                              const char *text, const char *why)
{
    const char *name = build->rule->name ? build->rule->name : "(without a name)";
    return td_fail(build->err, TD_CONFIG, "%s:%d: rule %s: %s%s%s%s", build->source->file,
                   line_of_name(build->source->yaml, name), name, what, text,
                   what[0] ? ": " : "", why);
}

/* "{to}" in a pattern: an address, in a group of that name. Scripts without spaces and their
 * punctuation stand directly beside one: a part that has letters of two bytes at most ends there,
 * one in such a script ends at ASCII. */
#define ATOM                                                                             \
    "(?:[^\\s<>()\\[\\],;:\"'`@\\\\\\x7F-\\xFF]|[\\xC3-\\xD7\\xD9-\\xDF][\\x80-\\xBF])"
#define WIDE "[\\xE0-\\xEF][\\x80-\\xBF]{2}"
static const char address_group[] = "(?<to>(?:\"[^\"\\n]+\"|" ATOM "+|(?:" WIDE ")+)"
                                    "@(?:" ATOM "+|" WIDE "(?:" WIDE "|[-.a-z0-9])+))";

static void write_pattern(const char *text, struct td_buf *out)
{
    static const char mark[] = "{to}";
    for (const char *at; (at = strstr(text, mark)) != NULL; text = at + sizeof mark - 1) {
        td_buf_add(out, text, (size_t)(at - text));
        td_buf_add_str(out, address_group);
    }
    td_buf_add_str(out, text);
}

static enum td_status compile_one(const struct td_build *build, const char *text,
                                  struct td_pattern **out)
{
    struct td_buf whole;
    struct td_err why;
    td_buf_init(&whole, PATTERN_MAX);
    write_pattern(text, &whole);
    enum td_status status = td_pattern_create(out, td_buf_slice(&whole), &why);
    td_buf_release(&whole);
    return status == TD_OK ? TD_OK : td_build_fault(build, "pattern ", text, why.text);
}

enum td_status td_build_patterns(const struct td_build *build, char *const *texts,
                                 unsigned count, struct td_patterns *out)
{
    if (count == 0)
        return TD_OK;
    out->items = td_arena_alloc(build->rules->arena, count * sizeof *out->items);
    for (unsigned i = 0; i < count; i++) {
        enum td_status status = compile_one(build, texts[i], &out->items[i]);
        if (status != TD_OK)
            return status;
        out->count = i + 1;
    }
    return TD_OK;
}

static bool is_flat(const char *phrase)
{
    const struct td_slice text = td_slice(phrase);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z')
            return false;
    }
    return td_slice_find_str(text, 0, "  ") == (size_t)-1 &&
           td_slice_find(text, 0, '\n') == (size_t)-1;
}

enum td_status td_build_phrases(const struct td_build *build, char *const *texts,
                                unsigned count, struct td_phrases *phrases, size_t id)
{
    for (unsigned i = 0; i < count; i++) {
        if (!is_flat(texts[i]))
            return td_build_fault(build, "phrase ", texts[i],
                                  "is to be in lower case, its words one space apart");
        if (!td_phrases_add(phrases, td_slice(texts[i]), id))
            return td_build_fault(build, "phrase ", texts[i],
                                  "is shorter than 3 letters");
    }
    return TD_OK;
}

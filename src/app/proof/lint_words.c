/* Links and words of the edition (lint_rule.h). */
#include <string.h>

#include "app/proof/lint_rule.h"

#define WORD_MOST 40 /* characters: longer ones break out of a telephone's screen */

/* ---- every text of the edition ---- */

struct visit {
    struct td_lint *lint;
    void (*each)(struct td_lint *lint, const struct td_lint_text *text, void *context);
    void *context;
};

static void visit_text(const struct visit *visit, const struct td_text *text,
                       const struct td_part *part, int line)
{
    const struct td_lint_text at = {text, part, line};
    if (text->words.len > 0)
        visit->each(visit->lint, &at, visit->context);
}

static void visit_blocks(const struct visit *visit, const struct td_part *part,
                         const struct td_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        visit_text(visit, &blocks[i].text, part, blocks[i].line);
        for (size_t k = 0; k < blocks[i].item_count; k++)
            visit_text(visit, &blocks[i].items[k], part, blocks[i].line);
    }
}

void td_lint_texts(struct td_lint *lint,
                   void (*each)(struct td_lint *lint, const struct td_lint_text *text,
                                void *context),
                   void *context)
{
    const struct visit visit = {lint, each, context};
    const struct td_edition *edition = lint->edition;
    const struct td_text title = {.words = edition->story->title};
    visit_text(&visit, &title, NULL, 1);
    visit_text(&visit, &edition->story->standfirst, NULL, 1);
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_part *part = &edition->parts[i];
        if (part->section) {
            visit_text(&visit, &part->section->heading, part, part->section->line);
            visit_blocks(&visit, part, part->section->blocks, part->section->block_count);
        } else {
            visit_blocks(&visit, part, part->entry->blocks, part->entry->block_count);
        }
    }
}

/* ---- links ---- */

static struct td_slice link_words(const struct td_text *text, const struct td_mark *mark)
{
    return td_slice_trim(td_slice_sub(text->words, mark->from, mark->to));
}

static void look_insecure(struct td_lint *lint, const struct td_lint_text *at,
                          void *context)
{
    (void)context;
    for (size_t i = 0; i < at->text->mark_count; i++) {
        const struct td_mark *mark = &at->text->marks[i];
        if (mark->kind == TD_MARK_LINK && td_slice_istarts(mark->url, "http:"))
            td_lint_say(lint, at->line, "a link that is not https: %.*s",
                        (int)mark->url.len, mark->url.ptr);
    }
}

static void link_insecure(struct td_lint *lint)
{
    td_lint_texts(lint, look_insecure, NULL);
}

/* Words that say nothing about where a link leads, read out of their sentence. */
static bool is_vague(struct td_slice words)
{
    static const char *const vague[] = {"here",      "click here", "click", "this",
                                        "this link", "link",       "more",  "read more",
                                        "see more",  "this page"};
    for (size_t i = 0; i < TD_ARRAY_LEN(vague); i++)
        if (td_slice_iis(words, vague[i]))
            return true;
    return false;
}

static void look_vague(struct td_lint *lint, const struct td_lint_text *at, void *context)
{
    (void)context;
    for (size_t i = 0; i < at->text->mark_count; i++) {
        const struct td_slice words = link_words(at->text, &at->text->marks[i]);
        if (at->text->marks[i].kind == TD_MARK_LINK && is_vague(words))
            td_lint_say(lint, at->line,
                        "the link \"%.*s\" does not say where it leads: screen readers "
                        "read links out alone",
                        (int)words.len, words.ptr);
    }
}

static void link_text(struct td_lint *lint)
{
    td_lint_texts(lint, look_vague, NULL);
}

/* All links of the edition, to be held against each other. */
#define LINKS_MAX 512
struct links {
    struct {
        struct td_slice words, url;
        int line;
    } items[LINKS_MAX];
    size_t count;
};

static void collect(struct td_lint *lint, const struct td_lint_text *at, void *context)
{
    struct links *links = context;
    (void)lint;
    for (size_t i = 0; i < at->text->mark_count; i++) {
        const struct td_mark *mark = &at->text->marks[i];
        if (mark->kind != TD_MARK_LINK || links->count == LINKS_MAX)
            continue;
        links->items[links->count].words = link_words(at->text, mark);
        links->items[links->count].url = mark->url;
        links->items[links->count++].line = at->line;
    }
}

/* The same words lead to two places: read alone, nobody can tell them apart (WCAG 2.4.9). */
static void link_ambiguous(struct td_lint *lint)
{
    struct links links;
    links.count = 0;
    td_lint_texts(lint, collect, &links);
    for (size_t i = 0; i < links.count; i++)
        for (size_t k = 0; k < i; k++) {
            if (!td_slice_ieq(links.items[i].words, links.items[k].words) ||
                td_slice_eq(links.items[i].url, links.items[k].url))
                continue;
            td_lint_say(lint, links.items[i].line,
                        "the link \"%.*s\" leads elsewhere than on line %d",
                        (int)links.items[i].words.len, links.items[i].words.ptr,
                        links.items[k].line);
            break;
        }
}

static void link_duplicate(struct td_lint *lint)
{
    struct links links;
    links.count = 0;
    td_lint_texts(lint, collect, &links);
    for (size_t i = 0; i < links.count; i++)
        for (size_t k = 0; k < i; k++) {
            if (!td_slice_eq(links.items[i].url, links.items[k].url) ||
                td_slice_istarts(links.items[i].url, "mailto:"))
                continue;
            td_lint_say(lint, links.items[i].line, "line %d links to %.*s already",
                        links.items[k].line, (int)links.items[i].url.len,
                        links.items[i].url.ptr);
            break;
        }
}

/* ---- words ---- */

static void look_long(struct td_lint *lint, const struct td_lint_text *at, void *context)
{
    struct td_slice rest = at->text->words;
    struct td_slice word;
    (void)context;
    while (td_slice_token(&rest, " \t\n", &word)) {
        const size_t count = td_utf8_count(word);
        if (count > WORD_MOST && td_slice_find_str(word, 0, "://") == (size_t)-1)
            td_lint_say(lint, at->line, "a word of %zu characters: %.*s…", count,
                        td_lint_start(word), word.ptr);
    }
}

static void word_long(struct td_lint *lint)
{
    td_lint_texts(lint, look_long, NULL);
}

static bool is_letters(struct td_slice word)
{
    for (size_t i = 0; i < word.len; i++) {
        const unsigned char c = (unsigned char)word.ptr[i];
        if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c < 0x80)
            return false;
    }
    return word.len > 0;
}

/* "had had" and "that that" are English. */
static void look_doubled(struct td_lint *lint, const struct td_lint_text *at,
                         void *context)
{
    struct td_slice rest = at->text->words;
    struct td_slice before = {NULL, 0};
    struct td_slice word;
    (void)context;
    while (td_slice_token(&rest, " \t\n", &word)) {
        if (is_letters(word) && td_slice_ieq(word, before) &&
            !td_slice_iis(word, "had") && !td_slice_iis(word, "that"))
            td_lint_say(lint, at->line, "\"%.*s\" stands there twice", (int)word.len,
                        word.ptr);
        before = word;
    }
}

static void word_doubled(struct td_lint *lint)
{
    td_lint_texts(lint, look_doubled, NULL);
}

static void look_unfinished(struct td_lint *lint, const struct td_lint_text *at,
                            void *context)
{
    static const char *const marks[] = {"TODO", "FIXME", "XXX", "Lorem ipsum",
                                        "lorem ipsum"};
    (void)context;
    for (size_t i = 0; i < TD_ARRAY_LEN(marks); i++)
        if (td_slice_find_str(at->text->words, 0, marks[i]) != (size_t)-1)
            td_lint_say(lint, at->line, "\"%s\": is it finished?", marks[i]);
}

static void text_unfinished(struct td_lint *lint)
{
    td_lint_texts(lint, look_unfinished, NULL);
}

const struct td_lint_rule td_lint_word_rules[] = {
    {"link-insecure", TD_LINT_WARNING, link_insecure},
    {"link-text", TD_LINT_WARNING, link_text},
    {"link-ambiguous", TD_LINT_WARNING, link_ambiguous},
    {"link-duplicate", TD_LINT_WARNING, link_duplicate},
    {"word-long", TD_LINT_WARNING, word_long},
    {"word-doubled", TD_LINT_WARNING, word_doubled},
    {"text-unfinished", TD_LINT_WARNING, text_unfinished},
    {NULL, TD_LINT_WARNING, NULL},
};

/*
 * Whether both parts of a mail say the same (lint_rule.h): the words of the HTML's content area
 * must stand in the text part in the same order, with nothing between them but link numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "app/proof/lint_rule.h"
#include "app/proof/lint_tags.h"
#include "base/mem.h"

#define NONE      ((size_t)-1)
#define WORDS_MAX ((size_t)32 << 20)

struct words {
    struct td_slice *items; /* owned */
    size_t count;
};

/* Bullets, rules under headings, the ">" of quotes: form, not words. */
static bool is_ornament(struct td_slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (strchr("-=~_>*.|", word.ptr[i]) == NULL)
            return td_slice_is(word, "•") || td_slice_is(word, "–");
    return true;
}

/* Length of "[12]" at i, the number behind a link's words; 0: there is none. */
static size_t link_number(struct td_slice s, size_t i)
{
    size_t n = i + 1;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return s.ptr[i] == '[' && n > i + 1 && n < s.len && s.ptr[n] == ']' ? n + 1 - i : 0;
}

/* "1." before an item of an ordered list, which HTML makes of itself. */
static bool is_item_number(struct td_slice word)
{
    size_t i = 0;
    while (i < word.len && word.ptr[i] >= '0' && word.ptr[i] <= '9')
        i++;
    return i > 0 && i + 1 == word.len && (word.ptr[i] == '.' || word.ptr[i] == ')');
}

static void split(struct td_slice text, struct words *words)
{
    struct td_slice word;
    size_t cap = 0;
    *words = (struct words){0};
    while (td_slice_token(&text, " \t\r\n", &word)) {
        if (is_ornament(word) || is_item_number(word))
            continue;
        words->items =
            td_vec_grow(words->items, &cap, words->count + 1, sizeof *words->items);
        words->items[words->count++] = word;
    }
}

/* Whether it is one of the "[n] URL" lines below a section. */
static bool is_link_line(struct td_slice line)
{
    line = td_slice_trim(line);
    const size_t number = line.len > 0 ? link_number(line, 0) : 0;
    const struct td_slice url = td_slice_trim(td_slice_sub(line, number, line.len));
    return number > 0 && td_slice_find(url, 0, ':') != NONE &&
           td_slice_find(url, 0, ' ') == NONE;
}

/* Without link numbers and the lines they refer to. */
static void strip_links(struct td_slice text, struct td_buf *out)
{
    struct td_slice line;
    while (td_slice_line(&text, &line)) {
        if (is_link_line(line))
            continue;
        for (size_t i = 0; i < line.len;) {
            const size_t number = link_number(line, i);
            if (number == 0)
                td_buf_add_char(out, line.ptr[i]);
            i += number > 0 ? number : 1;
        }
        td_buf_add_char(out, '\n');
    }
}

/* Words of what stands inside id="content"; block tags part words, marks inside them do not. */
static void content_of(struct td_slice html, struct td_buf *out)
{
    static const char *const marks[] = {"a",   "strong", "em", "code",
                                        "bdi", "span",   "b",  "i"};
    struct td_lint_tag tag;
    size_t depth = 0;
    while (td_lint_next_tag(&html, &tag)) {
        if (depth > 0)
            td_lint_unescape(tag.before, out);
        const bool div = td_lint_tag_is(&tag, "div");
        if (div && tag.closing && depth > 0 && --depth == 0)
            return;
        if (div && !tag.closing &&
            (depth > 0 || td_slice_is(td_lint_attribute(&tag, "id"), "content")))
            depth++;
        bool inside = false;
        for (size_t i = 0; i < TD_ARRAY_LEN(marks); i++)
            inside |= td_lint_tag_is(&tag, marks[i]);
        if (!inside)
            td_buf_add_char(out, ' ');
        if (depth > 0 && td_lint_tag_is(&tag, "img")) {
            td_lint_unescape(td_lint_attribute(&tag, "alt"), out);
            td_buf_add_char(out, ' ');
        }
    }
}

/* How many words of `from` stand in `in` from `at` on. */
static size_t run_length(const struct words *from, const struct words *in, size_t at)
{
    size_t n = 0;
    while (n < from->count && at + n < in->count &&
           td_slice_eq(from->items[n], in->items[at + n]))
        n++;
    return n;
}

static void say_difference(struct td_lint *lint, const struct words *html,
                           const struct words *text)
{
    size_t longest = 0, where = 0;
    for (size_t at = 0; at < text->count; at++) {
        const size_t n = run_length(html, text, at);
        if (n > longest || at == 0) {
            longest = n;
            where = at;
        }
    }
    if (longest == html->count)
        return;
    const struct td_slice there = html->items[longest];
    const struct td_slice here =
        where + longest < text->count ? text->items[where + longest] : td_slice("");
    const struct td_slice before = longest > 0 ? html->items[longest - 1] : td_slice("");
    td_lint_say(lint, 0, "behind \"%.*s\" the HTML has \"%.*s\" and the text \"%.*s\"",
                (int)before.len, before.ptr, (int)there.len, there.ptr, (int)here.len,
                here.ptr);
}

static void parts_differ(struct td_lint *lint)
{
    struct td_buf content, shown, plain;
    struct words html, text;
    if (lint->mail->html.len == 0)
        return;
    td_buf_init(&content, WORDS_MAX);
    td_buf_init(&shown, WORDS_MAX);
    td_buf_init(&plain, WORDS_MAX);
    content_of(td_buf_slice(&lint->mail->html), &content);
    strip_links(td_buf_slice(&content), &shown);
    strip_links(td_buf_slice(&lint->mail->text), &plain);
    split(td_buf_slice(&shown), &html);
    split(td_buf_slice(&plain), &text);
    if (html.count == 0)
        td_lint_say(lint, 0, "no words in an element with id=\"content\"");
    else
        say_difference(lint, &html, &text);
    free(text.items);
    free(html.items);
    td_buf_release(&plain);
    td_buf_release(&shown);
    td_buf_release(&content);
}

const struct td_lint_rule td_lint_same_rules[] = {
    {"parts-differ", TD_LINT_ERROR, parts_differ},
    {NULL, TD_LINT_WARNING, NULL},
};

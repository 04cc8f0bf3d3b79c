/* What the editor wrote: the edition as a whole (lint_rule.h). */
#include <string.h>

#include "app/proof/lint_rule.h"

#define SUBJECT_GOOD 78 /* what lists of mails show at most, on a wide screen */
#define SUBJECT_MOST 150
#define CAPITALS_MIN 8 /* letters: a short subject may be a name */

static void draft(struct td_lint *lint)
{
    if (lint->edition->story->draft)
        td_lint_say(lint, 1, "it is marked as a draft and will not be sent");
}

static void nothing_to_send(struct td_lint *lint)
{
    const struct td_edition *edition = lint->edition;
    for (size_t i = 0; i < edition->part_count; i++)
        if (edition->parts[i].counts)
            return;
    td_lint_say(lint, 1, "there is no lead, section or entry: nobody would get it");
}

static void story_kind(struct td_lint *lint)
{
    const enum td_newsletter_kind kind = lint->edition->newsletter->kind;
    const bool live = lint->edition->story->kind == TD_STORY_LIVE;
    if (live && kind == TD_KIND_BRIEFING)
        td_lint_say(lint, 1, "a live blog, in a newsletter of briefings");
    if (!live && kind == TD_KIND_LIVE && lint->edition->class_ != TD_CLASS_ALERT)
        td_lint_say(lint, 1, "a briefing, in a newsletter of live blogs");
}

/* ---- subject and preheader ---- */

/* The line of the front matter with that key; 1 when there is none. */
static int front_line(const struct td_lint *lint, const char *key)
{
    struct td_slice rest = td_buf_slice(&lint->source->bytes);
    struct td_slice line;
    for (int n = 1; td_slice_line(&rest, &line); n++) {
        if (n > 1 && td_slice_is(td_slice_trim(line), "---"))
            return 1;
        if (td_slice_starts(line, key) && line.len > strlen(key) &&
            line.ptr[strlen(key)] == ':')
            return n;
    }
    return 1;
}

static struct td_slice subject_of(const struct td_lint *lint)
{
    return td_slice_trim(lint->edition->subject);
}

static void subject_empty(struct td_lint *lint)
{
    if (subject_of(lint).len == 0)
        td_lint_say(lint, front_line(lint, "subject"), "the subject is empty");
}

static void subject_long(struct td_lint *lint)
{
    const size_t count = td_utf8_count(subject_of(lint));
    if (count > SUBJECT_GOOD && count <= SUBJECT_MOST)
        td_lint_say(lint, front_line(lint, "subject"),
                    "the subject has %zu characters; lists of mails show %d at most",
                    count, SUBJECT_GOOD);
}

static void subject_too_long(struct td_lint *lint)
{
    const size_t count = td_utf8_count(subject_of(lint));
    if (count > SUBJECT_MOST)
        td_lint_say(lint, front_line(lint, "subject"),
                    "the subject has %zu characters; %d are the most that make sense",
                    count, SUBJECT_MOST);
}

static void subject_capitals(struct td_lint *lint)
{
    const struct td_slice subject = subject_of(lint);
    size_t capitals = 0;
    for (size_t i = 0; i < subject.len; i++) {
        const unsigned char c = (unsigned char)subject.ptr[i];
        if (c >= 0x80 || (c >= 'a' && c <= 'z'))
            return;
        capitals += c >= 'A' && c <= 'Z';
    }
    if (capitals >= CAPITALS_MIN)
        td_lint_say(lint, front_line(lint, "subject"), "the subject is all capitals");
}

static void preheader_missing(struct td_lint *lint)
{
    if (td_slice_trim(lint->edition->preheader).len == 0)
        td_lint_say(lint, 1,
                    "no preheader: lists of mails show the first words of the page");
}

static void preheader_same(struct td_lint *lint)
{
    const struct td_slice preheader = td_slice_trim(lint->edition->preheader);
    if (preheader.len > 0 && td_slice_ieq(preheader, subject_of(lint)))
        td_lint_say(lint, front_line(lint, "preheader"), "the preheader is the subject");
}

/* ---- headings and topics ---- */

static void heading_repeated(struct td_lint *lint)
{
    const struct td_edition *edition = lint->edition;
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_section *later = edition->parts[i].section;
        for (size_t k = 0; k < i && later && later->heading.words.len > 0; k++) {
            const struct td_section *first = edition->parts[k].section;
            if (!td_slice_ieq(first->heading.words, later->heading.words))
                continue;
            td_lint_say(
                lint, later->line, "the heading \"%.*s\" stands on line %d already",
                (int)later->heading.words.len, later->heading.words.ptr, first->line);
            break;
        }
    }
}

static void topic_missing(struct td_lint *lint)
{
    const struct td_edition *edition = lint->edition;
    for (size_t i = 0; i < edition->part_count; i++) {
        const struct td_section *section = edition->parts[i].section;
        if (edition->newsletter->topic_count > 0 && section &&
            section->role == TD_ROLE_SECTION && edition->parts[i].topics == 0)
            td_lint_say(lint, section->line,
                        "the section \"%.*s\" has no topic: it goes to everyone",
                        (int)section->heading.words.len, section->heading.words.ptr);
    }
}

static void part_unread(struct td_lint *lint)
{
    const struct td_edition *edition = lint->edition;
    for (size_t i = 0; i < edition->part_count && lint->wanted; i++) {
        const struct td_part *part = &edition->parts[i];
        if (lint->wanted[i])
            continue;
        if (part->entry)
            td_lint_say(lint, part->entry->line, "no subscriber gets the entry of %.*s",
                        (int)part->entry->stamp.len, part->entry->stamp.ptr);
        else
            td_lint_say(
                lint, part->section->line, "no subscriber gets the section \"%.*s\"",
                (int)part->section->heading.words.len, part->section->heading.words.ptr);
    }
}

/* ---- what the parser passes over: Markdown that makes nothing ---- */

static bool is_markdown(const struct td_lint *lint)
{
    return lint->source && lint->source->form == TD_FORM_MARKDOWN;
}

/* Calls `each` for the lines of a Markdown source that are not in the front matter or a fence. */
static void markdown_lines(struct td_lint *lint,
                           void (*each)(struct td_lint *lint, struct td_slice line,
                                        int n))
{
    struct td_slice rest;
    struct td_slice line;
    bool front = false;
    bool fence = false;
    if (!is_markdown(lint))
        return;
    rest = td_buf_slice(&lint->source->bytes);
    for (int n = 1; td_slice_line(&rest, &line); n++) {
        const bool rule = td_slice_is(td_slice_trim(line), "---");
        if (td_slice_starts(td_slice_trim(line), "```"))
            fence = !fence;
        else if (rule && (n == 1 || front))
            front = n == 1;
        else if (!front && !fence)
            each(lint, line, n);
    }
}

/* Whether "[", blanks, "]" stand at i. */
static bool empty_brackets(struct td_slice line, size_t i, size_t *behind)
{
    if (i >= line.len || line.ptr[i] != '[')
        return false;
    for (i++; i < line.len && line.ptr[i] == ' ';)
        i++;
    *behind = i + 1;
    return i < line.len && line.ptr[i] == ']';
}

static void look_for_image(struct td_lint *lint, struct td_slice line, int n)
{
    size_t behind;
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '!' && empty_brackets(line, i + 1, &behind))
            td_lint_say(lint, n,
                        "an image without alternative text: ![what it shows](…)");
}

static void image_alt(struct td_lint *lint)
{
    markdown_lines(lint, look_for_image);
}

static void look_for_link(struct td_lint *lint, struct td_slice line, int n)
{
    size_t behind;
    for (size_t i = 0; i < line.len; i++)
        if ((i == 0 || line.ptr[i - 1] != '!') && empty_brackets(line, i, &behind) &&
            behind < line.len && line.ptr[behind] == '(')
            td_lint_say(lint, n, "a link without words: nobody can see or follow it");
}

static void link_empty(struct td_lint *lint)
{
    markdown_lines(lint, look_for_link);
}

static void look_for_heading(struct td_lint *lint, struct td_slice line, int n)
{
    struct td_slice rest = td_slice_trim(line);
    size_t level = 0;
    while (level < rest.len && rest.ptr[level] == '#')
        level++;
    rest = td_slice_trim(td_slice_sub(rest, level, rest.len));
    if (level > 0 && level <= 6 &&
        (rest.len == 0 || (td_slice_starts(rest, "{.") && td_slice_ends(rest, "}"))))
        td_lint_say(lint, n, "a heading without words is passed over");
}

static void heading_empty(struct td_lint *lint)
{
    markdown_lines(lint, look_for_heading);
}

const struct td_lint_rule td_lint_story_rules[] = {
    {"draft", TD_LINT_ERROR, draft},
    {"nothing-to-send", TD_LINT_ERROR, nothing_to_send},
    {"story-kind", TD_LINT_WARNING, story_kind},
    {"subject-empty", TD_LINT_ERROR, subject_empty},
    {"subject-long", TD_LINT_WARNING, subject_long},
    {"subject-too-long", TD_LINT_ERROR, subject_too_long},
    {"subject-capitals", TD_LINT_WARNING, subject_capitals},
    {"preheader-missing", TD_LINT_WARNING, preheader_missing},
    {"preheader-same", TD_LINT_WARNING, preheader_same},
    {"heading-empty", TD_LINT_WARNING, heading_empty},
    {"heading-repeated", TD_LINT_WARNING, heading_repeated},
    {"topic-missing", TD_LINT_WARNING, topic_missing},
    {"part-unread", TD_LINT_WARNING, part_unread},
    {"image-alt", TD_LINT_ERROR, image_alt},
    {"link-empty", TD_LINT_ERROR, link_empty},
    {NULL, TD_LINT_WARNING, NULL},
};

/*
 * story.c: the end of a story, and warnings for its editor.
 */
#include "model/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf may have cut inside a character: take the stump away. */
static void drop_cut_character(char *text)
{
    size_t pos = 0;
    size_t len = strlen(text);
    if (td_utf8_valid(td_slice_n(text, len), &pos) || len - pos > 3)
        return;
    text[pos] = '\0';
}

void td_warn_at(struct td_warnings *warnings, int line, const char *format, ...)
{
    if (warnings->count == TD_WARNINGS_MAX) {
        warnings->dropped++;
        return;
    }
    struct td_warning *warning = &warnings->items[warnings->count++];
    warning->line = line;
    va_list args;
    va_start(args, format);
    vsnprintf(warning->text, sizeof warning->text, format, args);
    va_end(args);
    drop_cut_character(warning->text);
}

void td_story_destroy(struct td_story *story)
{
    if (story != NULL)
        td_arena_destroy(story->arena); /* the story itself lives in it */
}

/*
 * pick.c: parts of an edition in the order of their source, and the lines above them.
 */
#include "edition/pick.h"

#include "edition/headline.h"
#include "edition/topics.h"

/* The lead and the also-list go to everyone unless the editor named topics for them. */
static enum td_status section_part(const struct td_pick_input *input,
                                   const struct td_section *section, struct td_part *part,
                                   struct td_err *err)
{
    const struct td_topics_input topics = {
        .newsletter = input->newsletter,
        .story = input->story,
        .named = section->topics,
        .named_count = section->topic_count,
        .heading = &section->heading,
        .blocks = section->blocks,
        .block_count = section->block_count,
        .line = section->line,
    };
    *part = (struct td_part){.section = section, .counts = section->role != TD_ROLE_ALSO};
    if (section->role != TD_ROLE_SECTION && section->topic_count == 0)
        return TD_OK;
    return td_topics_of(&topics, &part->topics, err);
}

static enum td_status entry_part(const struct td_pick_input *input,
                                 const struct td_entry *entry, struct td_part *part,
                                 struct td_err *err)
{
    const struct td_topics_input topics = {
        .newsletter = input->newsletter,
        .story = input->story,
        .named = entry->topics,
        .named_count = entry->topic_count,
        .blocks = entry->blocks,
        .block_count = entry->block_count,
        .line = entry->line,
    };
    *part = (struct td_part){.entry = entry, .counts = true};
    return td_topics_of(&topics, &part->topics, err);
}

static enum td_status pick_parts(const struct td_pick_input *input,
                                 struct td_edition *out, struct td_err *err)
{
    const struct td_story *story = input->story;
    const size_t most = story->section_count + story->entry_count;
    struct td_part *parts = td_arena_alloc(story->arena, (most + 1) * sizeof *parts);
    enum td_status status = TD_OK;
    size_t n = 0;
    for (size_t i = 0; i < story->section_count && status == TD_OK; i++) {
        const struct td_section *section = &story->sections[i];
        if (section->block_count > 0 || section->heading.words.len > 0)
            status = section_part(input, section, &parts[n++], err);
    }
    for (size_t i = 0; i < story->entry_count && status == TD_OK; i++)
        status = entry_part(input, &story->entries[i], &parts[n++], err);
    if (status == TD_OK && n == 0)
        status = td_fail(err, TD_DATA, "%s has no text: only a standfirst", input->slug);
    out->parts = parts;
    out->part_count = n;
    return status;
}

enum td_status td_edition_pick(const struct td_pick_input *input, struct td_edition *out,
                               struct td_err *err)
{
    const struct td_story *story = input->story;
    struct td_edition edition = {
        .newsletter = input->newsletter,
        .story = story,
        .date = input->date,
        .slug = input->slug,
        .class_ = story->alert ? TD_CLASS_ALERT : TD_CLASS_ISSUE,
        .headline = td_edition_headline(story),
        .subject = td_edition_line(story->arena, story->subject),
        .preheader = td_edition_preheader(story, input->previous_standfirst),
    };
    const enum td_status status = pick_parts(input, &edition, err);
    if (status == TD_OK)
        *out = edition;
    return status;
}

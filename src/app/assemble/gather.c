/* What a week brought, as a source (gather.h). */
#include "app/assemble/gather.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/press/frozen.h"
#include "base/mem.h"
#include "content/writing.h"
#include "store/people.h"

#define EDITIONS_MAX 50 /* of a week, specials too */

/* A week's issues while they are put together. */
struct week {
    struct td_app *app;
    const struct td_newsletter *newsletter; /* that gathers */
    const struct td_newsletter *from;
    int64_t ids[EDITIONS_MAX];      /* of the editions, oldest first */
    int64_t corrects[EDITIONS_MAX]; /* the edition that each corrects; 0: none */
    struct td_frozen editions[EDITIONS_MAX];
    size_t count;
};

/* --- the editions ---------------------------------------------------------------------------- */

static enum td_status list_editions(struct week *week, struct td_date date, size_t *count,
                                    struct td_err *err)
{
    struct td_store *store = week->app->store;
    struct td_query *query = td_query(store, "gather_editions");
    char first[11];
    char last[11];
    enum td_step step;
    td_date_format(td_date_from_days(td_date_days(date) - TD_GATHER_DAYS + 1), first);
    td_date_format(date, last);
    td_bind_cstr(query, "$newsletter", week->from->name);
    td_bind_cstr(query, "$first", first);
    td_bind_cstr(query, "$last", last);
    *count = 0;
    while ((step = td_step(query, err)) == TD_STEP_ROW && *count < EDITIONS_MAX) {
        week->ids[*count] = td_col_int(query, 0);
        week->corrects[(*count)++] = td_col_int(query, 1);
    }
    td_query_end(query);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

static enum td_status open_editions(struct week *week, struct td_date date,
                                    struct td_err *err)
{
    size_t count = 0;
    enum td_status status = list_editions(week, date, &count, err);
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        status = td_frozen_open(week->app, week->ids[i], &week->editions[i], err);
        if (status == TD_OK)
            week->count++;
    }
    return status;
}

static const struct td_story *story_of(const struct week *week, size_t i)
{
    return td_press_edition(week->editions[i].press)->story;
}

/* Whether edition k is a correction of edition i, or a later one of the same edition. */
static bool is_correction(const struct week *week, size_t k, size_t i)
{
    return k > i && week->corrects[k] != 0 &&
           (week->corrects[k] == week->ids[i] || week->corrects[k] == week->corrects[i]);
}

/* Whether a correction has a section of that heading again: then that one goes into the week. */
static bool is_corrected(const struct week *week, size_t i,
                         const struct td_section *section)
{
    for (size_t k = i + 1; k < week->count; k++) {
        const struct td_story *story = story_of(week, k);
        for (size_t n = 0; is_correction(week, k, i) && n < story->section_count; n++)
            if (story->sections[n].role == TD_ROLE_SECTION &&
                td_slice_eq(story->sections[n].heading.words, section->heading.words))
                return true;
    }
    return false;
}

/* An edition of which corrections say every section again: then they have a lead in its place too. */
static bool is_said_again(const struct week *week, size_t i)
{
    const struct td_story *story = story_of(week, i);
    size_t again = 0;
    for (size_t n = 0; n < story->section_count; n++) {
        if (story->sections[n].role != TD_ROLE_SECTION)
            continue;
        if (!is_corrected(week, i, &story->sections[n]))
            return false;
        again++;
    }
    return again > 0;
}

/* --- the text -------------------------------------------------------------------------------- */

/* The first words of each day, the oldest first: all the lead there is. */
static void write_leads(const struct week *week, struct td_buf *out)
{
    for (size_t i = 0; i < week->count; i++) {
        const struct td_story *story = story_of(week, i);
        const struct td_section *lead = story->section_count > 0 ? story->sections : NULL;
        if (is_said_again(week, i))
            continue;
        for (size_t k = 0; lead && lead->role == TD_ROLE_LEAD && k < lead->block_count;
             k++)
            if (lead->blocks[k].type == TD_BLOCK_PARAGRAPH) {
                td_write_blocks(&lead->blocks[k], 1, out);
                break;
            }
    }
}

/* The topics of a part, by the names of the newsletter it comes from, as this one has them: the mask, and
 * the place of the first in the order of its topics, behind all others when there is none. */
static size_t topics_of(const struct week *week, const struct td_part *part,
                        uint64_t *mask)
{
    size_t first = week->newsletter->topic_count;
    *mask = 0;
    for (size_t i = 0; i < week->from->topic_count; i++) {
        if ((part->topics >> i & 1) == 0)
            continue;
        const int topic =
            td_newsletter_topic(week->newsletter, td_slice(week->from->topics[i].name));
        if (topic < 0)
            continue;
        *mask |= UINT64_C(1) << topic;
        if ((size_t)topic < first)
            first = (size_t)topic;
    }
    return first;
}

static void write_section(const struct week *week, const struct td_section *section,
                          uint64_t topics, struct td_buf *out)
{
    td_buf_add_str(out, "\n## ");
    td_write_line(&section->heading, out);
    if (topics != 0)
        td_buf_add_str(out, " {");
    bool more = false;
    for (size_t i = 0; i < week->newsletter->topic_count; i++)
        if ((topics >> i & 1) != 0) {
            td_buf_addf(out, "%s.%s", more ? " " : "", week->newsletter->topics[i].name);
            more = true;
        }
    td_buf_add_str(out, topics != 0 ? "}\n" : "\n");
    td_write_blocks(section->blocks, section->block_count, out);
}

/* The sections whose first topic is that one, in the order of the days. */
static size_t write_topic(const struct week *week, size_t topic, struct td_buf *out)
{
    size_t written = 0;
    for (size_t i = 0; i < week->count; i++) {
        const struct td_edition *edition = td_press_edition(week->editions[i].press);
        for (size_t k = 0; k < edition->part_count; k++) {
            const struct td_section *section = edition->parts[k].section;
            uint64_t mask;
            if (!section || section->role != TD_ROLE_SECTION ||
                topics_of(week, &edition->parts[k], &mask) != topic ||
                is_corrected(week, i, section))
                continue;
            write_section(week, section, mask, out);
            written++;
        }
    }
    return written;
}

static size_t write_week(const struct week *week, struct td_buf *out)
{
    size_t written = 0;
    td_buf_add_str(out, "---\nkind: briefing\n---\n");
    write_leads(week, out);
    for (size_t topic = 0; topic <= week->newsletter->topic_count; topic++)
        written += write_topic(week, topic, out);
    return written;
}

static enum td_status gather(struct week *week, struct td_date date,
                             struct td_source *out, struct td_err *err)
{
    char name[100];
    char day[11];
    enum td_status status = td_app_store(week->app, err);
    if (status == TD_OK)
        status = open_editions(week, date, err);
    if (status != TD_OK)
        return status;
    td_date_format(date, day);
    if (week->count == 0)
        return td_fail(
            err, TD_NOINPUT,
            "there is no file for %s, and %s had no issue in the %d days up to it", day,
            week->from->name, TD_GATHER_DAYS);
    (void)snprintf(name, sizeof name, "%s-%s.md", week->from->name, day);
    out->form = TD_FORM_MARKDOWN;
    td_buf_init(&out->bytes, TD_SOURCE_MAX + 1);
    (void)write_week(week, &out->bytes);
    if (td_buf_full(&out->bytes)) {
        td_buf_release(&out->bytes);
        return td_fail(err, TD_DATA, "a week of %s is larger than %d MB",
                       week->from->name, TD_SOURCE_MAX / 1024 / 1024);
    }
    out->name = td_xstrdup(name);
    return TD_OK;
}

enum td_status td_source_get(struct td_app *app, const struct td_newsletter *newsletter,
                             struct td_date date, const char *slug, struct td_source *out,
                             struct td_err *err)
{
    struct td_err why = {0};
    char day[11];
    enum td_status status = td_source_find(app->config, newsletter, slug, out, &why);
    td_date_format(date, day);
    if (status != TD_NOINPUT || !newsletter->gathers ||
        !td_slice_is(td_slice(slug), day)) {
        if (status != TD_OK)
            *err = why;
        return status;
    }
    struct week *week = td_xcalloc(1, sizeof *week);
    week->app = app;
    week->newsletter = newsletter;
    week->from = td_config_newsletter(app->config, td_slice(newsletter->gathers));
    status = gather(week, date, out, err);
    for (size_t i = 0; i < week->count; i++)
        td_frozen_close(&week->editions[i]);
    free(week);
    return status;
}

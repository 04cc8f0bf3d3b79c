/* An edition from its frozen source, and its variants (press.h). */
#include "app/press/press.h"

#include <stdlib.h>

#include "app/press/enclosures.h"
#include "app/config/templates.h"
#include "base/mem.h"
#include "edition/freeze.h"
#include "edition/pick.h"
#include "store/deflate.h"
#include "variant/compose.h"
#include "variant/lines.h"

#define SUBJECT_MAX 1000

struct td_press {
    struct td_story *story;
    struct td_slice source; /* borrowed: without what was frozen with it */
    struct td_enclosures enclosures;
    struct td_edition edition;
    struct td_templates *templates;
    struct td_printed *printed;
    char date_text[40];
    const char *mark; /* borrowed */
    struct td_slice previous_standfirst;
};

/* The newsletter's subject line over the edition's headline. */
static enum td_status render_subject(struct td_press *press, struct td_edition *edition,
                                     struct td_err *err)
{
    struct td_buf subject;
    td_buf_init(&subject, SUBJECT_MAX);
    enum td_status status = td_line_subject(edition->newsletter, edition->headline,
                                            edition->date, &subject, err);
    if (status == TD_OK)
        edition->subject = td_arena_copy(press->story->arena, td_buf_slice(&subject));
    td_buf_release(&subject);
    return status;
}

/* An edition nobody would get is refused before anything is stored. */
static enum td_status check_worth(const struct td_press *press, const char *name,
                                  struct td_err *err)
{
    const struct td_edition *edition = &press->edition;
    if (press->story->draft)
        return td_fail(err, TD_DATA, "%s: it is marked as a draft", name);
    for (size_t i = 0; i < edition->part_count; i++)
        if (edition->parts[i].counts)
            return TD_OK;
    return td_fail(err, TD_DATA, "%s: it has no lead, section or entry to send", name);
}

/* The text of a source, and what was frozen behind it. */
static struct td_slice split_frozen(const struct td_press_input *input,
                                    struct td_slice *files)
{
    const struct td_slice all = input->source;
    const size_t end = input->frozen ? td_slice_find(all, 0, '\0') : (size_t)-1;
    *files = td_slice(input->frozen ? "" : NULL);
    if (end == (size_t)-1)
        return all;
    *files = td_slice_sub(all, end + 1, all.len);
    return td_slice_sub(all, 0, end);
}

/* The story with its files. */
static enum td_status read_story(struct td_app *app, struct td_press *press,
                                 const struct td_press_input *input,
                                 struct td_warnings *warnings, struct td_err *err)
{
    struct td_enclosures_input files = {
        .config = app->config,
        .newsletter = input->newsletter,
        .source_name = input->source_name,
    };
    press->source = split_frozen(input, &files.frozen);
    enum td_status status = td_content_parse(
        press->source, input->form, input->source_name, &press->story, warnings, err);
    if (status != TD_OK)
        return status;
    files.story = press->story;
    return td_enclosures_load(&files, press->story->arena, &press->enclosures, err);
}

/* The newsletter's subject line where the editor gave none, and the mark before it. */
static enum td_status set_subject(struct td_press *press, struct td_edition *edition,
                                  struct td_err *err)
{
    struct td_slice *subject = &edition->subject;
    enum td_status status = TD_OK;
    if (!subject->ptr)
        status = render_subject(press, edition, err);
    if (status == TD_OK && press->mark)
        *subject = td_arena_printf(press->story->arena, "%s %.*s", press->mark,
                                   (int)subject->len, subject->ptr);
    return status;
}

static enum td_status fill(struct td_app *app, struct td_press *press,
                           const struct td_press_input *input,
                           struct td_warnings *warnings, struct td_err *err)
{
    struct td_pick_input pick = {
        .newsletter = input->newsletter,
        .date = input->date,
        .slug = input->slug,
        .previous_standfirst = input->previous_standfirst,
    };
    enum td_status status = read_story(app, press, input, warnings, err);
    if (status != TD_OK)
        return status;
    pick.story = press->story;
    press->previous_standfirst =
        td_arena_copy(press->story->arena, input->previous_standfirst);
    status = td_edition_pick(&pick, &press->edition, err);
    if (status != TD_OK)
        return td_err_context(err, "%s", input->source_name);
    if (input->alert)
        press->edition.class_ = TD_CLASS_ALERT;
    press->edition.enclosures = press->enclosures.items;
    press->edition.enclosure_count = press->enclosures.count;
    if (!input->unfinished)
        status = check_worth(press, input->source_name, err);
    td_date_long(input->date, press->date_text);
    if (status == TD_OK)
        status = set_subject(press, &press->edition, err);
    if (status == TD_OK)
        td_edition_hash(&press->edition, press->edition.hash);
    return status;
}

enum td_status td_press_open(struct td_app *app, const struct td_press_input *input,
                             struct td_press **out, struct td_warnings *warnings,
                             struct td_err *err)
{
    struct td_press *press = td_xcalloc(1, sizeof *press);
    press->mark = input->mark;
    enum td_status status = fill(app, press, input, warnings, err);
    if (status != TD_OK) {
        td_press_close(press);
        return status;
    }
    press->templates = td_templates_create(td_app_template_source(app->config));
    press->printed = td_printed_create();
    *out = press;
    return TD_OK;
}

void td_press_close(struct td_press *press)
{
    if (!press)
        return;
    td_printed_destroy(press->printed);
    td_templates_destroy(press->templates);
    td_story_destroy(press->story);
    free(press);
}

struct td_printed *td_press_printed(const struct td_press *press)
{
    return press->printed;
}

void td_press_freeze(const struct td_press *press, struct td_buf *out)
{
    struct td_buf files;
    td_buf_init(&files, TD_FROZEN_MAX);
    td_enclosures_pack(&press->enclosures, &files);
    td_buf_add_slice(out, press->source);
    if (files.len > 0)
        td_buf_add_char(out, '\0');
    td_buf_add_slice(out, td_buf_slice(&files));
    td_buf_release(&files);
}

void td_press_row(const struct td_press *press, struct td_buf *deflated,
                  struct td_edition_row *row)
{
    const struct td_edition *edition = &press->edition;
    const struct td_slice standfirst = edition->story->standfirst.words;
    struct td_buf frozen;
    td_buf_init(&frozen, TD_FROZEN_MAX);
    td_buf_init(deflated, 2 * TD_FROZEN_MAX);
    td_press_freeze(press, &frozen);
    td_deflate(td_buf_slice(&frozen), deflated);
    td_buf_release(&frozen);
    row->class_ = edition->class_;
    row->hash = td_slice_n((const char *)edition->hash, sizeof edition->hash);
    row->subject = edition->subject;
    row->headline = edition->headline;
    row->standfirst = standfirst.ptr ? standfirst : td_slice("");
    row->source = td_buf_slice(deflated);
}

const struct td_edition *td_press_edition(const struct td_press *press)
{
    return &press->edition;
}

void td_press_select(const struct td_press *press, struct td_slice topics,
                     enum td_format format, struct td_selection *out)
{
    uint64_t wanted = td_topics_mask(topics, press->edition.newsletter);
    td_selection_make(&press->edition, wanted, format, out);
}

/* The edition as its mail speaks of itself: of a live blog, by the entries that are shown. */
static enum td_status speak_of(struct td_press *press,
                               const struct td_selection *selection,
                               struct td_edition *out, struct td_err *err)
{
    const struct td_edition *edition = &press->edition;
    struct td_arena *arena = press->story->arena;
    *out = *edition;
    if (press->story->kind != TD_STORY_LIVE)
        return TD_OK;
    struct td_story shown = *press->story;
    struct td_entry *entries =
        td_arena_alloc(arena, (edition->part_count + 1) * sizeof *entries);
    shown.entries = entries;
    shown.entry_count = 0;
    for (size_t i = 0; i < edition->part_count; i++)
        if (edition->parts[i].entry && td_selection_has(selection, i))
            entries[shown.entry_count++] = *edition->parts[i].entry;
    if (shown.entry_count == 0)
        return TD_OK;
    out->headline = td_edition_headline(&shown);
    out->preheader = td_edition_preheader(&shown, press->previous_standfirst);
    out->subject = td_edition_line(arena, press->story->subject);
    return set_subject(press, out, err);
}

enum td_status td_press_subject(struct td_press *press,
                                const struct td_selection *selection,
                                struct td_slice *out, struct td_err *err)
{
    struct td_edition edition;
    enum td_status status = speak_of(press, selection, &edition, err);
    *out = edition.subject;
    return status;
}

enum td_status td_press_print(struct td_press *press,
                              const struct td_selection *selection,
                              struct td_variant *out, struct td_err *err)
{
    struct td_edition edition;
    enum td_status status = speak_of(press, selection, &edition, err);
    struct td_compose_input input = {
        .edition = &edition,
        .selection = selection,
        .templates = press->templates,
        .zone_date = press->date_text,
    };
    return status == TD_OK ? td_compose(&input, out, err) : status;
}

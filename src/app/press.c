/* An edition from its frozen source, and its variants (press.h). */
#include "app/press.h"

#include <stdlib.h>

#include "app/templates.h"
#include "base/mem.h"
#include "edition/freeze.h"
#include "edition/pick.h"
#include "variant/compose.h"
#include "variant/lines.h"

#define SUBJECT_MAX 1000

struct td_press {
    struct td_story *story;
    struct td_edition edition;
    struct td_templates *templates;
    char date_text[40];
};

/* The newsletter's subject line, for an edition whose front matter has none. */
static enum td_status render_subject(struct td_press *press, struct td_err *err)
{
    struct td_edition *edition = &press->edition;
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

static enum td_status fill(struct td_press *press, const struct td_press_input *input,
                           struct td_warnings *warnings, struct td_err *err)
{
    struct td_pick_input pick = {
        .newsletter = input->newsletter,
        .date = input->date,
        .slug = input->slug,
        .previous_standfirst = input->previous_standfirst,
    };
    enum td_status status = td_content_parse(
        input->source, input->form, input->source_name, &press->story, warnings, err);
    if (status != TD_OK)
        return status;
    pick.story = press->story;
    status = td_edition_pick(&pick, &press->edition, err);
    if (status != TD_OK)
        return td_err_context(err, "%s", input->source_name);
    if (!input->unfinished)
        status = check_worth(press, input->source_name, err);
    td_date_long(input->date, press->date_text);
    if (status == TD_OK && !press->edition.subject.ptr)
        status = render_subject(press, err);
    if (status == TD_OK && input->mark)
        press->edition.subject = td_arena_printf(
            press->story->arena, "%s %.*s", input->mark, (int)press->edition.subject.len,
            press->edition.subject.ptr);
    if (status == TD_OK)
        td_edition_hash(&press->edition, press->edition.hash);
    return status;
}

enum td_status td_press_open(struct td_app *app, const struct td_press_input *input,
                             struct td_press **out, struct td_warnings *warnings,
                             struct td_err *err)
{
    struct td_press *press = td_xcalloc(1, sizeof *press);
    enum td_status status = fill(press, input, warnings, err);
    if (status != TD_OK) {
        td_press_close(press);
        return status;
    }
    press->templates = td_templates_create(td_app_template_source(app->config));
    *out = press;
    return TD_OK;
}

void td_press_close(struct td_press *press)
{
    if (!press)
        return;
    td_templates_destroy(press->templates);
    td_story_destroy(press->story);
    free(press);
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

enum td_status td_press_print(struct td_press *press,
                              const struct td_selection *selection,
                              struct td_variant *out, struct td_err *err)
{
    struct td_compose_input input = {
        .edition = &press->edition,
        .selection = selection,
        .templates = press->templates,
        .zone_date = press->date_text,
    };
    return td_compose(&input, out, err);
}

/* Who got which variant and why (readers.h). */
#include "app/assemble/readers.h"

#include "app/press/frozen.h"

#define SHOWN_MAX 4096

static void add_name(struct td_buf *out, struct td_slice name)
{
    if (out->len > 0)
        td_buf_add_str(out, "; ");
    td_buf_add_slice(out, name);
}

static struct td_slice part_name(const struct td_part *part)
{
    if (part->entry)
        return part->entry->stamp;
    switch (part->section->role) {
    case TD_ROLE_LEAD: return td_slice("lead");
    case TD_ROLE_ALSO: return td_slice("also today");
    case TD_ROLE_SECTION: break;
    }
    return part->section->heading.words.ptr ? part->section->heading.words
                                            : td_slice("section");
}

/* Live blogs have many entries: their number says more. */
void td_readers_describe(const struct td_edition *edition,
                         const struct td_selection *selection, struct td_buf *out)
{
    size_t entries = 0;
    td_buf_clear(out);
    for (size_t i = 0; i < edition->part_count; i++) {
        if (!td_selection_has(selection, i))
            continue;
        if (edition->parts[i].entry)
            entries++;
        else
            add_name(out, part_name(&edition->parts[i]));
    }
    if (entries > 0)
        td_buf_addf(out, "%zu of %zu entries", entries, edition->part_count);
}

enum td_status td_readers(struct td_app *app, int64_t edition, struct td_reader_sink sink,
                          struct td_err *err)
{
    struct td_frozen frozen;
    struct td_buf shown;
    enum td_step step;
    enum td_status status = td_frozen_open(app, edition, &frozen, err);
    if (status != TD_OK)
        return status;
    td_buf_init(&shown, SHOWN_MAX);
    struct td_query *query = td_query(app->store, "message_readers");
    td_bind_int(query, "$edition", edition);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_selection selection;
        struct td_reader reader = {
            .address = td_col_text(query, 0),
            .topics = td_col_text(query, 1),
            .format = (enum td_format)td_col_int(query, 2),
            .variant = td_col_int(query, 3),
            .state = (enum td_state)td_col_int(query, 4),
            .reason = (enum td_reason)td_col_int(query, 5),
        };
        td_press_select(frozen.press, reader.topics, reader.format, &selection);
        td_readers_describe(td_press_edition(frozen.press), &selection, &shown);
        reader.shown = td_buf_slice(&shown);
        sink.reader(sink.context, &reader);
    }
    td_buf_release(&shown);
    td_frozen_close(&frozen);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

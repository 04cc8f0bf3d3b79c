/* An edition out of the store, on the press again (frozen.h). */
#include "app/press/frozen.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/deflate.h"
#include "store/editions.h"

enum td_status td_frozen_source(const struct td_edition_row *row, struct td_source *out,
                                struct td_err *err)
{
    enum td_status status = TD_OK;
    out->name = td_xstrndup(row->source_name.ptr, row->source_name.len);
    td_buf_init(&out->bytes, TD_FROZEN_MAX);
    if (!td_source_form_of(out->name, &out->form))
        status = td_fail(err, TD_SOFTWARE, "edition %lld: unknown kind of source \"%s\"",
                         (long long)row->id, out->name);
    if (status == TD_OK)
        status = td_inflate(row->source, &out->bytes, err);
    if (status != TD_OK)
        td_source_release(out);
    return status;
}

/* Copies what the press needs out of the row; the row's slices die with its statement. */
static enum td_status take_row(const struct td_edition_row *row, struct td_frozen *out,
                               struct td_press_input *input, struct td_err *err)
{
    (void)snprintf(out->slug, sizeof out->slug, "%.*s", (int)row->slug.len,
                   row->slug.ptr);
    input->slug = out->slug;
    if (!td_date_parse(row->date, &input->date))
        return td_fail(err, TD_SOFTWARE, "edition %lld: its date is damaged",
                       (long long)row->id);
    return td_frozen_source(row, &out->source, err);
}

/* Puts a row's edition on the press, with the standfirst of the edition before it. */
static enum td_status open_row(struct td_app *app, const struct td_edition_row *row,
                               struct td_frozen *out, struct td_err *err)
{
    struct td_press_input input = {0};
    struct td_warnings warnings = {0};
    struct td_buf previous;
    int64_t newsletter = row->newsletter;
    if (row->class_ == TD_CLASS_NOTICE)
        return td_fail(err, TD_NO, "edition %lld is a notice: it has no sections",
                       (long long)row->id);
    td_buf_init(&previous, TD_SOURCE_MAX);
    enum td_status status = take_row(row, out, &input, err);
    if (status == TD_OK)
        status = td_app_newsletter_by_id(app, newsletter, &out->newsletter, err);
    if (status == TD_OK)
        status =
            td_store_last_standfirst(app->store, newsletter, input.date, &previous, err);
    if (status == TD_OK) {
        input.newsletter = out->newsletter;
        input.source_name = out->source.name;
        input.form = out->source.form;
        input.source = td_buf_slice(&out->source.bytes);
        input.frozen = true;
        input.alert = row->class_ == TD_CLASS_ALERT;
        if (previous.len > 0)
            input.previous_standfirst = td_buf_slice(&previous);
        status = td_press_open(app, &input, &out->press, &warnings, err);
    }
    td_buf_release(&previous);
    return status;
}

enum td_status td_frozen_open(struct td_app *app, int64_t edition, struct td_frozen *out,
                              struct td_err *err)
{
    struct td_edition_row row;
    *out = (struct td_frozen){0};
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_store_edition_get(app->store, edition, &row, err);
    if (status == TD_NOINPUT)
        status = td_fail(err, TD_NOINPUT, "there is no edition %lld", (long long)edition);
    if (status == TD_OK)
        status = open_row(app, &row, out, err);
    if (app->store)
        td_query_end(td_query(app->store, "edition_get"));
    if (status != TD_OK)
        td_frozen_close(out);
    return status;
}

void td_frozen_close(struct td_frozen *frozen)
{
    td_press_close(frozen->press);
    td_source_release(&frozen->source);
    frozen->press = NULL;
}

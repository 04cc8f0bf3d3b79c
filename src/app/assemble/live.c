/* A live blog and its editions (live.h). */
#include "app/assemble/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "edition/identity.h"
#include "variant/partition.h"

/* --- reading and numbering ------------------------------------------------------------------- */

static struct td_blog blog_of(const struct td_live *live)
{
    return (struct td_blog){live->newsletter_id, live->slug};
}

static enum td_status read_file(struct td_live *live, struct td_err *err)
{
    struct td_warnings warnings = {0};
    enum td_status status = td_source_find(live->app->config, live->newsletter,
                                           live->slug, &live->source, err);
    if (status != TD_OK)
        return status;
    struct td_press_input input = {
        .newsletter = live->newsletter,
        .date = live->date,
        .slug = live->slug,
        .source_name = live->source.name,
        .form = live->source.form,
        .source = td_buf_slice(&live->source.bytes),
    };
    status = td_press_open(live->app, &input, &live->press, &warnings, err);
    if (status != TD_OK)
        return status;
    live->story = td_press_edition(live->press)->story;
    if (live->story->entry_count == 0)
        status =
            td_fail(err, TD_DATA, "%s: it is no live blog: no entry begins with a time",
                    live->source.name);
    return status;
}

/* What the store knows of the entries, and theirs by it. */
struct numbering {
    struct td_numbered *known;
    size_t count;
};

/* The entry as it is known, with the same words; NULL: it is new, or says something else. */
static const struct td_numbered *as_known(const struct numbering *numbering,
                                          const struct td_numbered *entry)
{
    for (size_t i = 0; i < numbering->count; i++)
        if (numbering->known[i].seq == entry->seq)
            return memcmp(numbering->known[i].words, entry->words, 16) == 0
                       ? &numbering->known[i]
                       : NULL;
    return NULL;
}

/* Numbers the entries by what the store knows; *changed: there is something to store. */
static enum td_status identify(struct td_live *live, struct numbering *numbering,
                               bool *changed, struct td_err *err)
{
    const struct td_blog blog = blog_of(live);
    *changed = false;
    enum td_status status = td_store_entries(live->app->store, &blog, &numbering->known,
                                             &numbering->count, err);
    if (status != TD_OK)
        return status;
    int64_t next =
        numbering->count > 0 ? numbering->known[numbering->count - 1].seq + 1 : 1;
    memset(live->entries, 0, live->story->entry_count * sizeof *live->entries);
    (void)td_identify(live->story, numbering->known, numbering->count, next,
                      live->entries);
    for (size_t i = 0; i < live->story->entry_count; i++)
        *changed = *changed || !as_known(numbering, &live->entries[i]);
    return TD_OK;
}

/* Stores what is new among the entries, and their new words, as they are known by then. */
static enum td_status store_entries(struct td_live *live, struct td_err *err)
{
    struct td_store *store = live->app->store;
    const struct td_blog blog = blog_of(live);
    struct numbering numbering = {0};
    bool changed;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = identify(live, &numbering, &changed, err);
    for (size_t i = 0; i < live->story->entry_count && status == TD_OK; i++)
        if (!as_known(&numbering, &live->entries[i]))
            status = td_store_entry_set(store, &blog, &live->entries[i],
                                        td_clock_now(&live->app->clock), err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    free(numbering.known);
    return status;
}

/* Writes only where there is something new: a live blog is looked at every few seconds. */
static enum td_status number_entries(struct td_live *live, struct td_err *err)
{
    const struct td_blog blog = blog_of(live);
    struct numbering numbering = {0};
    bool changed = false;
    live->entries = td_xcalloc(live->story->entry_count, sizeof *live->entries);
    enum td_status status = identify(live, &numbering, &changed, err);
    free(numbering.known);
    if (status == TD_OK && changed)
        status = store_entries(live, err);
    if (status == TD_OK)
        status = td_store_digest_state(live->app->store, &blog, &live->cutoff,
                                       &live->bits, err);
    return status;
}

enum td_status td_live_open(struct td_app *app, const struct td_newsletter *newsletter,
                            int64_t newsletter_id, struct td_date date,
                            struct td_live *out, struct td_err *err)
{
    *out = (struct td_live){.app = app,
                            .newsletter = newsletter,
                            .newsletter_id = newsletter_id,
                            .date = date};
    td_date_format(date, out->slug);
    enum td_status status = read_file(out, err);
    if (status == TD_OK)
        status = number_entries(out, err);
    for (size_t i = 0; status == TD_OK && i < out->story->entry_count; i++)
        if (out->entries[i].seq > out->newest)
            out->newest = out->entries[i].seq;
    if (status != TD_OK)
        td_live_close(out);
    return status;
}

void td_live_close(struct td_live *live)
{
    td_press_close(live->press);
    td_source_release(&live->source);
    free(live->entries);
    live->press = NULL;
    live->entries = NULL;
}

/* --- making an edition ----------------------------------------------------------------------- */

/* The numbers of the edition's parts; 0 for one that is no entry. */
static int64_t *part_seqs(const struct td_live *live)
{
    const struct td_edition *edition = td_press_edition(live->press);
    int64_t *seqs = td_xcalloc(edition->part_count + 1, sizeof *seqs);
    for (size_t i = 0; i < edition->part_count; i++)
        if (edition->parts[i].entry)
            seqs[i] = live->entries[edition->parts[i].entry - live->story->entries].seq;
    return seqs;
}

/* The subject of a mail with all that is new in it, for lists of editions. */
static enum td_status general_subject(struct td_live *live, int64_t since, int64_t upto,
                                      const int64_t *seqs, struct td_slice *out,
                                      struct td_err *err)
{
    const struct td_edition *edition = td_press_edition(live->press);
    int64_t *bits = td_xcalloc(edition->part_count + 1, sizeof *bits);
    const struct td_cut cut = {.seqs = seqs, .since = since, .upto = upto, .bits = bits};
    struct td_selection selection;
    td_selection_cut(edition, UINT64_MAX, TD_FORMAT_HTML, &cut, &selection);
    free(bits);
    return td_press_subject(live->press, &selection, out, err);
}

static void name_edition(const struct td_live *live, const struct td_live_order *order,
                         int64_t cutoff, char out[TD_SLUG_MAX])
{
    if (order->kind == TD_DIGEST_CLOSE)
        (void)snprintf(out, TD_SLUG_MAX, "%s-close", live->slug);
    else
        (void)snprintf(out, TD_SLUG_MAX, "%s-%s-%lld", live->slug,
                       order->kind == TD_DIGEST_ALERT ? "alert" : "digest",
                       (long long)cutoff);
}

/* The bit of the blog's next alert; 0 when there is none left. */
static int64_t next_bit(int64_t bits)
{
    int64_t bit = 1;
    for (int n = 0; n < TD_ALERTS_MAX; n++, bit <<= 1)
        if ((bits & bit) == 0)
            return bit;
    return 0;
}

/* Whether there is anything to make; fills what the edition goes up to. Inside the transaction that
 * makes it: another scheduler may have been first. */
static enum td_status look_again(struct td_live *live, const struct td_live_order *order,
                                 struct td_digest_row *row, bool *worth,
                                 struct td_err *err)
{
    const struct td_blog blog = blog_of(live);
    bool alert = order->kind == TD_DIGEST_ALERT;
    enum td_status status =
        td_store_digest_state(live->app->store, &blog, &live->cutoff, &live->bits, err);
    row->newsletter = live->newsletter_id;
    row->blog = td_slice(live->slug);
    row->kind = order->kind;
    row->planned = order->planned;
    row->cutoff = alert ? order->seq : live->newest;
    row->bit = alert ? next_bit(live->bits) : 0;
    *worth = row->cutoff > live->cutoff && (!alert || row->bit != 0);
    if (order->kind == TD_DIGEST_CLOSE) /* who reads daily has had nothing of it */
        *worth = row->cutoff > 0;
    return status;
}

static enum td_status add_rows(struct td_live *live, const struct td_live_order *order,
                               struct td_edition_row *edition,
                               struct td_digest_row *digest, struct td_err *err)
{
    char slug[TD_SLUG_MAX];
    bool worth = false;
    struct td_store *store = live->app->store;
    int64_t *seqs = part_seqs(live);
    struct td_buf text;
    td_buf_init(&text, 32 * TD_PARTS_MAX);
    for (size_t i = 0; i < td_press_edition(live->press)->part_count; i++)
        td_buf_addf(&text, "%s%lld", i > 0 ? " " : "", (long long)seqs[i]);
    digest->seqs = td_buf_slice(&text);
    enum td_status status = look_again(live, order, digest, &worth, err);
    if (status == TD_OK && worth) {
        int64_t since =
            order->kind == TD_DIGEST_ALERT ? digest->cutoff - 1 : live->cutoff;
        name_edition(live, order, digest->cutoff, slug);
        edition->slug = td_slice(slug);
        status =
            general_subject(live, since, digest->cutoff, seqs, &edition->subject, err);
        if (status == TD_OK)
            status = td_store_edition_add(store, edition, err);
        digest->edition = edition->id;
        if (status == TD_OK)
            status = td_store_digest_add(store, digest, err);
    }
    td_buf_release(&text);
    free(seqs);
    return status;
}

enum td_status td_live_make(struct td_live *live, const struct td_live_order *order,
                            int64_t *edition, struct td_err *err)
{
    struct td_store *store = live->app->store;
    td_time now = td_clock_now(&live->app->clock);
    struct td_digest_row digest = {0};
    struct td_buf deflated;
    char date[11];
    td_date_format(live->date, date);
    struct td_edition_row row = {
        .newsletter = live->newsletter_id,
        .date = td_slice(date),
        .held = order->hold != NULL,
        .held_why = td_slice(order->hold),
        .source_name = td_slice(live->source.name),
        .created = now,
        .released = now,
        .valid_for = live->newsletter->valid_for,
        .resend_in_doubt = live->newsletter->in_doubt_resend,
    };
    td_press_row(live->press, &deflated, &row);
    if (order->kind == TD_DIGEST_ALERT)
        row.class_ = TD_CLASS_ALERT;
    *edition = 0;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = add_rows(live, order, &row, &digest, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    td_buf_release(&deflated);
    if (status == TD_CONFLICT)
        return TD_OK; /* it is there: another scheduler was first */
    if (status == TD_OK && row.id != 0)
        status = td_live_queue(live->app, row.id, err);
    if (status == TD_OK)
        *edition = row.id;
    return status;
}

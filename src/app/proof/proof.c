/* An edition from its file, and single mails of it (proof.h). */
#include "app/proof/proof.h"

#include "app/assemble/gather.h"
#include "model/address.h"
#include "store/editions.h"

/* The newsletter's number; 0 while nothing of it was ever stored. */
static enum td_status newsletter_number(struct td_store *store, const char *name,
                                        int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "newsletter_find");
    td_bind_cstr(query, "$name", name);
    enum td_status status = td_one(query, err);
    *out = status == TD_OK ? td_col_int(query, 0) : 0;
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

static enum td_status read_previous(struct td_proof *proof, struct td_err *err)
{
    struct td_store *store = proof->app->store;
    int64_t newsletter;
    enum td_status status =
        newsletter_number(store, proof->newsletter->name, &newsletter, err);
    if (status == TD_OK && newsletter != 0)
        status = td_store_last_standfirst(store, newsletter, proof->date,
                                          &proof->standfirst, err);
    return status;
}

static enum td_status open_press(struct td_proof *proof,
                                 const struct td_proof_options *options,
                                 struct td_err *err)
{
    struct td_press_input input = {
        .newsletter = proof->newsletter,
        .date = proof->date,
        .slug = proof->slug,
        .source_name = proof->source.name,
        .form = proof->source.form,
        .source = td_buf_slice(&proof->source.bytes),
        .mark = options->mark,
        .unfinished = options->unfinished,
    };
    if (proof->standfirst.len > 0)
        input.previous_standfirst = td_buf_slice(&proof->standfirst);
    return td_press_open(proof->app, &input, &proof->press, &proof->warnings, err);
}

enum td_status td_proof_begin(struct td_app *app, const struct td_proof_options *options,
                              struct td_proof *out, struct td_err *err)
{
    *out = (struct td_proof){
        .app = app, .newsletter = options->newsletter, .date = options->date};
    td_buf_init(&out->standfirst, TD_SOURCE_MAX);
    out->arena = td_arena_create();
    enum td_status status = td_slug_make(options->date, options->name, out->slug, err);
    if (status == TD_OK)
        status = td_app_store(app, err);
    return status;
}

enum td_status td_proof_load(struct td_proof *proof,
                             const struct td_proof_options *options, struct td_err *err)
{
    enum td_status status = td_source_get(proof->app, proof->newsletter, proof->date,
                                          proof->slug, &proof->source, err);
    if (status == TD_OK)
        status = read_previous(proof, err);
    if (status == TD_OK)
        status = open_press(proof, options, err);
    return status;
}

enum td_status td_proof_open(struct td_app *app, const struct td_proof_options *options,
                             struct td_proof *out, struct td_err *err)
{
    enum td_status status = td_proof_begin(app, options, out, err);
    return status == TD_OK ? td_proof_load(out, options, err) : status;
}

void td_proof_close(struct td_proof *proof)
{
    td_press_close(proof->press);
    td_source_release(&proof->source);
    td_buf_release(&proof->standfirst);
    td_arena_destroy(proof->arena);
    proof->press = NULL;
    proof->arena = NULL;
}

static enum td_status read_person(struct td_proof *proof, const char *email,
                                  struct td_proof_reader *out, struct td_err *err)
{
    struct td_subscriber_row row;
    char key[TD_ADDRESS_MAX + 1];
    if (!td_address_key(td_slice(email), key))
        return td_fail(err, TD_NOINPUT, "\"%s\" is not an address", email);
    enum td_status status =
        td_store_subscriber_find(proof->app->store, td_slice(key), &row, err);
    if (status != TD_OK)
        return status;
    out->subscriber = row.id;
    out->address = td_arena_copy(proof->arena, row.address);
    out->name = td_arena_copy(proof->arena, row.name);
    status = td_store_suppressed(proof->app->store, row.hash, out->newsletter,
                                 &out->suppressed, err);
    td_query_end(td_query(proof->app->store, "subscriber_find"));
    return status;
}

static enum td_status read_choice(struct td_proof *proof, int64_t prefs,
                                  struct td_proof_reader *out, struct td_err *err)
{
    struct td_prefs_row row;
    enum td_status status = td_store_prefs_get(proof->app->store, prefs, &row, err);
    if (status != TD_OK)
        return status;
    out->topics = td_arena_copy(proof->arena, row.topics);
    out->format = row.format;
    out->at = row.at;
    out->zone = td_arena_copy(proof->arena, row.zone);
    td_query_end(td_query(proof->app->store, "prefs_get"));
    return TD_OK;
}

enum td_status td_proof_reader(struct td_proof *proof, const char *email,
                               struct td_proof_reader *out, struct td_err *err)
{
    struct td_subscription_row row;
    *out = (struct td_proof_reader){0};
    enum td_status status = newsletter_number(proof->app->store, proof->newsletter->name,
                                              &out->newsletter, err);
    if (status == TD_OK)
        status = read_person(proof, email, out, err);
    if (status != TD_OK)
        return status;
    status = td_store_subscription_find(proof->app->store, out->newsletter,
                                        out->subscriber, &row, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NO, "%s never subscribed to %s", email,
                       proof->newsletter->name);
    if (status != TD_OK)
        return status;
    out->status = row.status;
    return read_choice(proof, row.prefs, out, err);
}

enum td_status td_proof_print(struct td_proof *proof,
                              const struct td_proof_reader *reader,
                              const struct td_letter_to *to, struct td_parcel *parcel,
                              struct td_err *err)
{
    struct td_selection selection;
    struct td_variant variant;
    td_press_select(proof->press, reader->topics, reader->format, &selection);
    if (selection.empty)
        return td_fail(err, TD_NO, "%s %s has nothing for the topics of %.*s",
                       proof->newsletter->name, proof->slug, (int)reader->address.len,
                       reader->address.ptr);
    enum td_status status = td_press_print(proof->press, &selection, &variant, err);
    if (status != TD_OK)
        return status;
    status = td_letter_write(proof->app, &variant, to, parcel, err);
    td_variant_release(&variant);
    return status;
}

/* `tidings subscriber prove|export`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/assemble/latest.h"
#include "app/people/export.h"
#include "app/inspect/why.h"
#include "base/mem.h"
#include "cli/people.h"
#include "model/edition.h"

/* A line of the ledger or a message, in the order in which they happened. */
struct moment {
    td_time at;
    char *newsletter; /* owned; "" for the person as a whole */
    bool is_message;
    bool
        is_past; /* of a message only the end is known: its time is that of its edition */
    enum td_consent_event event;
    enum td_class class_;
    enum td_state state;
    char *words;          /* owned: what is printed */
    struct td_json *json; /* owned, until it is given to the output */
};

struct story {
    struct td_run_context *run;
    struct moment *items; /* owned */
    size_t count, cap;
};

static struct moment *add(struct story *story, td_time at, struct td_slice newsletter)
{
    story->items =
        td_vec_grow(story->items, &story->cap, story->count + 1, sizeof *story->items);
    struct moment *moment = &story->items[story->count++];
    *moment = (struct moment){
        .at = at,
        .newsletter =
            newsletter.ptr ? td_xstrndup(newsletter.ptr, newsletter.len) : td_xstrdup(""),
        .json = td_json_object(),
    };
    return moment;
}

static void set_time(struct td_json *json, const char *key, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_json_set_cstr(json, key, text);
}

static void set_text(struct td_json *json, const char *key, struct td_slice text)
{
    td_json_set_str(json, key, text.len > 0 ? text : (struct td_slice){0});
}

/* --- the ledger -------------------------------------------------------------------------------- */

/* A row of consent_list. */
static void read_line(struct story *story, struct td_query *query)
{
    struct moment *moment = add(story, td_col_int(query, 0), td_col_text(query, 1));
    struct td_slice source = td_col_text(query, 4);
    const char *basis = td_basis_name((enum td_basis)td_col_int(query, 8));
    struct td_json *json = moment->json;
    struct td_buf words;
    moment->event = (enum td_consent_event)td_col_int(query, 2);
    set_time(json, "at", moment->at);
    td_json_set_str(json, "newsletter", td_col_text(query, 1));
    td_json_set_cstr(json, "event", td_consent_event_name(moment->event));
    td_json_set_str(json, "how", td_col_text(query, 3));
    set_text(json, "source", source);
    td_json_set_cstr(json, "basis", basis[0] ? basis : NULL);
    set_text(json, "wording", td_col_text(query, 7));
    if (td_col_is_null(query, 5))
        td_json_set_null(json, "batch");
    else
        td_json_set_int(json, "batch", td_col_int(query, 5));
    set_text(json, "file", td_col_text(query, 6));
    td_buf_init(&words, 4096);
    td_buf_addf(&words, "%s by ", td_consent_event_name(moment->event));
    td_buf_add_visible(&words, td_col_text(query, 3));
    td_buf_addf(&words, "%s%s", basis[0] ? ", " : "", basis);
    if (td_col_text(query, 7).len > 0)
        td_buf_add_str(&words, ", wording ");
    td_buf_add_visible(&words, td_col_text(query, 7));
    td_buf_add_str(&words, source.len > 0 ? ": " : "");
    td_buf_add_visible(&words, source);
    moment->words = td_buf_detach(&words);
}

static enum td_status read_ledger(struct story *story, int64_t subscriber,
                                  struct td_err *err)
{
    struct td_query *query = td_query(story->run->app->store, "consent_list");
    enum td_step step;
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        read_line(story, query);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* --- messages ---------------------------------------------------------------------------------- */

static void fill_message(struct moment *moment, int64_t edition, struct td_slice slug,
                         struct td_slice subject)
{
    struct td_buf words;
    moment->is_message = true;
    set_time(moment->json, "at", moment->at);
    td_json_set_cstr(moment->json, "newsletter", moment->newsletter);
    td_json_set_int(moment->json, "edition", edition);
    td_json_set_str(moment->json, "slug", slug);
    td_json_set_str(moment->json, "subject", subject);
    td_json_set_cstr(moment->json, "state", td_state_name(moment->state));
    td_buf_init(&words, 4096);
    td_buf_addf(&words, "message %s ", td_state_name(moment->state));
    td_buf_add_visible(&words, slug);
    td_buf_add_str(&words, subject.len > 0 ? ": " : "");
    td_buf_add_visible(&words, subject);
    moment->words = td_buf_detach(&words);
}

static enum td_status read_messages(struct story *story, int64_t subscriber,
                                    struct td_err *err)
{
    struct td_query *query = td_query(story->run->app->store, "prove_messages");
    enum td_step step;
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        td_time at = td_col_is_null(query, 8) ? td_col_int(query, 7) * TD_SECOND
                                              : td_col_int(query, 8);
        struct moment *moment = add(story, at, td_col_text(query, 0));
        moment->class_ = (enum td_class)td_col_int(query, 4);
        moment->state = (enum td_state)td_col_int(query, 5);
        fill_message(moment, td_col_int(query, 1), td_col_text(query, 2),
                     td_col_text(query, 3));
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static void take_past(void *context, const struct td_why_past *past)
{
    struct story *story = context;
    struct td_query *query = td_query(story->run->app->store, "edition_released");
    struct td_err ignored;
    td_bind_int(query, "$id", past->edition);
    if (td_one(query, &ignored) == TD_OK) {
        struct moment *moment = add(story, td_col_int(query, 0), past->newsletter);
        moment->class_ = (enum td_class)td_col_int(query, 1);
        moment->state = past->state;
        moment->is_past = true;
        fill_message(moment, past->edition, past->slug, past->subject);
    }
    td_query_end(query);
}

/* --- telling ------------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a;
    const struct moment *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (int)x->is_message - (int)y->is_message;
}

/* Whether the newsletter might be mailed by what the ledger said until then. A message of which only the
 * end is known may have been sent some time after its edition was released: to somebody who joined and
 * got the latest issue. */
static bool agreed(const struct story *story, size_t which)
{
    const struct moment *message = &story->items[which];
    const td_time until = message->at + (message->is_past ? TD_LATEST_MOST : 0);
    bool yes = false;
    for (size_t i = 0; i < story->count; i++) {
        const struct moment *moment = &story->items[i];
        bool about = moment->newsletter[0] == '\0' ||
                     strcmp(moment->newsletter, message->newsletter) == 0;
        if (i > which && (moment->at > until || yes))
            break;
        if (moment->is_message || !about || moment->event == TD_CONSENT_CHANGED ||
            moment->event == TD_CONSENT_RENAMED || moment->event == TD_CONSENT_SUBSCRIBED)
            continue;
        yes = moment->event == TD_CONSENT_CONFIRMED ||
              moment->event == TD_CONSENT_STATED ||
              moment->event == TD_CONSENT_REINSTATED;
    }
    return yes;
}

static bool was_mailed(enum td_state state)
{
    return state == TD_SENT || state == TD_BOUNCED || state == TD_COMPLAINED ||
           state == TD_IN_DOUBT || state == TD_ON_WIRE;
}

static void print_moment(struct td_run_context *run, const struct moment *moment,
                         bool without)
{
    char at[32];
    td_time_format(moment->at, at);
    td_printf(run->out, "%s  ", at);
    td_print_visible(run->out,
                     td_slice(moment->newsletter[0] ? moment->newsletter : "-"));
    td_printf(run->out, "  %s%s\n", moment->words,
              without ? "  (nothing was agreed to then)" : "");
}

/* Prints the moments in order and gives them to the JSON. Returns how many issues were mailed while
 * nothing was agreed to. */
static int64_t tell(struct story *story, struct td_json *ledger, struct td_json *messages)
{
    int64_t without = 0;
    if (story->count > 0)
        qsort(story->items, story->count, sizeof *story->items, by_time);
    for (size_t i = 0; i < story->count; i++) {
        struct moment *moment = &story->items[i];
        bool bad = moment->is_message && moment->class_ != TD_CLASS_NOTICE &&
                   was_mailed(moment->state) && !agreed(story, i);
        without += bad;
        print_moment(story->run, moment, bad);
        if (moment->is_message)
            td_json_set_bool(moment->json, "agreed", agreed(story, i));
        td_json_append_take(moment->is_message ? messages : ledger, moment->json);
        moment->json = NULL;
    }
    return without;
}

static void release(struct story *story)
{
    for (size_t i = 0; i < story->count; i++) {
        free(story->items[i].newsletter);
        free(story->items[i].words);
        td_json_destroy(story->items[i].json);
    }
    free(story->items);
}

/* One person, erased at that time or not (0). */
static enum td_status prove_one(struct td_run_context *run, int64_t subscriber,
                                td_time erased, struct td_json *people,
                                struct td_err *err)
{
    struct story story = {.run = run};
    const struct td_why_query past = {.subscriber = subscriber, .limit = INT64_MAX};
    struct td_why_past_sink sink = {take_past, &story};
    struct td_json *json = td_json_object();
    struct td_json *ledger = td_json_array();
    struct td_json *messages = td_json_array();
    enum td_status status = read_ledger(&story, subscriber, err);
    if (status == TD_OK)
        status = read_messages(&story, subscriber, err);
    if (status == TD_OK)
        status = td_why_past(run->app, &past, sink, err);
    td_printf(run->out, "subscriber %" PRId64 "%s\n", subscriber,
              erased != 0 ? ", erased: by the hash of the address" : "");
    int64_t without = status == TD_OK ? tell(&story, ledger, messages) : 0;
    if (status == TD_OK && without > 0)
        td_printf(run->out, "%" PRId64 " mailed while nothing was agreed to\n", without);
    td_json_set_int(json, "subscriber", subscriber);
    if (erased != 0)
        set_time(json, "erased", erased);
    else
        td_json_set_null(json, "erased");
    td_json_set_take(json, "ledger", ledger);
    td_json_set_take(json, "messages", messages);
    td_json_set_int(json, "mailed_without", without);
    td_json_append_take(people, json);
    release(&story);
    return status;
}

/* Who has the address, and who had it when they were erased; numbers and times, at most `most`. */
struct candidate {
    int64_t subscriber;
    td_time erased;
};

static enum td_status find_candidates(struct td_run_context *run, const char *email,
                                      struct candidate *out, size_t most, size_t *count,
                                      struct td_err *err)
{
    struct td_store *store = run->app->store;
    struct td_address address;
    struct td_subscriber_row row;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    enum td_step step;
    *count = 0;
    enum td_status status = td_address_parse(td_slice(email), &address, err);
    if (status != TD_OK)
        return td_err_context(err, "%s", email);
    if (td_store_subscriber_find(store, td_slice(address.key), &row, err) == TD_OK)
        out[(*count)++] = (struct candidate){row.id, 0};
    td_query_end(td_query(store, "subscriber_find"));
    td_keys_address_hash(&run->app->keys, td_slice(address.key), hash);
    struct td_query *query = td_query(store, "subscriber_erased");
    td_bind_blob(query, "$hash", td_slice_n((const char *)hash, sizeof hash));
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        if (*count < most)
            out[(*count)++] =
                (struct candidate){td_col_int(query, 0), td_col_int(query, 2)};
    if (step == TD_STEP_ERROR)
        return err->status;
    return *count > 0 ? TD_OK
                      : td_fail(err, TD_NOINPUT, "nobody is or was known by %s", email);
}

enum td_status td_run_subscriber_prove(struct td_run_context *run, struct td_err *err)
{
    const char *email = run->args->operands[0];
    struct candidate found[16];
    size_t count = 0;
    struct td_json *json = td_json_object();
    struct td_json *people = td_json_array();
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = find_candidates(run, email, found, TD_ARRAY_LEN(found), &count, err);
    for (size_t i = 0; i < count && status == TD_OK; i++)
        status = prove_one(run, found[i].subscriber, found[i].erased, people, err);
    td_json_set_cstr(json, "email", email);
    td_json_set_take(json, "people", people);
    if (status == TD_OK)
        td_print_json_take(run->out, json);
    else
        td_json_destroy(json);
    return status;
}

/* --- export ------------------------------------------------------------------------------------- */

enum td_status td_run_subscriber_export(struct td_run_context *run, struct td_err *err)
{
    struct td_subscriber_row row;
    struct td_json *json = td_json_object();
    struct td_run_context silent = *run;
    struct td_buf text;
    silent.out = td_printer_create(stdout, true); /* it is JSON with or without --json */
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_find_person(run->app, run->args->operands[0], &row, err);
    int64_t subscriber = status == TD_OK ? row.id : 0;
    set_time(json, "exported", td_clock_now(&run->app->clock));
    if (status == TD_OK)
        status = td_show_subscriber(&silent, &row, json, err);
    if (status == TD_OK)
        status = td_export(run->app, subscriber, json, err);
    td_buf_init(&text, (size_t)256 * 1024 * 1024);
    if (status == TD_OK) {
        td_json_write(json, !run->json, &text);
        td_buf_add_char(&text, '\n');
        (void)fwrite(text.ptr, 1, text.len, stdout);
        status = td_printer_close(silent.out, err);
    } else {
        (void)td_printer_close(silent.out, NULL);
    }
    td_buf_release(&text);
    td_json_destroy(json);
    return status;
}

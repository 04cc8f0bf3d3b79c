/* Notices as editions of one message after the other (notices.h). */
#include "app/assemble/notices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/instance/briefings.h"
#include "app/press/enclosures.h"
#include "app/config/templates.h"
#include "model/address.h"
#include "store/deflate.h"
#include "store/editions.h"
#include "store/ledger.h"
#include "store/people.h"

#define PACKED_MAX  ((size_t)16 * 1024 * 1024)
#define SUBJECT_MAX 1000
#define VALID_FOR   (3 * TD_DAY) /* a relay may be down over a weekend */
#define FORMATS     2

/* A notice as it stands in the store, or is about to. */
struct notice {
    struct td_app *app;
    const struct td_newsletter *newsletter;
    enum td_notice kind;
    const struct td_report *report; /* TD_NOTICE_REPORT only */
    struct td_date date;
    int64_t newsletter_id;
    char slug[TD_SLUG_MAX];
    int64_t edition;
    int64_t variants[FORMATS]; /* by enum td_format; 0: none */
    bool cancelled;
};

static enum td_audience audience_of(enum td_notice kind)
{
    switch (kind) {
    case TD_NOTICE_CONFIRM:
    case TD_NOTICE_REMIND: return TD_AUDIENCE_PENDING;
    case TD_NOTICE_LEAVE:
    case TD_NOTICE_PROBE:
    case TD_NOTICE_WELCOME: return TD_AUDIENCE_ACTIVE;
    case TD_NOTICE_GOODBYE: return TD_AUDIENCE_LEFT;
    case TD_NOTICE_HELP:
    case TD_NOTICE_REPORT: return TD_AUDIENCE_ANYONE;
    }
    TD_PANIC("no such notice");
}

/* The key of its variants: a notice has no selection, only formats. */
static const char *selection_of(enum td_format format)
{
    return format == TD_FORMAT_TEXT ? "notice-text" : "notice-html";
}

/* --- freezing --------------------------------------------------------------------------------- */

/* Both formats, and what they are called. */
struct rendering {
    struct td_variant variants[FORMATS];
    struct td_buf subject;
    unsigned char hash[TD_SHA256_LEN];
};

static void release_rendering(struct rendering *made)
{
    for (int i = 0; i < FORMATS; i++)
        td_variant_release(&made->variants[i]);
    td_buf_release(&made->subject);
}

static enum td_status render_all(const struct notice *notice, struct td_arena *arena,
                                 struct td_templates *templates, struct rendering *out,
                                 struct td_err *err)
{
    struct td_enclosures files;
    const struct td_enclosures_input wanted = {.config = notice->app->config,
                                               .newsletter = notice->newsletter};
    struct td_sha256 *hash = td_sha256_create();
    enum td_status status = td_enclosures_load(&wanted, arena, &files, err);
    for (int i = 0; i < FORMATS && status == TD_OK; i++) {
        const struct td_notice_input input = {
            .notice = notice->kind,
            .newsletter = notice->newsletter,
            .templates = templates,
            .format = (enum td_format)i,
            .logo = files.count > 0 ? files.items : NULL,
            .report = notice->report,
            .subject = i == 0 ? &out->subject : NULL,
        };
        status = td_notice_compose(&input, &out->variants[i], err);
        if (status == TD_OK)
            td_sha256_add(hash, out->variants[i].bytes.ptr, out->variants[i].bytes.len);
    }
    td_sha256_finish(hash, out->hash);
    return status;
}

static enum td_status render(const struct notice *notice, struct rendering *out,
                             struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    struct td_templates *templates =
        td_templates_create(td_app_template_source(notice->app->config));
    *out = (struct rendering){0};
    td_buf_init(&out->subject, SUBJECT_MAX);
    enum td_status status = render_all(notice, arena, templates, out, err);
    td_templates_destroy(templates);
    td_arena_destroy(arena);
    if (status != TD_OK)
        release_rendering(out);
    return status;
}

static enum td_status add_edition(struct notice *notice, const struct rendering *made,
                                  struct td_err *err)
{
    struct td_store *store = notice->app->store;
    const td_time now = td_clock_now(&notice->app->clock);
    char date[11];
    char source_name[64];
    struct td_buf nothing;
    td_date_format(notice->date, date);
    (void)snprintf(source_name, sizeof source_name, "templates/mail/%s",
                   td_notice_name(notice->kind));
    td_buf_init(&nothing, 1024);
    td_deflate(td_slice(""), &nothing);
    struct td_edition_row row = {
        .newsletter = notice->newsletter_id,
        .slug = td_slice(notice->slug),
        .date = td_slice(date),
        .class_ = TD_CLASS_NOTICE,
        .audience = audience_of(notice->kind),
        .hash = td_slice_n((const char *)made->hash, sizeof made->hash),
        .subject = td_buf_slice(&made->subject),
        .headline = td_slice(""),
        .standfirst = td_slice(""),
        .source_name = td_slice(source_name),
        .source = td_buf_slice(&nothing),
        .created = now,
        .released = now,
        .valid_for = VALID_FOR,
        .resend_in_doubt = true,
    };
    enum td_status status = td_store_edition_add(store, &row, err);
    notice->edition = row.id;
    td_buf_release(&nothing);
    return status;
}

static enum td_status add_variant(struct notice *notice, const struct rendering *made,
                                  enum td_format format, struct td_err *err)
{
    const struct td_variant *variant = &made->variants[format];
    struct td_buf packed;
    struct td_buf deflated;
    td_buf_init(&packed, PACKED_MAX);
    td_buf_init(&deflated, PACKED_MAX);
    td_variant_pack(variant, &packed);
    td_deflate(td_buf_slice(&packed), &deflated);
    struct td_variant_row row = {
        .edition = notice->edition,
        .selection = selection_of(format),
        .format = format,
        .size = (int64_t)variant->bytes.len,
        .body = td_buf_slice(&deflated),
    };
    enum td_status status = TD_OK;
    if (td_buf_full(&packed) || td_buf_full(&deflated))
        status = td_fail(err, TD_DATA, "%s: the mail is larger than %zu MB", notice->slug,
                         PACKED_MAX / 1024 / 1024);
    if (status == TD_OK)
        status = td_store_variant_add(notice->app->store, &row, err);
    notice->variants[format] = row.id;
    td_buf_release(&deflated);
    td_buf_release(&packed);
    return status;
}

static enum td_status make(struct notice *notice, struct td_err *err)
{
    struct rendering made;
    enum td_status status = render(notice, &made, err);
    if (status != TD_OK)
        return td_err_context(err, "notice %s of %s", td_notice_name(notice->kind),
                              notice->newsletter->name);
    status = add_edition(notice, &made, err);
    for (int i = 0; i < FORMATS && status == TD_OK; i++)
        status = add_variant(notice, &made, (enum td_format)i, err);
    if (status == TD_OK)
        status = td_store_edition_open(notice->app->store, notice->edition, err);
    release_rendering(&made);
    return status;
}

/* --- finding ---------------------------------------------------------------------------------- */

/* The edition of this slug with its variants; TD_NOINPUT when there is none yet. None of an administrator's
 * cancelling is sent, so nothing is queued in it. */
static enum td_status find(struct notice *notice, struct td_err *err)
{
    struct td_store *store = notice->app->store;
    struct td_edition_row row;
    enum td_status status = td_store_edition_find(store, notice->newsletter_id,
                                                  td_slice(notice->slug), &row, err);
    if (status == TD_OK) {
        notice->edition = row.id;
        notice->cancelled = row.phase == TD_PHASE_CANCELLED;
    }
    td_query_end(td_query(store, "edition_find"));
    for (int i = 0; i < FORMATS && status == TD_OK; i++)
        status =
            td_store_variant_find(store, notice->edition, selection_of((enum td_format)i),
                                  &notice->variants[i], err);
    return status;
}

/* Who it is from, and the day it is there. */
static enum td_status set_place(struct notice *notice, struct td_err *err)
{
    struct td_app *app = notice->app;
    const struct td_zone *zone = NULL;
    enum td_status status =
        td_zones_get(td_app_zones(app), td_slice(notice->newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(app->store, notice->newsletter->name,
                                        &notice->newsletter_id, err);
    if (status == TD_OK)
        notice->date = td_zone_local(zone, td_clock_now(&app->clock), NULL);
    return status;
}

static enum td_status find_or_make(struct notice *notice, struct td_err *err)
{
    enum td_status status = find(notice, err);
    return status == TD_NOINPUT ? make(notice, err) : status;
}

static enum td_status enqueue(const struct notice *notice, int64_t subscriber,
                              enum td_format format, bool *added, struct td_err *err)
{
    const struct td_claim message = {
        .edition = notice->edition,
        .subscriber = subscriber,
        .variant = notice->variants[format],
        .due = td_clock_now(&notice->app->clock),
    };
    *added = false;
    return notice->cancelled
               ? TD_OK
               : td_ledger_enqueue(notice->app->store, &message, added, err);
}

enum td_status td_notice_queue(struct td_app *app, const struct td_notice_order *order,
                               struct td_notice_queued *out, struct td_err *err)
{
    struct notice notice = {
        .app = app, .newsletter = order->newsletter, .kind = order->notice};
    char date[11];
    enum td_status status = set_place(&notice, err);
    if (status != TD_OK)
        return status;
    td_date_format(notice.date, date);
    (void)snprintf(notice.slug, sizeof notice.slug, "%s-%s",
                   td_notice_name(order->notice), date);
    status = find_or_make(&notice, err);
    if (status == TD_OK)
        status = enqueue(&notice, order->subscriber, order->format, &out->added, err);
    out->edition = notice.edition;
    return status;
}

enum td_status td_notice_wording(struct td_app *app, int64_t edition,
                                 char out[TD_WORDING_MAX], struct td_err *err)
{
    struct td_edition_row row;
    enum td_status status = td_store_edition_get(app->store, edition, &row, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_SOFTWARE, "edition %lld is gone", (long long)edition);
    if (status == TD_OK) {
        struct td_buf hex;
        td_buf_init(&hex, 2 * TD_SHA256_LEN);
        td_hex(&hex, row.hash.ptr, row.hash.len);
        (void)snprintf(out, TD_WORDING_MAX, "%.*s %.12s",
                       (int)td_slice_find(row.slug, 0, '-'), row.slug.ptr, hex.ptr);
        td_buf_release(&hex);
    }
    td_query_end(td_query(app->store, "edition_get"));
    return status;
}

/* --- reports ---------------------------------------------------------------------------------- */

static enum td_status add_person(struct td_app *app, const struct td_address *address,
                                 int64_t *id, struct td_err *err)
{
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    bool added;
    enum td_status status = td_store_next_ids(app->store, "subscriber", 1, id, err);
    if (status != TD_OK)
        return status;
    td_keys_address_hash(&app->keys, td_slice(address->key), hash);
    const struct td_subscriber_row row = {
        .id = *id,
        .address = td_slice(address->text),
        .key = td_slice(address->key),
        .domain = td_slice(address->domain),
        .name = td_slice(""),
        .hash = td_slice_n((const char *)hash, sizeof hash),
        .created = td_clock_now(&app->clock),
    };
    return td_store_subscriber_add(app->store, &row, &added, err);
}

/* The operator as the queue knows people; no subscription comes of it. */
static enum td_status find_operator(struct td_app *app, const char *text, int64_t *id,
                                    struct td_err *err)
{
    struct td_address address;
    struct td_subscriber_row row;
    struct td_err why;
    enum td_status status = td_address_parse(td_slice(text), &address, &why);
    if (status != TD_OK)
        return td_fail(err, TD_CONFIG, "operator %s: %s", text, why.text);
    status = td_store_subscriber_find(app->store, td_slice(address.key), &row, &why);
    *id = status == TD_OK ? row.id : 0;
    td_query_end(td_query(app->store, "subscriber_find"));
    if (status == TD_NOINPUT)
        return add_person(app, &address, id, err);
    return status == TD_OK ? TD_OK : td_fail(err, status, "%s", why.text);
}

enum td_status td_notice_report(struct td_app *app,
                                const struct td_operator_report *report, bool *queued,
                                struct td_err *err)
{
    struct notice notice = {
        .app = app,
        .newsletter = report->newsletter,
        .kind = TD_NOTICE_REPORT,
        .report = report->report,
    };
    int64_t operator_id = 0;
    if (snprintf(notice.slug, sizeof notice.slug, "report-%s", report->key) >=
        (int)sizeof notice.slug)
        TD_PANIC("the key of a report is too long");
    enum td_status status = set_place(&notice, err);
    if (status == TD_OK)
        status = find_operator(app, report->address, &operator_id, err);
    if (status == TD_OK)
        status = find_or_make(&notice, err);
    if (status == TD_OK)
        status = enqueue(&notice, operator_id, TD_FORMAT_HTML, queued, err);
    return status;
}

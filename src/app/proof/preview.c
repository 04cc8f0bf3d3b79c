/* One mail of an edition (preview.h). */
#include "app/proof/preview.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "queue/due.h"
#include "store/editions.h"
#include "variant/extract.h"

#define MAIL_MAX (32 * 1024 * 1024)

/* ---- for a subscriber ---- */

/* Who would not be mailed at all. */
static enum td_status check_reader(const struct td_preview *preview,
                                   const struct td_proof_reader *reader,
                                   struct td_err *err)
{
    const char *newsletter = preview->proof.newsletter->name;
    if (reader->suppressed)
        return td_fail(err, TD_NO, "%.*s gets nothing: the address is suppressed",
                       (int)reader->address.len, reader->address.ptr);
    if (reader->status != TD_ACTIVE)
        return td_fail(err, TD_NO, "%.*s gets nothing of %s: %s",
                       (int)reader->address.len, reader->address.ptr, newsletter,
                       td_membership_name(reader->status));
    return TD_OK;
}

/* The number that the newsletter and its next edition would have: taken and given back. */
static enum td_status foresee(struct td_preview *preview, struct td_letter_to *to,
                              struct td_err *err)
{
    struct td_store *store = preview->proof.app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(store, preview->proof.newsletter->name,
                                        &to->newsletter_id, err);
    if (status == TD_OK)
        status = td_store_next_ids(store, "edition", 1, &to->edition, err);
    td_rollback(store);
    return status;
}

/* When it would be due if it were assembled now. */
static enum td_status due_at(const struct td_preview *preview,
                             const struct td_proof_reader *reader, td_time *out,
                             struct td_err *err)
{
    struct td_app *app = preview->proof.app;
    const struct td_newsletter *newsletter = preview->proof.newsletter;
    const struct td_zone *zone = NULL;
    const struct td_zone *own = NULL;
    td_time now = td_clock_now(&app->clock);
    enum td_status status =
        td_zones_get(td_app_zones(app), td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        status = td_zones_get_own(td_app_zones(app), reader->zone, newsletter->zone, &own,
                                  err);
    if (status != TD_OK)
        return status;
    struct td_release release = {
        .planned = td_planned_at(zone, preview->proof.date, newsletter->at, now)};
    release.released = td_release_at(release.planned, now);
    *out = td_due_at(own, reader->at, release);
    return TD_OK;
}

static enum td_status print_foreseen(struct td_preview *preview,
                                     const struct td_proof_reader *reader,
                                     struct td_err *err)
{
    struct td_letter_to to = {
        .newsletter = preview->proof.newsletter,
        .subscriber = reader->subscriber,
        .address = reader->address,
        .name = reader->name,
    };
    enum td_status status = foresee(preview, &to, err);
    if (status == TD_OK)
        status = due_at(preview, reader, &to.due, err);
    if (status == TD_OK)
        status = td_proof_print(&preview->proof, reader, &to, &preview->mail, err);
    return status;
}

/* The message that is queued, by the sender's own hand. */
static enum td_status print_queued(struct td_preview *preview,
                                   const struct td_proof_reader *reader,
                                   struct td_err *err)
{
    struct td_app *app = preview->proof.app;
    struct td_letters *letters = NULL;
    struct td_claim claim = {
        .edition = preview->edition,
        .subscriber = reader->subscriber,
        .newsletter = reader->newsletter,
        .address = reader->address,
        .name = reader->name,
    };
    struct td_query *query = td_query(app->store, "message_show");
    td_bind_int(query, "$edition", claim.edition);
    td_bind_int(query, "$subscriber", claim.subscriber);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        claim.due = td_col_int(query, 5) * TD_SECOND;
        claim.variant = td_col_int(query, 9);
    }
    td_query_end(query);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NO, "%.*s gets nothing: edition %lld is without them",
                       (int)reader->address.len, reader->address.ptr,
                       (long long)preview->edition);
    if (status == TD_OK && claim.variant == 0)
        return td_fail(err, TD_NO, "%s %s has nothing for the topics of %.*s",
                       preview->proof.newsletter->name, preview->slug,
                       (int)reader->address.len, reader->address.ptr);
    if (status == TD_OK)
        status = td_letters_create(&letters, app, err);
    if (status == TD_OK)
        status = td_letters_write(letters, &claim, &preview->mail, err);
    td_letters_destroy(letters);
    return status;
}

/* The edition of that slug, once its fan-out is complete. */
static enum td_status find_queued(struct td_preview *preview, int64_t newsletter,
                                  struct td_err *err)
{
    struct td_store *store = preview->proof.app->store;
    struct td_edition_row row;
    enum td_status status =
        td_store_edition_find(store, newsletter, td_slice(preview->slug), &row, err);
    if (status == TD_OK && row.phase != TD_PHASE_BUILDING)
        preview->edition = row.id;
    td_query_end(td_query(store, "edition_find"));
    return status == TD_NOINPUT ? TD_OK : status;
}

/* The file is not looked at when the mail is queued: it may have changed, or gone. */
static enum td_status print_as(struct td_preview *preview,
                               const struct td_proof_options *options, const char *as,
                               struct td_err *err)
{
    struct td_proof_reader reader;
    enum td_status status = td_proof_reader(&preview->proof, as, &reader, err);
    if (status == TD_OK)
        status = check_reader(preview, &reader, err);
    if (status == TD_OK)
        status = find_queued(preview, reader.newsletter, err);
    if (status != TD_OK)
        return status;
    preview->subscriber = reader.subscriber;
    if (preview->edition != 0)
        return print_queued(preview, &reader, err);
    status = td_proof_load(&preview->proof, options, err);
    return status == TD_OK ? print_foreseen(preview, &reader, err) : status;
}

/* ---- for nobody in particular ---- */

static enum td_status print_for_all(struct td_preview *preview,
                                    const struct td_proof_options *options,
                                    struct td_err *err)
{
    static const struct td_proof_reader nobody = {.at = -1};
    struct td_app *app = preview->proof.app;
    const struct td_newsletter *newsletter = preview->proof.newsletter;
    struct td_slice address =
        td_arena_printf(preview->proof.arena, "reader@%s", app->config->domain);
    struct td_letter_to to = {
        .newsletter = newsletter,
        .address = address,
        .trial = td_arena_printf(preview->proof.arena, "preview %s %s", newsletter->name,
                                 preview->slug)
                     .ptr,
    };
    enum td_status status = td_proof_load(&preview->proof, options, err);
    if (status == TD_OK)
        status = due_at(preview, &nobody, &to.due, err);
    if (status == TD_OK)
        status = td_proof_print(&preview->proof, &nobody, &to, &preview->mail, err);
    return status;
}

enum td_status td_preview_make(struct td_app *app, const struct td_proof_options *options,
                               const char *as, struct td_preview *out, struct td_err *err)
{
    *out = (struct td_preview){0};
    td_buf_init(&out->mail.data, MAIL_MAX);
    enum td_status status = td_proof_begin(app, options, &out->proof, err);
    (void)snprintf(out->slug, sizeof out->slug, "%s", out->proof.slug);
    if (status != TD_OK)
        return status;
    return as ? print_as(out, options, as, err) : print_for_all(out, options, err);
}

void td_preview_release(struct td_preview *preview)
{
    td_proof_close(&preview->proof);
    td_buf_release(&preview->mail.data);
}

/* ---- files ---- */

struct target {
    const char *dir;
    char base[300];
};

static enum td_status write_file(const struct target *target, const char *ending,
                                 struct td_slice bytes, char **path, struct td_err *err)
{
    char name[320];
    (void)snprintf(name, sizeof name, "%s.%s", target->base, ending);
    *path = td_path_join(target->dir, name);
    return td_file_write(*path, bytes, 0600, err);
}

static enum td_status write_text(const struct td_preview *preview,
                                 const struct target *target, char **path,
                                 struct td_err *err)
{
    struct td_buf text;
    enum td_status status = TD_OK;
    td_buf_init(&text, MAIL_MAX);
    if (td_extract_part(td_buf_slice(&preview->mail.data), "text/plain", &text))
        status = write_file(target, "txt", td_buf_slice(&text), path, err);
    td_buf_release(&text);
    return status;
}

/* With its images inside; a text mail leaves *path NULL. */
static enum td_status write_html(const struct td_preview *preview,
                                 const struct target *target, char **path,
                                 struct td_err *err)
{
    const struct td_slice mail = td_buf_slice(&preview->mail.data);
    struct td_buf html;
    struct td_buf page;
    enum td_status status = TD_OK;
    td_buf_init(&html, MAIL_MAX);
    td_buf_init(&page, 2 * MAIL_MAX);
    if (td_extract_part(mail, "text/html", &html)) {
        td_extract_images(mail, td_buf_slice(&html), &page);
        status = write_file(target, "html", td_buf_slice(&page), path, err);
    }
    td_buf_release(&page);
    td_buf_release(&html);
    return status;
}

enum td_status td_preview_write(const struct td_preview *preview, const char *dir,
                                struct td_preview_files *out, struct td_err *err)
{
    struct target target = {.dir = dir};
    char subscriber[24] = "";
    *out = (struct td_preview_files){0};
    if (preview->subscriber != 0)
        (void)snprintf(subscriber, sizeof subscriber, "-%lld",
                       (long long)preview->subscriber);
    (void)snprintf(target.base, sizeof target.base, "%s-%s%s",
                   preview->proof.newsletter->name, preview->slug, subscriber);
    enum td_status status = td_dir_make(dir, 0700, err);
    if (status == TD_OK)
        status = write_html(preview, &target, &out->html, err);
    if (status == TD_OK)
        status = write_text(preview, &target, &out->text, err);
    if (status == TD_OK)
        status =
            write_file(&target, "eml", td_buf_slice(&preview->mail.data), &out->eml, err);
    return status;
}

void td_preview_files_free(struct td_preview_files *files)
{
    free(files->html);
    free(files->text);
    free(files->eml);
    *files = (struct td_preview_files){0};
}

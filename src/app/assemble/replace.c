/* A new freeze, and corrections (replace.h). */
#include "app/assemble/replace.h"

#include <stdio.h>
#include <string.h>

#include "app/queue/admin.h"
#include "app/instance/audit.h"
#include "app/instance/briefings.h"
#include "store/occurrences.h"

/* --- corrections ------------------------------------------------------------------------------ */

/* When the faulty one was; a notice is made for one person each, and has no readers in common. */
static enum td_status read_date(struct td_app *app, struct td_correction *out,
                                struct td_err *err)
{
    struct td_edition_row row;
    enum td_status status = td_store_edition_get(app->store, out->edition, &row, err);
    if (status == TD_OK && row.class_ == TD_CLASS_NOTICE)
        status = td_fail(err, TD_NO, "edition %lld is a notice: there is none to correct",
                         (long long)out->edition);
    else if (status == TD_OK && !td_date_parse(row.date, &out->date))
        status = td_fail(err, TD_SOFTWARE, "edition %lld: its date is damaged",
                         (long long)out->edition);
    td_query_end(td_query(app->store, "edition_get"));
    return status;
}

static enum td_status count_readers(struct td_app *app, struct td_correction *out,
                                    struct td_err *err)
{
    struct td_query *query = td_query(app->store, "correction_readers");
    td_bind_int(query, "$edition", out->edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        out->readers = td_col_int(query, 0);
        out->waiting = td_col_int(query, 1);
    }
    td_query_end(query);
    return status;
}

enum td_status td_correction_of(struct td_app *app,
                                const struct td_newsletter *newsletter, const char *word,
                                struct td_correction *out, struct td_err *err)
{
    struct td_selector selector;
    char of[TD_SLUG_MAX];
    char whose[TD_SLUG_MAX];
    const char *words[] = {whose, of};
    *out = (struct td_correction){0};
    (void)snprintf(whose, sizeof whose, "newsletter=%s", newsletter->name);
    int len = snprintf(of, sizeof of, "edition=%s", word);
    if (len < 0 || (size_t)len >= sizeof of)
        return td_fail(err, TD_NOINPUT, "there is no edition of such a name");
    enum td_status status =
        td_selector_parse(app, words, TD_ARRAY_LEN(words), &selector, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(app->store, "admin_editions");
    td_bind_int(query, "$edition", selector.edition);
    td_bind_int(query, "$newsletter", selector.newsletter);
    status = td_one(query, err);
    td_query_end(query);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "edition %s is not of newsletter %s", word,
                       newsletter->name);
    out->edition = selector.edition;
    if (status == TD_OK)
        status = read_date(app, out, err);
    if (status == TD_OK)
        status = count_readers(app, out, err);
    if (status == TD_OK && out->readers == 0)
        status = td_fail(err, TD_NO,
                         "nobody has got edition %lld: mend its source and say edition "
                         "assemble --replace",
                         (long long)out->edition);
    return status;
}

/* --- a new freeze ----------------------------------------------------------------------------- */

static enum td_status check_untouched(struct td_app *app, int64_t edition,
                                      struct td_err *err)
{
    struct td_query *query = td_query(app->store, "edition_touched");
    long long id = (long long)edition;
    td_bind_int(query, "$edition", edition);
    enum td_status status = td_one(query, err);
    if (status == TD_OK && td_col_int(query, 1) > 0)
        status =
            td_fail(err, TD_NO,
                    "%lld messages of edition %lld have left: a correction can follow "
                    "(edition assemble --correction-of %lld)",
                    (long long)td_col_int(query, 1), id, id);
    else if (status == TD_OK && td_col_int(query, 0) > 0)
        status = td_fail(err, TD_AGAIN,
                         "a sender has %lld messages of edition %lld in hand: hold it "
                         "(edition hold %lld) and try again",
                         (long long)td_col_int(query, 0), id, id);
    td_query_end(query);
    return status;
}

enum td_status td_replace_aside(struct td_app *app, int64_t edition, struct td_slice slug,
                                struct td_err *err)
{
    char name[TD_SLUG_MAX + 32];
    int len = snprintf(name, sizeof name, "%.*s.replaced-%lld", (int)slug.len, slug.ptr,
                       (long long)edition);
    enum td_status status = check_untouched(app, edition, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(app->store, "edition_replace");
    td_bind_int(query, "$id", edition);
    td_bind_text(query, "$slug", td_slice_n(name, (size_t)len));
    status = td_run(query, err);
    if (status == TD_OK)
        status = td_store_occurrence_anew(app->store, edition, slug, err);
    return status == TD_OK
               ? td_audit_command(app, "edition assemble --replace", slug, 1, err)
               : status;
}

enum td_status td_replace_cancel(struct td_app *app, int64_t edition, struct td_err *err)
{
    char word[48];
    const char *words[] = {word};
    struct td_selector selector;
    struct td_admin_result ignored = {0};
    (void)snprintf(word, sizeof word, "edition=%lld", (long long)edition);
    enum td_status status = td_selector_parse(app, words, 1, &selector, err);
    struct td_admin_task task = {
        .act = TD_ADMIN_CANCEL,
        .selector = &selector,
        .command = "edition assemble --replace",
        .subject = td_slice(word),
    };
    return status == TD_OK ? td_admin_messages(app, &task, &ignored, err) : status;
}

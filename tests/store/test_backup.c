/*
 * test_backup.c: a copy is of one moment however much is written meanwhile; a database in
 * quarantine lets no sender have anything; numbers go on above all that were given.
 */
#include "ledger_fixture.h"

#include "store/backup.h"
#include "store/people.h"

/* --- copies ----------------------------------------------------------------------------------- */

/* Writes a row between two parts of the copy, as a sender would. */
struct meddler {
    struct ctx *t;
    struct td_store *writer;
    int writes;
};

static void meddle(void *context, int64_t done, int64_t total)
{
    struct meddler *meddler = context;
    struct td_audit audit = {
        .at = 1, .actor = "somebody", .action = "meddle", .subject = td_slice("x")};

    assert_true(meddler->writes < 1000); /* it begins again each time, for ever */
    if (done >= total)
        return;
    assert_ok(td_begin(meddler->writer, &meddler->t->err), meddler->t->err);
    assert_ok(td_store_audit(meddler->writer, &audit, &meddler->t->err), meddler->t->err);
    assert_ok(td_commit(meddler->writer, &meddler->t->err), meddler->t->err);
    meddler->writes++;
}

static int64_t count_audits(struct ctx *t, const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT count(*) FROM audit", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    (void)t;
    return count;
}

static void a_copy_is_of_one_moment(void **state)
{
    struct ctx *t = *state;
    struct meddler meddler = {.t = t, .writer = open_store(t)};
    struct td_copy_watch watch = {meddle, &meddler};
    char copy[128];

    (void)snprintf(copy, sizeof copy, "%s/copy.db", t->dir);
    sql(t, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
           "INSERT INTO suppression SELECT CAST('h' || i AS BLOB), 0, 1,"
           " hex(zeroblob(500000)), 1 FROM n");
    assert_ok(td_store_copy(t->store, copy, &watch, &t->err), t->err);
    assert_true(meddler.writes >= 2);
    assert_int_equal(count_audits(t, copy), 0);
    assert_int_equal(count_audits(t, t->path), meddler.writes);
    assert_int_equal(td_store_copy(t->store, copy, &watch, &t->err), TD_CANTCREAT);
    td_store_close(meddler.writer);
}

/* --- quarantine ------------------------------------------------------------------------------- */

static void quarantine(struct ctx *t, struct td_store *replaced)
{
    struct td_restore restore = {.at = T, .taken = T - TD_HOUR, .from = "backup"};

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_store_quarantine(t->store, &restore, replaced, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

static enum td_status release(struct ctx *t)
{
    assert_ok(td_begin(t->store, &t->err), t->err);
    enum td_status status = td_store_release(t->store, T, &t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
    return status;
}

static void nothing_is_claimed_before_the_release(void **state)
{
    struct ctx *t = *state;
    struct td_restore restore;
    struct td_claims claims = {0};
    struct td_next_due next;

    add_messages(t, 1, 1, 10, TD_QUEUED, 0);
    add_messages(t, 1, 11, 20, TD_DEFERRED, 0);
    quarantine(t, NULL);
    struct td_sender sender = start(t, t->store);
    assert_ok(td_store_quarantined(t->store, &restore, &t->err), t->err);
    assert_string_equal(restore.from, "backup");
    assert_true(restore.taken == T - TD_HOUR);
    claim(t, &sender, T, 100, &claims);
    assert_int_equal(claims.count, 0);
    assert_ok(td_ledger_next_due(t->store, T, &next, &t->err), t->err);
    assert_true(next.when == INT64_MAX);
    assert_int_equal(release(t), TD_OK);
    assert_int_equal(release(t), TD_NO);
    assert_int_equal(td_store_quarantined(t->store, &restore, &t->err), TD_NO);
    claim(t, &sender, T, 100, &claims);
    assert_int_equal(claims.count, 20);
    td_claims_release(&claims);
    assert_ok(td_sender_stop(&sender, &t->err), t->err);
}

static int64_t next_id(struct ctx *t, struct td_store *store, const char *kind)
{
    int64_t id = 0;

    assert_ok(td_begin(store, &t->err), t->err);
    assert_ok(td_store_next_ids(store, kind, 1, &id, &t->err), t->err);
    td_rollback(store);
    return id;
}

static void numbers_go_on_far_above(void **state)
{
    struct ctx *t = *state;
    struct ctx other = {0};

    sql(t, "UPDATE id_counter SET last = 500");
    quarantine(t, NULL); /* the old database is lost: nobody knows what it gave */
    assert_true(next_id(t, t->store, "subscriber") > 900000);
    assert_true(next_id(t, t->store, "edition") > 9000);

    (void)snprintf(other.url, sizeof other.url, "sqlite:%s/other.db", t->dir);
    struct td_store *replaced = open_store(&other);
    (void)snprintf(other.path, sizeof other.path, "%s/other.db", t->dir);
    sql(&other, "UPDATE id_counter SET last = 70000000");
    quarantine(t, replaced);
    assert_true(next_id(t, t->store, "edition") > 70000000);
    td_store_close(replaced);
}

static void what_is_only_looked_at_is_not_touched(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;
    char url[128];

    (void)snprintf(url, sizeof url, "sqlite:%s/none.db", t->dir);
    assert_int_equal(td_store_open_read(&store, url, &t->err), TD_NOINPUT);
    assert_false(td_file_exists(url + strlen("sqlite:")));
    sql(t, "DELETE FROM schema_migration WHERE number > 1");
    assert_ok(td_store_open_read(&store, t->url, &t->err), t->err);
    assert_int_equal(td_store_schema(store), 1);
    td_store_close(store);
    sql(t, "INSERT INTO schema_migration VALUES (9999, 'future', 0)");
    assert_int_equal(td_store_open_read(&store, t->url, &t->err), TD_CONFIG);
    assert_null(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(a_copy_is_of_one_moment),
        LEDGER_TEST(nothing_is_claimed_before_the_release),
        LEDGER_TEST(numbers_go_on_far_above),
        LEDGER_TEST(what_is_only_looked_at_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

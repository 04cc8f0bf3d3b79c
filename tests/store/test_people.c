/*
 * People from outside: rows that are found, made once, changed, never lost.
 */
#include "store_fixture.h"

#include <sys/wait.h>

#include "store/driver.h"
#include "store/people.h"

#define MIGRATION_OF_CHOICES "20"

static void begin(struct ctx *t)
{
    assert_ok(td_begin(t->store, &t->err), t->err);
}

static void commit(struct ctx *t)
{
    assert_ok(td_commit(t->store, &t->err), t->err);
}

static struct td_subscriber_row person(int64_t id, const char *address, const char *key)
{
    return (struct td_subscriber_row){
        .id = id,
        .address = td_slice(address),
        .key = td_slice(key),
        .domain = td_slice("example.org"),
        .name = td_slice("Ann"),
        .hash = td_slice_n("\x00\x01\xFF", 3),
        .created = 77,
    };
}

static bool add_person(struct ctx *t, int64_t id, const char *address, const char *key)
{
    struct td_subscriber_row row = person(id, address, key);
    bool added = false;

    assert_ok(td_store_subscriber_add(t->store, &row, &added, &t->err), t->err);
    return added;
}

static int64_t prefs_id(struct ctx *t, const char *topics, int at)
{
    struct td_prefs_row row = {td_slice(topics), TD_FORMAT_TEXT, TD_CADENCE_EACH, at,
                               td_slice("Europe/London")};
    int64_t id = 0;

    assert_ok(td_store_prefs_id(t->store, &row, &id, &t->err), t->err);
    return id;
}

static void a_newsletter_keeps_its_id(void **state)
{
    struct ctx *t = *state;
    int64_t a = 0, b = 0, c = 0;

    begin(t);
    assert_ok(td_store_newsletter_id(t->store, "daily", &a, &t->err), t->err);
    assert_ok(td_store_newsletter_id(t->store, "live", &b, &t->err), t->err);
    assert_ok(td_store_newsletter_id(t->store, "daily", &c, &t->err), t->err);
    commit(t);
    assert_int_equal(a, c);
    assert_int_not_equal(a, b);
}

static void a_person_is_found_by_folded_address(void **state)
{
    struct ctx *t = *state;
    struct td_subscriber_row row;

    begin(t);
    assert_true(add_person(t, 5, "Ann@Example.org", "ann@example.org"));
    assert_false(add_person(t, 6, "ANN@example.org", "ann@example.org"));
    commit(t);
    assert_ok(
        td_store_subscriber_find(t->store, td_slice("ann@example.org"), &row, &t->err),
        t->err);
    assert_int_equal(row.id, 5);
    assert_slice(row.address, "Ann@Example.org");
    assert_slice(row.domain, "example.org");
    assert_slice(row.name, "Ann");
    assert_int_equal(row.hash.len, 3);
    assert_memory_equal(row.hash.ptr, "\x00\x01\xFF", 3);
    assert_int_equal(row.created, 77);
    assert_int_equal(
        td_store_subscriber_find(t->store, td_slice("bob@example.org"), &row, &t->err),
        TD_NOINPUT);
    assert_contains(t->err.text, "bob@example.org");
}

static void a_person_may_get_another_address_but_not_anothers(void **state)
{
    struct ctx *t = *state;
    struct td_subscriber_row row = person(1, "new@example.org", "new@example.org");

    begin(t);
    (void)add_person(t, 1, "ann@example.org", "ann@example.org");
    (void)add_person(t, 2, "bob@example.org", "bob@example.org");
    assert_ok(td_store_subscriber_set(t->store, &row, &t->err), t->err);
    row = person(2, "new@example.org", "new@example.org");
    assert_int_equal(td_store_subscriber_set(t->store, &row, &t->err), TD_CONFLICT);
    row.id = 3;
    row.key = td_slice("x@example.org");
    assert_int_equal(td_store_subscriber_set(t->store, &row, &t->err), TD_NOINPUT);
    commit(t);
    assert_sql(t, "SELECT id, address FROM subscriber",
               "1|new@example.org 2|bob@example.org");
}

static void equal_choices_share_a_row(void **state)
{
    struct ctx *t = *state;
    struct td_prefs_row row;

    begin(t);
    int64_t all = prefs_id(t, "", -1);
    int64_t some = prefs_id(t, "finance workforce", -1);
    int64_t early = prefs_id(t, "", 360);
    assert_int_equal(prefs_id(t, "", -1), all);
    assert_true(all != some && all != early && some != early);
    commit(t);
    assert_ok(td_store_prefs_get(t->store, some, &row, &t->err), t->err);
    assert_slice(row.topics, "finance workforce");
    assert_int_equal(row.format, TD_FORMAT_TEXT);
    assert_int_equal(row.cadence, TD_CADENCE_EACH);
    assert_int_equal(row.at, -1);
    assert_slice(row.zone, "Europe/London");
    assert_int_equal(td_store_prefs_get(t->store, 99, &row, &t->err), TD_NOINPUT);
}

static void more_choices_than_are_remembered_stay_distinct(void **state)
{
    struct ctx *t = *state;
    int64_t ids[200];

    begin(t);
    for (int i = 0; i < 200; i++)
        ids[i] = prefs_id(t, "", i);
    for (int i = 0; i < 200; i++)
        assert_int_equal(prefs_id(t, "", i), ids[i]);
    commit(t);
    assert_sql(t, "SELECT count(*), count(DISTINCT id) FROM prefs", "200|200");
}

/* Pairs of choices that have one checksum, found by trying many: topics differ, then zones. */
static const char *const twins[][2][2] = {
    {{"topic-13 topic-49 topic-50", "Europe/London"},
     {"topic-15 topic-2 topic-9", "Europe/London"}},
    {{"", "Area/Dqlzxg"}, {"", "Area/Thbboq"}},
};

static int64_t twin_id(struct ctx *t, const char *const twin[2])
{
    const struct td_prefs_row row = {td_slice(twin[0]), TD_FORMAT_HTML, TD_CADENCE_EACH,
                                     -1, td_slice(twin[1])};
    int64_t id = 0;

    td_store_close(t->store); /* which forgets what it remembered */
    t->store = open_store(t);
    begin(t);
    assert_ok(td_store_prefs_id(t->store, &row, &id, &t->err), t->err);
    commit(t);
    return id;
}

static void choices_with_the_same_checksum_stay_distinct(void **state)
{
    struct ctx *t = *state;

    for (size_t i = 0; i < TD_ARRAY_LEN(twins); i++) {
        const int64_t first = twin_id(t, twins[i][0]), second = twin_id(t, twins[i][1]);
        assert_true(first != second);
        assert_int_equal(twin_id(t, twins[i][0]), first);
        assert_int_equal(twin_id(t, twins[i][1]), second);
    }
    assert_sql(t, "SELECT count(*), count(DISTINCT checksum) FROM prefs", "4|2");
}

/* A store that was left before choices were found by checksum: the process ends at the commit of that
 * migration. */
static void make_older_store(struct ctx *t)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        struct td_store *store = NULL;
        (void)setenv("TIDINGS_CRASH_AT", MIGRATION_OF_CHOICES, 1);
        (void)td_store_open(&store, t->url, &t->err);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 99);
    sql(t, "INSERT INTO newsletter (id, name) VALUES (1, 'daily');"
           "INSERT INTO subscriber (id, address, address_key, domain, hash, created)"
           " VALUES (1, 'ann@example.org', 'ann@example.org', 'example.org', x'00', 0);"
           "INSERT INTO prefs (id, topics, format, cadence, at, zone) VALUES"
           " (1, 'finance m\303\251nage', 1, 0, 360, 'Europe/London'),"
           " (2, '', 1, 0, -1, 'Europe/London');"
           "UPDATE id_counter SET last = 2 WHERE kind = 'prefs';"
           "INSERT INTO subscription (newsletter, subscriber, status, prefs, changed)"
           " VALUES (1, 1, 1, 1, 0)");
}

static void choices_of_an_older_schema_are_found(void **state)
{
    struct ctx *t = *state;
    struct td_subscription_row row = {
        .newsletter = 1, .subscriber = 1, .status = TD_ACTIVE, .prefs = 99};

    make_older_store(t);
    t->store = open_store(t);
    assert_int_equal(td_store_schema(t->store), td_store_schema_newest());
    begin(t);
    assert_int_equal(prefs_id(t, "finance m\303\251nage", 360), 1);
    assert_int_equal(prefs_id(t, "", -1), 2);
    assert_int_equal(prefs_id(t, "", 360), 3);
    commit(t);
    assert_sql(t, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    begin(t); /* and references are held to again */
    assert_int_equal(td_store_subscription_set(t->store, &row, &t->err), TD_CONFLICT);
    td_rollback(t->store);
}

/* Ids are reserved ahead; what a rollback gives back must not be given twice. */
static void choices_of_two_processes_have_ids_of_their_own(void **state)
{
    struct ctx *t = *state;
    struct td_store *mine = t->store, *theirs = open_store(t);

    for (int i = 0; i < 40; i++) {
        t->store = i % 2 == 0 ? mine : theirs;
        begin(t);
        (void)prefs_id(t, "", 2 * i);
        (void)prefs_id(t, "", 2 * i + 1);
        if (i % 5 == 0)
            td_rollback(t->store);
        else
            commit(t);
    }
    t->store = mine;
    td_store_close(theirs);
    assert_sql(t, "SELECT count(*), count(DISTINCT id) FROM prefs", "64|64");
}

static void a_choice_that_was_rolled_back_is_made_again(void **state)
{
    struct ctx *t = *state;

    begin(t);
    (void)prefs_id(t, "quality", -1);
    td_rollback(t->store);
    begin(t);
    (void)prefs_id(t, "quality", -1);
    commit(t);
    assert_sql(t, "SELECT topics FROM prefs", "quality");
}

static void a_subscription_is_added_once_and_changed_by_name(void **state)
{
    struct ctx *t = *state;
    struct td_subscription_row row = {.status = TD_ACTIVE, .changed = 5}, found;
    bool added = false;

    begin(t);
    assert_ok(td_store_newsletter_id(t->store, "daily", &row.newsletter, &t->err),
              t->err);
    (void)add_person(t, 1, "ann@example.org", "ann@example.org");
    row.subscriber = 1;
    row.prefs = prefs_id(t, "", -1);
    assert_int_equal(td_store_subscription_find(t->store, 1, 1, &found, &t->err),
                     TD_NOINPUT);
    assert_int_equal(td_store_subscription_set(t->store, &row, &t->err), TD_NOINPUT);
    assert_ok(td_store_subscription_add(t->store, &row, &added, &t->err), t->err);
    assert_true(added);
    row.status = TD_UNSUBSCRIBED;
    assert_ok(td_store_subscription_set(t->store, &row, &t->err), t->err);
    row.status = TD_ACTIVE; /* an import must not bring back who left */
    assert_ok(td_store_subscription_add(t->store, &row, &added, &t->err), t->err);
    assert_false(added);
    commit(t);
    assert_ok(td_store_subscription_find(t->store, 1, 1, &found, &t->err), t->err);
    assert_int_equal(found.status, TD_UNSUBSCRIBED);
    assert_int_equal(found.prefs, row.prefs);
    assert_int_equal(found.changed, 5);
}

static void a_subscription_of_nobody_is_refused(void **state)
{
    struct ctx *t = *state;
    struct td_subscription_row row = {
        .newsletter = 1, .subscriber = 9, .status = TD_ACTIVE};
    bool added = false;
    int64_t id = 0;

    begin(t);
    assert_ok(td_store_newsletter_id(t->store, "daily", &id, &t->err), t->err);
    row.prefs = prefs_id(t, "", -1);
    assert_int_equal(td_store_subscription_add(t->store, &row, &added, &t->err),
                     TD_CONFLICT);
    td_rollback(t->store);
}

static void the_consent_ledger_only_grows(void **state)
{
    struct ctx *t = *state;
    struct td_consent consent = {
        .subscriber = 5, .newsletter = 1, .at = 10, .how = "import"};
    static const char *const tampering[] = {"UPDATE consent SET event = 2",
                                            "DELETE FROM consent",
                                            "DELETE FROM consent WHERE number = 1"};

    begin(t);
    consent.event = TD_CONSENT_STATED;
    consent.batch = 3;
    assert_ok(td_store_consent(t->store, &consent, &t->err), t->err);
    consent.event = TD_CONSENT_UNSUBSCRIBED;
    consent.how = "mail";
    consent.source = td_slice("one-click");
    consent.batch = 0;
    assert_ok(td_store_consent(t->store, &consent, &t->err), t->err);
    commit(t);
    for (size_t i = 0; i < TD_ARRAY_LEN(tampering); i++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, tampering[i], NULL, NULL, NULL),
                         SQLITE_CONSTRAINT);
        assert_contains(sqlite3_errmsg(db), "append-only");
        (void)sqlite3_close(db);
    }
    assert_sql(t, "SELECT number, event, how, source, batch FROM consent",
               "1|3|import||3 2|5|mail|one-click|-");
}

/* REPLACE takes a row away without asking a trigger, unless the connection wants it asked. */
static void nor_do_we_replace_a_line_of_it(void **state)
{
    struct ctx *t = *state;
    const struct td_driver *driver = t->store->driver;
    const struct td_consent consent = {.subscriber = 5,
                                       .newsletter = 1,
                                       .at = 10,
                                       .event = TD_CONSENT_STATED,
                                       .how = "import"};
    begin(t);
    assert_ok(td_store_consent(t->store, &consent, &t->err), t->err);
    commit(t);
    assert_int_not_equal(
        driver->script(
            t->store->connection,
            "REPLACE INTO consent (subscriber, newsletter, number, at, event, how)"
            " VALUES (5, 1, 1, 0, 2, 'forged')",
            &t->err),
        TD_OK);
    assert_contains(t->err.text, "append-only");
    assert_sql(t, "SELECT event, how FROM consent", "3|import");
}

/* The one change the triggers let pass: the free words, of a person who was erased. */
static void only_the_words_about_an_erased_person_leave_the_ledger(void **state)
{
    struct ctx *t = *state;
    struct td_consent consent = {.subscriber = 5,
                                 .newsletter = 1,
                                 .at = 10,
                                 .event = TD_CONSENT_STATED,
                                 .how = "command",
                                 .source = td_slice("Ann told me"),
                                 .basis = TD_BASIS_SOFT_OPT_IN};
    static const char *const tampering[] = {"UPDATE consent SET source = ''",
                                            "UPDATE consent SET source = 'else'",
                                            "UPDATE consent SET source = '', at = 11",
                                            "UPDATE consent SET source = '', basis = 1",
                                            "UPDATE consent SET source = '', batch = 1"};

    begin(t);
    (void)add_person(t, 5, "ann@example.org", "ann@example.org");
    assert_ok(td_store_consent(t->store, &consent, &t->err), t->err);
    commit(t);
    for (size_t i = 0; i < TD_ARRAY_LEN(tampering); i++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
        if (i > 0)
            assert_int_equal(
                sqlite3_exec(db, "UPDATE subscriber SET erased = 7", NULL, NULL, NULL),
                SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, tampering[i], NULL, NULL, NULL),
                         SQLITE_CONSTRAINT);
        (void)sqlite3_close(db);
    }
    sql(t, "UPDATE consent SET source = ''");
    assert_sql(t, "SELECT number, at, event, how, source, basis FROM consent",
               "1|10|3|command||2");
}

static void batches_tell_what_they_did(void **state)
{
    struct ctx *t = *state;
    struct td_batch_row batch = {.source = td_slice("members"),
                                 .file = td_slice("a.csv")};

    begin(t);
    assert_ok(td_store_batch_start(t->store, &batch, 100, &t->err), t->err);
    batch.added = 3;
    batch.refused = 1;
    assert_ok(td_store_batch_set(t->store, &batch, 0, &t->err), t->err);
    commit(t);
    assert_sql(
        t,
        "SELECT id, newsletter, source, file, started, finished, added, updated, refused"
        " FROM batch",
        "1|-|members|a.csv|100|-|3|0|1");
    begin(t);
    batch.updated = 2;
    assert_ok(td_store_batch_set(t->store, &batch, 200, &t->err), t->err);
    commit(t);
    assert_sql(
        t,
        "SELECT id, newsletter, source, file, started, finished, added, updated, refused"
        " FROM batch",
        "1|-|members|a.csv|100|200|3|2|1");
}

static bool is_suppressed(struct ctx *t, const char *hash, int64_t newsletter)
{
    bool yes = false;

    assert_ok(td_store_suppressed(t->store, td_slice(hash), newsletter, &yes, &t->err),
              t->err);
    return yes;
}

static void a_suppression_is_for_one_newsletter_or_for_all(void **state)
{
    struct ctx *t = *state;
    struct td_suppression row = {.hash = td_slice("aa"), .reason = 9, .at = 1};

    begin(t);
    row.evidence = td_slice("first");
    assert_ok(td_store_suppress(t->store, &row, &t->err), t->err);
    row.evidence = td_slice("second");
    assert_ok(td_store_suppress(t->store, &row, &t->err), t->err);
    row.hash = td_slice("bb");
    row.newsletter = 2;
    assert_ok(td_store_suppress(t->store, &row, &t->err), t->err);
    commit(t);
    assert_true(is_suppressed(t, "aa", 1));
    assert_true(is_suppressed(t, "aa", 2));
    assert_false(is_suppressed(t, "bb", 1));
    assert_true(is_suppressed(t, "bb", 2));
    assert_false(is_suppressed(t, "cc", 1));
    assert_sql(t, "SELECT evidence FROM suppression ORDER BY hash", "first second");
}

static void acts_are_written_down_in_order(void **state)
{
    struct ctx *t = *state;
    struct td_audit act = {
        .at = 5, .actor = "root", .action = "queue retry", .rows_changed = 7};

    begin(t);
    act.subject = td_slice("edition=1");
    assert_ok(td_store_audit(t->store, &act, &t->err), t->err);
    act.subject = (struct td_slice){0};
    assert_ok(td_store_audit(t->store, &act, &t->err), t->err);
    commit(t);
    assert_sql(t, "SELECT * FROM audit",
               "1|5|root|queue retry|edition=1|7 2|5|root|queue retry||7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_newsletter_keeps_its_id),
        STORE_TEST(a_person_is_found_by_folded_address),
        STORE_TEST(a_person_may_get_another_address_but_not_anothers),
        STORE_TEST(equal_choices_share_a_row),
        STORE_TEST(more_choices_than_are_remembered_stay_distinct),
        STORE_TEST(choices_with_the_same_checksum_stay_distinct),
        cmocka_unit_test_setup_teardown(choices_of_an_older_schema_are_found, make_dir,
                                        drop_store),
        STORE_TEST(choices_of_two_processes_have_ids_of_their_own),
        STORE_TEST(a_choice_that_was_rolled_back_is_made_again),
        STORE_TEST(a_subscription_is_added_once_and_changed_by_name),
        STORE_TEST(a_subscription_of_nobody_is_refused),
        STORE_TEST(the_consent_ledger_only_grows),
        STORE_TEST(nor_do_we_replace_a_line_of_it),
        STORE_TEST(only_the_words_about_an_erased_person_leave_the_ledger),
        STORE_TEST(batches_tell_what_they_did),
        STORE_TEST(a_suppression_is_for_one_newsletter_or_for_all),
        STORE_TEST(acts_are_written_down_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

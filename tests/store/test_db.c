/*
 * The driver from outside: files, queries, transactions, errors.
 */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store/people.h"

static int64_t newsletters(struct td_store *store)
{
    struct td_query *query = td_query(store, "newsletter_find");
    int64_t id = 0;
    struct td_err err = {0};

    td_bind_cstr(query, "$name", "daily");
    if (td_one(query, &err) == TD_OK)
        id = td_col_int(query, 0);
    td_query_end(query);
    return id;
}

static void add_newsletter(struct td_store *store, const char *name)
{
    struct td_err err = {0};
    int64_t id = 0;

    assert_ok(td_store_newsletter_id(store, name, &id, &err), err);
}

static mode_t mode_of(const char *path, const char *suffix)
{
    char name[128];
    struct stat st;

    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 07777;
}

static void check_private(struct ctx *t, mode_t mask)
{
    mode_t before = umask(mask);

    t->store = open_store(t);
    assert_ok(td_begin(t->store, &t->err), t->err);
    add_newsletter(t->store, "daily");
    assert_ok(td_commit(t->store, &t->err), t->err);
    (void)umask(before);
    assert_int_equal(mode_of(t->path, ""), 0600);
    assert_int_equal(mode_of(t->path, "-wal"), 0600);
    assert_int_equal(mode_of(t->path, "-shm"), 0600);
    assert_int_equal(mode_of(t->path, ".lock"), 0600);
}

static void files_are_private_where_the_umask_allows_all(void **state)
{
    check_private(*state, 0);
}

static void files_are_ours_where_the_umask_allows_nothing(void **state)
{
    check_private(*state, 0777);
}

/* Whether another could take the writers' turn now. */
static bool turn_is_free(const struct ctx *t)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s.lock", t->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    bool free_now = flock(fd, LOCK_EX | LOCK_NB) == 0;
    (void)close(fd);
    return free_now;
}

static void a_writer_holds_the_turn_until_it_is_done(void **state)
{
    struct ctx *t = *state;

    assert_true(turn_is_free(t));
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_false(turn_is_free(t));
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_true(turn_is_free(t));
    assert_ok(td_begin(t->store, &t->err), t->err);
    td_rollback(t->store);
    assert_true(turn_is_free(t));
    assert_ok(td_begin_read(t->store, &t->err), t->err); /* readers need no turn */
    assert_true(turn_is_free(t));
    td_end_read(t->store);
}

static void what_is_committed_is_there_for_the_next_to_open(void **state)
{
    struct ctx *t = *state;

    assert_ok(td_begin(t->store, &t->err), t->err);
    add_newsletter(t->store, "daily");
    assert_ok(td_commit(t->store, &t->err), t->err);
    td_store_close(t->store);
    t->store = open_store(t);
    assert_int_equal(newsletters(t->store), 1);
    assert_int_equal(td_store_schema(t->store), td_store_schema_newest());
}

static void what_is_rolled_back_is_gone_and_its_ids_too(void **state)
{
    struct ctx *t = *state;
    int64_t first = 0;

    assert_ok(td_begin(t->store, &t->err), t->err);
    add_newsletter(t->store, "daily");
    td_rollback(t->store);
    assert_int_equal(newsletters(t->store), 0);
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_store_next_ids(t->store, "edition", 10, &first, &t->err), t->err);
    assert_int_equal(first, 1);
    assert_ok(td_store_next_ids(t->store, "edition", 1, &first, &t->err), t->err);
    assert_int_equal(first, 11);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

static void a_reader_sees_one_state_while_another_writes(void **state)
{
    struct ctx *t = *state;
    struct td_store *other = open_store(t);

    assert_ok(td_begin_read(other, &t->err), t->err);
    assert_int_equal(newsletters(other), 0);
    assert_ok(td_begin(t->store, &t->err), t->err);
    add_newsletter(t->store, "daily");
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_int_equal(newsletters(other), 0);
    td_end_read(other);
    assert_int_equal(newsletters(other), 1);
    td_store_close(other);
}

static void absent_text_is_null_and_empty_text_is_not(void **state)
{
    struct ctx *t = *state;
    struct td_audit audit = {.actor = "me", .action = "test", .subject = {0}};

    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_store_audit(t->store, &audit, &t->err), t->err);
    struct td_query *query = td_query(t->store, "audit_add");
    td_bind_int(query, "$id", 99);
    td_bind_int(query, "$at", 0);
    td_bind_int(query, "$rows", 0);
    td_bind_cstr(query, "$actor", "");
    td_bind_cstr(query, "$action", "x");
    td_bind_null(query, "$subject");
    assert_int_equal(td_run(query, &t->err), TD_SOFTWARE); /* NOT NULL */
    assert_contains(t->err.text, "audit_add");
    assert_contains(t->err.text, "audit.subject");
    td_rollback(t->store);
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    struct ctx *t = *state;
    struct td_query *query = td_query(t->store, "newsletter_find");

    td_bind_text(query, "$name", td_slice("caf\xE9"));
    assert_int_equal(td_one(query, &t->err), TD_DATA);
    assert_contains(t->err.text, "newsletter_find");
    query = td_query(t->store, "newsletter_find");
    td_bind_text(query, "$name", td_slice_n("a\0b", 3));
    assert_int_equal(td_one(query, &t->err), TD_DATA);
    query = td_query(t->store, "newsletter_find"); /* and forgotten at the next use */
    td_bind_cstr(query, "$name", "daily");
    assert_int_equal(td_one(query, &t->err), TD_NOINPUT);
}

static void a_key_taken_twice_is_a_conflict(void **state)
{
    struct ctx *t = *state;
    struct td_query *query;

    assert_ok(td_begin(t->store, &t->err), t->err);
    add_newsletter(t->store, "daily");
    query = td_query(t->store, "newsletter_add");
    td_bind_int(query, "$id", 7);
    td_bind_cstr(query, "$name", "daily");
    assert_int_equal(td_run(query, &t->err), TD_CONFLICT);
    td_rollback(t->store);
}

static void a_missing_directory_is_named(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;

    assert_int_equal(td_store_open(&store, "sqlite:/nowhere/at/all/t.db", &t->err),
                     TD_CANTCREAT);
    assert_contains(t->err.text, "there is no directory /nowhere/at/all");
    assert_null(store);
}

static void urls_that_name_no_file_are_refused(void **state)
{
    static const char *const urls[] = {
        "queue/t.db", "sqlite:", "sqlite::memory:", "postgresql://db/tidings",
        "mysql:x",    ""};
    struct ctx *t = *state;

    for (size_t i = 0; i < TD_ARRAY_LEN(urls); i++) {
        struct td_store *store = NULL;
        assert_int_equal(td_store_open(&store, urls[i], &t->err), TD_CONFIG);
        assert_null(store);
    }
}

static void another_file_is_not_taken_for_a_database(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;

    assert_ok(td_file_write(t->path, td_slice("email,name\nann@example.org,Ann\n"), 0644,
                            &t->err),
              t->err);
    assert_int_equal(td_store_open(&store, t->url, &t->err), TD_DATA);
    assert_contains(t->err.text, t->path);
    assert_contains(t->err.text, "not a database");
}

/* Root may write everything: it is somebody else for a while. */
static void become(uid_t user)
{
    if (getuid() == 0)
        assert_int_equal(seteuid(user), 0);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;
    char lock[128];

    t->store = open_store(t);
    td_store_close(t->store);
    t->store = NULL;
    (void)snprintf(lock, sizeof lock, "%s.lock", t->path);
    assert_int_equal(chmod(t->dir, 0777), 0);
    assert_int_equal(chmod(lock, 0666), 0);
    assert_int_equal(chmod(t->path, 0444), 0);
    become(65534);
    enum td_status status = td_store_open(&store, t->url, &t->err);
    become(0);
    assert_int_equal(status, TD_NOPERM);
    assert_contains(t->err.text, t->path);
    assert_contains(t->err.text, "Permission denied");
}

static void a_directory_that_cannot_be_written_is_named(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;

    assert_int_equal(chmod(t->dir, 0555), 0);
    become(65534);
    enum td_status status = td_store_open(&store, t->url, &t->err);
    become(0);
    assert_int_equal(status, TD_NOPERM);
    assert_contains(t->err.text, t->path);
}

/* No file may grow beyond this: what a full disk looks like. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A transaction larger than the cache, so that some of it reaches the disk before the commit. */
static enum td_status write_much(struct ctx *t)
{
    static char wording[20000];
    struct td_consent consent = {
        .subscriber = 1, .newsletter = 1, .event = 3, .how = "import"};
    enum td_status status = td_begin(t->store, &t->err);

    memset(wording, 'x', sizeof wording - 1);
    consent.wording = td_slice(wording);
    for (int i = 0; status == TD_OK && i < 1000; i++)
        status = td_store_consent(t->store, &consent, &t->err);
    return status;
}

static void a_full_disk_keeps_nothing_of_the_transaction(void **state)
{
    struct ctx *t = *state;

    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files((rlim_t)4 << 20);
    enum td_status status = write_much(t);
    assert_true(status == TD_IO || status == TD_CANTCREAT);
    /* The database has rolled back by itself: what follows must fail too, not stand alone. */
    struct td_audit act = {.actor = "me", .action = "after", .subject = td_slice("")};
    assert_int_not_equal(td_store_audit(t->store, &act, &t->err), TD_OK);
    assert_int_not_equal(td_commit(t->store, &t->err), TD_OK);
    limit_files(RLIM_INFINITY);
    assert_sql(t, "SELECT (SELECT count(*) FROM consent), (SELECT count(*) FROM audit)",
               "0|0");
    assert_ok(td_begin(t->store, &t->err),
              t->err); /* and when there is room again, it works */
    assert_ok(td_store_audit(t->store, &act, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_sql(t, "SELECT id, action FROM audit", "1|after");
}

/* The nth commit ends the process; what was committed before stands, the rest does not. */
static void a_crash_before_a_commit_leaves_what_was_committed(void **state)
{
    struct ctx *t = *state;

    td_store_close(t->store);
    t->store = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct td_store *store = NULL;
        int64_t id;
        (void)setenv("TIDINGS_CRASH_AT", "2", 1);
        (void)td_store_open(&store, t->url, &t->err);
        (void)td_begin(store, &t->err);
        (void)td_store_newsletter_id(store, "daily", &id, &t->err);
        (void)td_commit(store, &t->err);
        (void)td_begin(store, &t->err);
        (void)td_store_newsletter_id(store, "live", &id, &t->err);
        (void)td_commit(store, &t->err);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 99);
    t->store = open_store(t);
    assert_int_equal(newsletters(t->store), 1);
    assert_ok(td_begin(t->store, &t->err), t->err); /* the lock died with its holder */
    int64_t id = 0;
    assert_ok(td_store_newsletter_id(t->store, "live", &id, &t->err), t->err);
    assert_int_equal(id, 2);
    assert_ok(td_commit(t->store, &t->err), t->err);
}

/* A migration that is cut short leaves an empty schema, and the next opening does it again. */
static void a_crash_while_migrating_is_repaired_by_opening_again(void **state)
{
    struct ctx *t = *state;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct td_store *store = NULL;
        (void)setenv("TIDINGS_CRASH_AT", "1", 1);
        (void)td_store_open(&store, t->url, &t->err);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 99);
    t->store = open_store(t);
    assert_int_equal(td_store_schema(t->store), td_store_schema_newest());
}

static void a_newer_schema_is_refused_with_both_numbers(void **state)
{
    struct ctx *t = *state;
    struct td_store *store = NULL;
    char want[64];

    assert_ok(td_begin(t->store, &t->err), t->err);
    struct td_query *query = td_query(t->store, "schema_applied");
    td_bind_int(query, "$number", 9000);
    td_bind_cstr(query, "$name", "9000-from-tomorrow");
    td_bind_int(query, "$applied", 0);
    assert_ok(td_run(query, &t->err), t->err);
    assert_ok(td_commit(t->store, &t->err), t->err);
    assert_int_equal(td_store_open(&store, t->url, &t->err), TD_CONFIG);
    (void)snprintf(want, sizeof want, "schema 9000, this tidings knows up to %d",
                   td_store_schema_newest());
    assert_contains(t->err.text, want);
}

/* Two processes at once, each adding one to the same row; no turn may be lost. */
static void two_writers_take_turns(void **state)
{
    enum { ROUNDS = 50 };
    struct ctx *t = *state;
    int64_t first = 0;

    td_store_close(t->store);
    t->store = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    struct td_store *store = open_store(t);
    for (int i = 0; i < ROUNDS; i++) {
        assert_ok(td_begin(store, &t->err), t->err);
        assert_ok(td_store_next_ids(store, "edition", 1, &first, &t->err), t->err);
        assert_ok(td_commit(store, &t->err), t->err);
    }
    td_store_close(store);
    if (child == 0)
        _exit(0);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    t->store = open_store(t);
    assert_ok(td_begin(t->store, &t->err), t->err);
    assert_ok(td_store_next_ids(t->store, "edition", 1, &first, &t->err), t->err);
    assert_int_equal(first, 2 * ROUNDS + 1);
    td_rollback(t->store);
}

#define IN_DIR(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(files_are_private_where_the_umask_allows_all),
        IN_DIR(files_are_ours_where_the_umask_allows_nothing),
        STORE_TEST(a_writer_holds_the_turn_until_it_is_done),
        STORE_TEST(what_is_committed_is_there_for_the_next_to_open),
        STORE_TEST(what_is_rolled_back_is_gone_and_its_ids_too),
        STORE_TEST(a_reader_sees_one_state_while_another_writes),
        STORE_TEST(absent_text_is_null_and_empty_text_is_not),
        STORE_TEST(text_that_is_not_utf8_is_refused),
        STORE_TEST(a_key_taken_twice_is_a_conflict),
        IN_DIR(a_missing_directory_is_named),
        IN_DIR(urls_that_name_no_file_are_refused),
        IN_DIR(another_file_is_not_taken_for_a_database),
        IN_DIR(a_file_that_cannot_be_written_is_named),
        IN_DIR(a_directory_that_cannot_be_written_is_named),
        STORE_TEST(a_full_disk_keeps_nothing_of_the_transaction),
        STORE_TEST(a_crash_before_a_commit_leaves_what_was_committed),
        IN_DIR(a_crash_while_migrating_is_repaired_by_opening_again),
        STORE_TEST(a_newer_schema_is_refused_with_both_numbers),
        STORE_TEST(two_writers_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

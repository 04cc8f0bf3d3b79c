/*
 * test_dkim_mails.c: random mails, with white space wherever it may stand, signed by both keys,
 * verify by dkimpy; relayed, they still do; changed, neither signature holds (verify_mails.py).
 */
#include "support/td_test.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rand.h"
#include "delivery/dkim.h"
#include "support/sign_keys.h"

#define MAILS 300
#define SEED  20261120
#define WHEN  ((td_time)1700000000 * TD_SECOND)

static const char *pick(struct td_rand *rand, const char *const *words, size_t count)
{
    return words[td_rand_below(rand, count)];
}

/* Words of a header value, apart by white space and folds. */
static void add_value(struct td_rand *rand, struct td_buf *out)
{
    static const char *const words[] = {
        "The",   "Daily",   "a;b",    "x:y",          "=?utf-8?Q?J=C3=B6?=",
        "(one)", "\"two\"", "b=abc;", "<j@x.example>"};
    static const char *const gaps[] = {" ", "  ", "\t", "\r\n ", "\r\n\t", " \r\n  "};
    for (uint64_t n = 1 + td_rand_below(rand, 8); n > 0; n--) {
        td_buf_add_str(out, pick(rand, words, TD_ARRAY_LEN(words)));
        if (n > 1)
            td_buf_add_str(out, pick(rand, gaps, TD_ARRAY_LEN(gaps)));
    }
}

static void add_fields(struct td_rand *rand, struct td_buf *out)
{
    /* The first five are in every mail. */
    static const char *const names[] = {"From",
                                        "To",
                                        "Subject",
                                        "List-Unsubscribe",
                                        "List-Unsubscribe-Post",
                                        "Date",
                                        "message-id",
                                        "MIME-Version",
                                        "CONTENT-TYPE",
                                        "Content-Transfer-Encoding",
                                        "List-Id",
                                        "List-Help",
                                        "Auto-Submitted",
                                        "Feedback-ID",
                                        "Received",
                                        "Received",
                                        "List-Help",
                                        "X-Mailer"};
    static const char *const colons[] = {": ", ":", ":\t", ":\r\n "};
    const size_t first = (size_t)td_rand_below(rand, TD_ARRAY_LEN(names));
    td_buf_add_str(out, "X-Own: start\r\n");
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++) {
        const size_t which = (first + i) % TD_ARRAY_LEN(names);
        if (which >= 5 && td_rand_below(rand, 2) == 0)
            continue;
        td_buf_add_str(out, names[which]);
        td_buf_add_str(out, pick(rand, colons, TD_ARRAY_LEN(colons)));
        if (strcmp(names[which], "List-Unsubscribe") == 0)
            td_buf_add_str(out, "<https://news.example/u/1>");
        add_value(rand, out);
        td_buf_add_str(out, pick(rand, (const char *const[]){"", "", " ", "\t "}, 4));
        td_buf_add_str(out, "\r\n");
    }
}

static void add_body(struct td_rand *rand, struct td_buf *out)
{
    static const char *const words[] = {
        "word",  "=E2=82=AC=", ".",
        " ",     "  ",         "\t",
        "\r\n",  "\r\n\r\n",   " \r\n",
        "\r\n ", "bouncing",   "a word, and another without much between them"};
    for (uint64_t n = td_rand_below(rand, 200); n > 0; n--)
        td_buf_add_str(out, pick(rand, words, TD_ARRAY_LEN(words)));
    td_buf_add_str(out, "end\r\n");
    for (uint64_t n = td_rand_below(rand, 3); n > 0; n--)
        td_buf_add_str(out, "\r\n");
}

static void make_mail(struct td_rand *rand, const struct td_dkim_job *job,
                      const char *path)
{
    struct td_buf mail;
    struct td_err err = {0};
    td_buf_init(&mail, (size_t)1 << 20);
    add_fields(rand, &mail);
    td_buf_add_str(&mail, "\r\n");
    add_body(rand, &mail);
    assert_ok(td_dkim_sign(job, &mail, &err), err);
    assert_ok(td_file_write(path, td_buf_slice(&mail), 0600, &err), err);
    td_buf_release(&mail);
}

static void make_key(struct td_dkim_key *key, const char *selector, const char *pem,
                     struct td_buf *records)
{
    struct td_err err = {0};
    struct td_buf value;
    *key = (struct td_dkim_key){.domain = "news.example", .selector = selector};
    assert_ok(td_sign_key_create(&key->key, td_slice(pem), &err), err);
    td_buf_init(&value, 1000);
    td_dkim_record(key, records, &value);
    td_buf_addf(records, " %s\n", value.ptr);
    td_buf_release(&value);
}

static int verify_by_python(const char *dir)
{
    char python[] = "/usr/bin/python3", flag[] = "-B";
    char script[] = TD_SOURCE_DIR "/tests/prop/delivery/verify_mails.py";
    char where[512];
    (void)snprintf(where, sizeof where, "%s", dir);
    char *const argv[] = {python, flag, script, where, NULL};
    char *const env[] = {NULL};
    pid_t pid = 0;
    int status = -1;
    assert_int_equal(posix_spawn(&pid, python, NULL, NULL, argv, env), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void clean(const char *dir)
{
    char path[512];
    for (int i = 0; i < MAILS; i++) {
        (void)snprintf(path, sizeof path, "%s/%d.eml", dir, i);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/records", dir);
    (void)unlink(path);
    (void)rmdir(dir);
}

static void random_mails_verify_and_changed_ones_do_not(void **state)
{
    (void)state;
    char dir[] = "/tmp/tidings-dkim-XXXXXX";
    char path[512];
    struct td_err err = {0};
    struct td_buf records;
    struct td_dkim_key keys[2];
    struct td_rand rand = td_rand_seeded(SEED);
    if (access("/usr/bin/python3", X_OK) != 0) {
        printf("skipped: no /usr/bin/python3\n");
        skip();
    }
    assert_non_null(mkdtemp(dir));
    td_buf_init(&records, 10000);
    make_key(&keys[0], "r", rsa1024_pem, &records);
    make_key(&keys[1], "e", ed25519_pem, &records);
    (void)snprintf(path, sizeof path, "%s/records", dir);
    assert_ok(td_file_write(path, td_buf_slice(&records), 0600, &err), err);
    const struct td_dkim_job job = {.keys = keys,
                                    .key_count = 2,
                                    .from_address = td_slice("daily@news.example"),
                                    .when = WHEN};
    for (int i = 0; i < MAILS; i++) {
        (void)snprintf(path, sizeof path, "%s/%d.eml", dir, i);
        make_mail(&rand, &job, path);
    }
    const int status = verify_by_python(dir);
    td_buf_release(&records);
    for (size_t i = 0; i < TD_ARRAY_LEN(keys); i++)
        td_sign_key_destroy(keys[i].key);
    if (status != 0 && status != 77)
        fail_msg("seed %d: the mails in %s", SEED, dir);
    clean(dir);
    if (status == 77)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_mails_verify_and_changed_ones_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_mail.c: random mails in twenty scripts, with every control character, emoji and combining
 * marks, decode to the same words by Python's `email` (read_mails.py), each line within limits.
 */
#include "unit/variant/sample.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/rand.h"

#define MAILS 1000
#define SEED  20261120

struct range {
    uint32_t from, to;
};

static const struct range scripts[] = {
    {0x61, 0x7a},       /* Latin */
    {0xdf, 0xf6},       /* Latin with marks */
    {0x430, 0x44f},     /* Cyrillic */
    {0x3b1, 0x3c9},     /* Greek */
    {0x5d0, 0x5ea},     /* Hebrew */
    {0x627, 0x63a},     /* Arabic */
    {0x905, 0x939},     /* Devanagari */
    {0x995, 0x9a8},     /* Bengali */
    {0xb95, 0xb95},     /* Tamil */
    {0xc15, 0xc28},     /* Telugu */
    {0xe01, 0xe2e},     /* Thai */
    {0x10d0, 0x10f0},   /* Georgian */
    {0x561, 0x586},     /* Armenian */
    {0x1200, 0x1206},   /* Ethiopic */
    {0xac00, 0xd7a3},   /* Hangul */
    {0x3041, 0x3096},   /* Hiragana */
    {0x30a1, 0x30fa},   /* Katakana */
    {0x4e00, 0x9fa5},   /* Han */
    {0x1780, 0x17a2},   /* Khmer */
    {0x20000, 0x2a6d6}, /* Han beyond the first plane */
};

/* What is worth mixing in: signs of SMTP, MIME and HTML, emoji, combining and direction marks. */
static const char *const spice[] = {".",
                                    "..",
                                    "=",
                                    "=?utf-8?Q?x?=",
                                    "From ",
                                    "<b>",
                                    "&amp;",
                                    "\"",
                                    "'",
                                    "£20m",
                                    "{{x}}",
                                    "@",
                                    ",",
                                    "(a)",
                                    "\\",
                                    "🚑",
                                    "👩‍⚕️",
                                    "e\xcc\x81",
                                    "\xe2\x80\xae",
                                    "\xc2\xa0",
                                    "--=_td_"};

static void add_word(struct td_rand *rand, struct td_buf *out)
{
    const struct range *r = &scripts[td_rand_below(rand, TD_ARRAY_LEN(scripts))];
    const uint64_t letters = 1 + td_rand_below(rand, 12);
    if (td_rand_below(rand, 5) == 0) {
        td_buf_add_str(out, spice[td_rand_below(rand, TD_ARRAY_LEN(spice))]);
        return;
    }
    for (uint64_t i = 0; i < letters; i++)
        td_buf_add_cp(out, r->from + (uint32_t)td_rand_below(rand, r->to - r->from + 1));
}

/* Up to `most` words apart by single spaces; with `controls`, now and then one between them. */
static struct td_slice random_text(struct td_rand *rand, size_t most, bool controls,
                                   struct td_arena *arena)
{
    struct td_buf out;
    td_buf_init(&out, 1 << 16);
    const uint64_t words = 1 + td_rand_below(rand, most);
    for (uint64_t i = 0; i < words; i++) {
        if (i > 0)
            td_buf_add_char(&out, ' ');
        add_word(rand, &out);
        if (controls && td_rand_below(rand, 4) == 0)
            td_buf_add_cp(&out, 1 + (uint32_t)td_rand_below(rand, 0x9f));
    }
    const struct td_slice text = td_arena_copy(arena, td_slice_trim(td_buf_slice(&out)));
    td_buf_release(&out);
    return text;
}

static void write_mail(const struct sample *s, const struct td_slot_values *values,
                       int format, const char *path)
{
    struct td_variant variant;
    struct td_err err = {0};
    struct td_buf mail;
    td_buf_init(&mail, 1 << 20);
    assert_ok(sample_compose(s, format ? TD_FORMAT_TEXT : TD_FORMAT_HTML, &variant, &err),
              err);
    assert_ok(td_variant_splice(&variant, values, &mail, &err), err);
    assert_ok(td_file_write(path, td_buf_slice(&mail), 0600, &err), err);
    td_variant_release(&variant);
    td_buf_release(&mail);
}

/* One random mail as DIR/N.eml; what it must decode to is appended to `expected`. */
static void make_mail(struct td_rand *rand, const char *dir, int n,
                      struct td_buf *expected)
{
    struct td_arena *arena = td_arena_create();
    struct td_slot_values values = sample_values();
    const struct td_block block = {
        .type = TD_BLOCK_PARAGRAPH,
        .text = {.words = random_text(rand, 120, true, arena)}};
    const struct td_section section = {
        .role = TD_ROLE_SECTION,
        .heading = {.words = random_text(rand, 10, false, arena)},
        .blocks = &block,
        .block_count = 1};
    struct sample s = {.newsletter = sample_newsletter()};
    s.story = (struct td_story){.sections = &section, .section_count = 1};
    sample_finish(&s, "");
    s.edition.subject = random_text(rand, 25, false, arena);
    s.newsletter.from_name = random_text(rand, 4, false, arena).ptr;
    values.to_name = random_text(rand, 20, false, arena);
    values.values[TD_SLOT_GREETING] = random_text(rand, 20, false, arena);
    char path[512];
    snprintf(path, sizeof path, "%s/%d.eml", dir, n);
    write_mail(&s, &values, n % 4 == 0, path);

    struct td_json *json = td_json_object();
    td_json_set_str(json, "subject", s.edition.subject);
    td_json_set_cstr(json, "from", s.newsletter.from_name);
    td_json_set_str(json, "to", values.to_name);
    td_json_set_str(json, "greeting", values.values[TD_SLOT_GREETING]);
    td_json_set_str(json, "heading", section.heading.words);
    td_json_set_str(json, "body", block.text.words);
    td_json_write(json, false, expected);
    td_buf_add_char(expected, '\n');
    td_json_destroy(json);
    td_arena_destroy(arena);
}

static int read_by_python(const char *dir)
{
    char python[] = "/usr/bin/python3", flag[] = "-B";
    char script[] = TD_SOURCE_DIR "/tests/prop/variant/read_mails.py";
    char where[512];
    snprintf(where, sizeof where, "%s", dir);
    char *const argv[] = {python, flag, script, where, NULL};
    char *const env[] = {NULL};
    pid_t pid = 0;
    int status = -1;
    assert_int_equal(posix_spawn(&pid, python, NULL, NULL, argv, env), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void random_mails_decode_to_the_same_words(void **state)
{
    (void)state;
    char dir[] = "/tmp/tidings-mails-XXXXXX";
    char path[512];
    struct td_err err = {0};
    struct td_buf expected;
    struct td_rand rand = td_rand_seeded(SEED);
    if (access("/usr/bin/python3", X_OK) != 0) {
        printf("skipped: no /usr/bin/python3\n");
        skip();
    }
    assert_non_null(mkdtemp(dir));
    td_buf_init(&expected, (size_t)64 << 20);
    for (int i = 0; i < MAILS; i++)
        make_mail(&rand, dir, i, &expected);
    snprintf(path, sizeof path, "%s/expected", dir);
    assert_ok(td_file_write(path, td_buf_slice(&expected), 0600, &err), err);
    const int status = read_by_python(dir);
    td_buf_release(&expected);
    if (status != 0)
        fail_msg("seed %d: the mails in %s", SEED, dir);
    for (int i = 0; i < MAILS; i++) {
        snprintf(path, sizeof path, "%s/%d.eml", dir, i);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/expected", dir);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_mails_decode_to_the_same_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

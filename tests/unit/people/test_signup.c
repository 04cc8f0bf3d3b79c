/*
 * test_signup.c: rows become wishes, or are refused with a reason a publisher
 * understands.
 */
#include "support/td_test.h"

#include "base/zone.h"
#include "people/signup.h"

static const struct td_topic topics[] = {
    {.name = "finance", .title = "Finance"},
    {.name = "workforce", .title = "Workforce"},
};
static const struct td_newsletter newsletters[] = {
    {.name = "daily", .topics = topics, .topic_count = 2},
    {.name = "weekly"},
};

static int set_up(void **state)
{
    static struct td_signup_context context;
    context = (struct td_signup_context){
        .newsletters = newsletters,
        .newsletter_count = TD_ARRAY_LEN(newsletters),
        .fallback = &newsletters[0],
        .zones = td_zones_create(),
    };
    *state = &context;
    return 0;
}

static int tear_down(void **state)
{
    struct td_signup_context *context = *state;
    td_zones_destroy(context->zones);
    return 0;
}

static struct td_row row_of(const char *email)
{
    struct td_row row = {.line = 2};
    row.cells[TD_COL_EMAIL] = td_slice(email);
    return row;
}

static struct td_row row_with(enum td_column column, struct td_slice cell)
{
    struct td_row row = row_of("ann@example.org");
    row.cells[column] = cell;
    return row;
}

static void an_address_alone_is_a_wish_for_the_defaults(void **state)
{
    struct td_signup wish;
    struct td_err err = {0};
    struct td_row row = row_of(" Ann@Example.org");
    assert_ok(td_signup_read(*state, &row, &wish, &err), err);
    assert_int_equal(wish.action, TD_ACTION_SUBSCRIBE);
    assert_string_equal(wish.address.text, "Ann@Example.org");
    assert_string_equal(wish.newsletter->name, "daily");
    assert_string_equal(wish.name, "");
    assert_string_equal(wish.topics, "");
    assert_string_equal(wish.zone, "");
    assert_int_equal(wish.at, -1);
    assert_false(wish.has_name || wish.has_topics || wish.has_format ||
                 wish.has_cadence || wish.has_at || wish.has_zone);
}

static void every_column_is_read(void **state)
{
    struct td_row row = {
        .cells =
            {
                [TD_COL_EMAIL] = td_slice("ann@example.org"),
                [TD_COL_NAME] = td_slice(" Ann Müller "),
                [TD_COL_NEWSLETTER] = td_slice("Daily"),
                [TD_COL_TOPICS] = td_slice("workforce;finance"),
                [TD_COL_FORMAT] = td_slice("TEXT"),
                [TD_COL_TIMEZONE] = td_slice("America/New_York"),
                [TD_COL_AT] = td_slice("07:30"),
                [TD_COL_CADENCE] = td_slice("each"),
                [TD_COL_ACTION] = td_slice("change"),
            },
    };
    struct td_signup wish;
    struct td_err err = {0};
    assert_ok(td_signup_read(*state, &row, &wish, &err), err);
    assert_int_equal(wish.action, TD_ACTION_CHANGE);
    assert_string_equal(wish.name, "Ann Müller");
    assert_string_equal(wish.topics, "finance workforce");
    assert_int_equal(wish.format, TD_FORMAT_TEXT);
    assert_string_equal(wish.zone, "America/New_York");
    assert_int_equal(wish.at, 450);
    assert_int_equal(wish.cadence, TD_CADENCE_EACH);
    assert_true(wish.has_name && wish.has_topics && wish.has_format && wish.has_cadence &&
                wish.has_at && wish.has_zone);
}

static void an_empty_cell_changes_nothing_but_topics(void **state)
{
    struct td_row row = row_of("ann@example.org");
    for (unsigned i = TD_COL_NAME; i < TD_COLUMNS; i++)
        row.cells[i] = td_slice(" ");
    struct td_signup wish;
    struct td_err err = {0};
    assert_ok(td_signup_read(*state, &row, &wish, &err), err);
    assert_false(wish.has_name || wish.has_format || wish.has_cadence || wish.has_at ||
                 wish.has_zone);
    assert_true(wish.has_topics);
    assert_string_equal(wish.topics, "");
}

static const struct {
    enum td_column column;
    const char *cell;
    const char *reason;
} bad[] = {
    {TD_COL_EMAIL, "ann", "no @"},
    {TD_COL_EMAIL, "", "no address"},
    {TD_COL_NAME, "Ann\r\nBcc: x@example.net", "control character in name"},
    {TD_COL_NAME, "Ann\x1b[2J", "control character in name"},
    {TD_COL_NAME, "Ann\xe2\x80\xa9", "control character in name"},
    {TD_COL_NAME, "Ann\xff", "name is not UTF-8"},
    {TD_COL_NAME, "=?utf-8?Q?=0D=0ABcc:?=", "encoded characters in name"},
    {TD_COL_NAME, "A%0d%0aBcc: x", "encoded characters in name"},
    {TD_COL_NAME, "A&#13;&#10;Bcc: x", "encoded characters in name"},
    {TD_COL_NEWSLETTER, "hourly", "no newsletter is called \"hourly\""},
    {TD_COL_TOPICS, "sport", "daily has no topic \"sport\""},
    {TD_COL_TOPICS, "finance -workforce", "mixed"},
    {TD_COL_FORMAT, "pdf", "format is html or text"},
    {TD_COL_CADENCE, "hourly", "cadence is each, daily or weekly"},
    {TD_COL_CADENCE, "weekly", "daily goes out each time only, not weekly"},
    {TD_COL_AT, "7am", "at is a time like 07:30"},
    {TD_COL_AT, "24:00", "at is a time like 07:30"},
    {TD_COL_TIMEZONE, "Europe/Atlantis", "no time zone is called \"Europe/Atlantis\""},
    {TD_COL_TIMEZONE, "../../etc/passwd", "no time zone is called"},
    {TD_COL_ACTION, "delete", "action is subscribe, change or unsubscribe"},
};

static void bad_cells_are_refused_with_the_reason(void **state)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(bad); i++) {
        struct td_row row = row_with(bad[i].column, td_slice(bad[i].cell));
        struct td_signup wish;
        struct td_err err = {0};
        if (td_signup_read(*state, &row, &wish, &err) != TD_DATA)
            fail_msg("\"%s\" was taken", bad[i].cell);
        assert_contains(err.text, bad[i].reason);
    }
}

static void names_are_measured_in_characters(void **state)
{
    char name[TD_NAME_MAX + 5] = "";
    for (size_t n = 0; n < TD_NAME_MAX; n += 4)
        memcpy(name + n, "😀", 5);
    struct td_row row = row_with(TD_COL_NAME, td_slice(name));
    struct td_signup wish;
    struct td_err err = {0};
    assert_ok(td_signup_read(*state, &row, &wish, &err), err);
    assert_string_equal(wish.name, name);
    memset(name, 'x', 201);
    name[201] = '\0';
    row = row_with(TD_COL_NAME, td_slice(name));
    assert_int_equal(td_signup_read(*state, &row, &wish, &err), TD_DATA);
    assert_contains(err.text, "name longer than 200 characters");
}

static void a_row_that_could_not_be_read_keeps_its_reason(void **state)
{
    struct td_row row = row_of("ann@example.org");
    row.fault = "quotation mark is never closed";
    struct td_signup wish;
    struct td_err err = {0};
    assert_int_equal(td_signup_read(*state, &row, &wish, &err), TD_DATA);
    assert_string_equal(err.text, "quotation mark is never closed");
}

static void leaving_needs_nothing_but_address_and_newsletter(void **state)
{
    struct td_row row = row_with(TD_COL_ACTION, td_slice("unsubscribe"));
    row.cells[TD_COL_TOPICS] = td_slice("no such topic");
    row.cells[TD_COL_FORMAT] = td_slice("?");
    struct td_signup wish;
    struct td_err err = {0};
    assert_ok(td_signup_read(*state, &row, &wish, &err), err);
    assert_int_equal(wish.action, TD_ACTION_UNSUBSCRIBE);
    assert_false(wish.has_topics || wish.has_format);
}

static void without_a_fallback_the_row_names_the_newsletter(void **state)
{
    struct td_signup_context context = *(struct td_signup_context *)*state;
    context.fallback = NULL;
    struct td_row row = row_of("ann@example.org");
    struct td_signup wish;
    struct td_err err = {0};
    assert_int_equal(td_signup_read(&context, &row, &wish, &err), TD_DATA);
    assert_contains(err.text, "no newsletter is named");
    row.cells[TD_COL_NEWSLETTER] = td_slice("weekly");
    assert_ok(td_signup_read(&context, &row, &wish, &err), err);
    assert_string_equal(wish.newsletter->name, "weekly");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_alone_is_a_wish_for_the_defaults),
        cmocka_unit_test(every_column_is_read),
        cmocka_unit_test(an_empty_cell_changes_nothing_but_topics),
        cmocka_unit_test(bad_cells_are_refused_with_the_reason),
        cmocka_unit_test(names_are_measured_in_characters),
        cmocka_unit_test(a_row_that_could_not_be_read_keeps_its_reason),
        cmocka_unit_test(leaving_needs_nothing_but_address_and_newsletter),
        cmocka_unit_test(without_a_fallback_the_row_names_the_newsletter),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

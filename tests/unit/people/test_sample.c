/*
 * test_sample.c: subscribers/sample.csv, which the demo and `init` hand out, is taken
 * whole.
 */
#include "support/td_test.h"

#include "base/file.h"
#include "base/zone.h"
#include "people/signup.h"

static const struct td_topic topics[] = {
    {.name = "ambulances"}, {.name = "finance"},       {.name = "workforce"},
    {.name = "regulation"}, {.name = "policy"},        {.name = "quality"},
    {.name = "technology"}, {.name = "mental-health"},
};
static const struct td_newsletter newsletters[] = {
    {.name = "daily", .topics = topics, .topic_count = TD_ARRAY_LEN(topics)},
    {.name = "live", .topics = topics, .topic_count = TD_ARRAY_LEN(topics)},
};

struct count {
    struct td_signup_context context;
    size_t rows;
};

static enum td_status check(void *context, const struct td_row *row, struct td_err *err)
{
    struct count *count = context;
    struct td_signup wish;
    enum td_status status = td_signup_read(&count->context, row, &wish, err);
    if (status != TD_OK)
        return td_err_context(err, "line %d", (int)row->line);
    const char *domain = wish.address.domain;
    if (strcmp(domain, "example.org") != 0 && strcmp(domain, "example.com") != 0 &&
        strcmp(domain, "example.net") != 0)
        return td_fail(err, TD_DATA, "%s may be a real domain", domain);
    count->rows++;
    return TD_OK;
}

static void every_sample_subscriber_is_taken(void **state)
{
    (void)state;
    struct count count = {.context = {.newsletters = newsletters,
                                      .newsletter_count = TD_ARRAY_LEN(newsletters),
                                      .zones = td_zones_create()}};
    struct td_buf file;
    struct td_err err = {0};
    td_buf_init(&file, 100000);
    assert_ok(td_file_read(TD_SOURCE_DIR "/subscribers/sample.csv", 100000, &file, &err),
              err);
    struct td_csv *csv = td_csv_create((struct td_row_sink){check, &count});
    assert_ok(td_csv_feed(csv, td_buf_slice(&file), &err), err);
    assert_ok(td_csv_finish(csv, &err), err);
    assert_in_range(count.rows, 12, 20);
    td_csv_destroy(csv);
    td_buf_release(&file);
    td_zones_destroy(count.context.zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_subscriber_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

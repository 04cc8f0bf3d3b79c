/* A sound configuration in a directory of its own, to be changed and read, for test_config*.c. */
#ifndef TD_CONFIG_FIXTURE_H
#define TD_CONFIG_FIXTURE_H

#include "support/td_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config/config.h"
#include "base/buf.h"
#include "base/file.h"

/* A sound file; the cases below change one thing in it. */
static const char sound[] = "domain: news.example\n"                          /* 1 */
                            "bounce_address: b+TOKEN@bounces.news.example\n"  /* 2 */
                            "publisher:\n"                                    /* 3 */
                            "  postal_address: 1 High Street, London\n"       /* 4 */
                            "  company: Example Press Ltd\n"                  /* 5 */
                            "web:\n"                                          /* 6 */
                            "  base_url: https://tidings.news.example/\n"     /* 7 */
                            "retry:\n"                                        /* 8 */
                            "  first: 5m\n"                                   /* 9 */
                            "relays:\n"                                       /* 10 */
                            "  - name: main\n"                                /* 11 */
                            "    url: smtp://127.0.0.1:2525\n"                /* 12 */
                            "    sessions: 4\n"                               /* 13 */
                            "topics:\n"                                       /* 14 */
                            "  - name: finance\n"                             /* 15 */
                            "    title: Money\n"                              /* 16 */
                            "    keywords: [budget, CQC]\n"                   /* 17 */
                            "  - name: policy\n"                              /* 18 */
                            "newsletters:\n"                                  /* 19 */
                            "  - name: daily\n"                               /* 20 */
                            "    title: The Daily\n"                          /* 21 */
                            "    kind: briefing\n"                            /* 22 */
                            "    from_address: daily@news.example\n"          /* 23 */
                            "    zone: Europe/London\n"                       /* 24 */
                            "    at: 07:00\n"                                 /* 25 */
                            "    valid_for: 10h\n"                            /* 26 */
                            "    template: daily\n"                           /* 27 */
                            "    subject: \"{{newsletter}}: {{headline}}\"\n" /* 28 */
                            "  - name: weekly\n"                              /* 29 */
                            "    title: The Week\n"                           /* 30 */
                            "    kind: digest\n"                              /* 31 */
                            "    from_address: weekly@news.example\n"         /* 32 */
                            "    zone: Europe/London\n"                       /* 33 */
                            "    at: 08:00\n"                                 /* 34 */
                            "    valid_for: 2d\n"                             /* 35 */
                            "    template: weekly\n"                          /* 36 */
                            "    topics: [policy]\n";                         /* 37 */

struct ctx {
    char dir[64];
    struct td_config *config;
    struct td_faults faults;
    struct td_err err;
};

static inline void write_in(const struct ctx *ctx, const char *name, struct td_slice text,
                            unsigned mode)
{
    struct td_err err;
    char *path = td_path_join(ctx->dir, name);
    assert_ok(td_file_write(path, text, mode, &err), err);
    free(path);
}

static inline int setup(void **state)
{
    struct ctx *ctx = calloc(1, sizeof *ctx);
    assert_non_null(ctx);
    (void)snprintf(ctx->dir, sizeof ctx->dir, "/tmp/td-config-XXXXXX");
    assert_non_null(mkdtemp(ctx->dir));
    char *conf = td_path_join(ctx->dir, "conf");
    assert_ok(td_dir_make(conf, 0700, &ctx->err), ctx->err);
    free(conf);
    write_in(ctx, "secret", td_slice("s3cret word\n"), 0600);
    write_in(ctx, "open-secret", td_slice("s3cret word\n"), 0644);
    write_in(ctx, "empty-secret", td_slice("\n"), 0600);
    write_in(ctx, "ca.pem", td_slice("certificates\n"), 0644);
    *state = ctx;
    return 0;
}

static inline int teardown(void **state)
{
    static const char *const made[] = {
        "conf/tidings.yaml", "conf",   "secret", "open-secret",
        "empty-secret",      "ca.pem", ""};
    struct ctx *ctx = *state;
    td_config_destroy(ctx->config);
    for (size_t i = 0; i < TD_ARRAY_LEN(made); i++) {
        char *path = td_path_join(ctx->dir, made[i]);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    free(ctx);
    return 0;
}

static inline enum td_status load_text(struct ctx *ctx, struct td_slice text)
{
    write_in(ctx, "conf/tidings.yaml", text, 0644);
    td_config_destroy(ctx->config);
    ctx->config = NULL;
    ctx->err.text[0] = '\0';
    return td_config_load(ctx->dir, NULL, &ctx->config, &ctx->faults, &ctx->err);
}

/* The sound file with `old` replaced by `new` (all of it must be there once). */
static inline enum td_status load_changed(struct ctx *ctx, const char *old,
                                          const char *new)
{
    struct td_buf text;
    const char *at = strstr(sound, old);
    if (!at)
        fail_msg("the sound file has no \"%s\"", old);
    td_buf_init(&text, (size_t)1024 * 1024);
    td_buf_add(&text, sound, (size_t)(at - sound));
    td_buf_add_str(&text, new);
    td_buf_add_str(&text, at + strlen(old));
    enum td_status status = load_text(ctx, td_buf_slice(&text));
    td_buf_release(&text);
    return status;
}

static inline void print_faults(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->faults.count; i++)
        print_message("  %d %s: %s\n", ctx->faults.items[i].line,
                      ctx->faults.items[i].path, ctx->faults.items[i].text);
}

static inline const struct td_fault *find_fault(const struct ctx *ctx, const char *path)
{
    for (size_t i = 0; i < ctx->faults.count; i++)
        if (strcmp(ctx->faults.items[i].path, path) == 0)
            return &ctx->faults.items[i];
    return NULL;
}

#endif

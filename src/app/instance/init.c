/* `tidings init` (init.h). */
#include "app/instance/init.h"

#include <stdlib.h>
#include <string.h>

#include "app/config/config.h"
#include "app/config/config_value.h"
#include "app/config/keys.h"
#include "base/embed.h"
#include "base/file.h"

extern const struct td_embedded td_embedded_conf[];

/* What stands in conf/tidings.yaml for the options; each is replaced wherever it occurs. */
#define DOMAIN_WRITTEN   TD_CONFIG_DOMAIN_UNSET
#define RELAY_WRITTEN    "smtp://127.0.0.1:25"
#define DATABASE_WRITTEN "sqlite:queue/tidings.db"

struct folder {
    const char *name;
    unsigned mode;
};

/* Subscribers' addresses and the queue are for the owner's eyes. */
static const struct folder folders[] = {
    {"conf", 0755},           {"conf/keys", 0700},        {"templates", 0755},
    {"templates/mail", 0755}, {"subscribers", 0700},      {"subscribers/incoming", 0700},
    {"queue", 0700},          {"briefings", 0755},        {"briefings/daily", 0755},
    {"briefings/live", 0755}, {"briefings/weekly", 0755},
};

static enum td_status check_options(const struct td_init_options *options,
                                    struct td_err *err)
{
    struct td_arena *arena = td_arena_create();
    struct td_relay relay;
    const char *value;
    struct td_err why;
    enum td_status status = TD_OK;
    if (options->domain && td_value_domain(arena, options->domain, &value, &why) != TD_OK)
        status = td_fail(err, TD_USAGE, "--domain: %s", why.text);
    else if (options->relay_url &&
             td_value_relay_url(arena, options->relay_url, &relay, &why) != TD_OK)
        status = td_fail(err, TD_USAGE, "--relay: %s", why.text);
    else if (options->database &&
             td_value_database(arena, options->database, "/", &value, &why) != TD_OK)
        status = td_fail(err, TD_USAGE, "--database: %s", why.text);
    else if (options->database &&
             (td_slice_find_control(td_slice(options->database)) != (size_t)-1 ||
              !td_utf8_valid(td_slice(options->database), NULL)))
        status =
            td_fail(err, TD_USAGE,
                    "--database: a path of UTF-8 without control characters is wanted");
    td_arena_destroy(arena);
    return status;
}

/* Whether YAML takes the text without quotes; a path may hold " #" or ": ". Letters of any
 * alphabet need none: a domain is written into the middle of addresses, where quotes would be
 * part of them. */
static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789/._-:[]";
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x80 && !strchr(plain, text[i]))
            return false;
    return n > 0 && text[n - 1] != ':';
}

static void add_scalar(struct td_buf *out, const char *text)
{
    if (is_plain(text)) {
        td_buf_add_str(out, text);
        return;
    }
    td_buf_add_char(out, '\'');
    for (; *text; text++)
        td_buf_addf(out, "%s%c", *text == '\'' ? "'" : "", *text);
    td_buf_add_char(out, '\'');
}

static void add_replaced(struct td_buf *out, struct td_slice text,
                         const struct td_init_options *options)
{
    const char *const written[] = {DOMAIN_WRITTEN, RELAY_WRITTEN, DATABASE_WRITTEN};
    const char *const wanted[] = {options->domain, options->relay_url, options->database};
    for (size_t at = 0; at < text.len;) {
        size_t i = 0;
        struct td_slice rest = td_slice_sub(text, at, text.len);
        while (i < TD_ARRAY_LEN(written) &&
               !(wanted[i] && td_slice_starts(rest, written[i])))
            i++;
        if (i == TD_ARRAY_LEN(written)) {
            td_buf_add_char(out, text.ptr[at++]);
            continue;
        }
        add_scalar(out, wanted[i]);
        at += strlen(written[i]);
    }
}

static enum td_status write_conf(const struct td_init_options *options, const char *path,
                                 struct td_err *err)
{
    struct td_buf text;
    td_buf_init(&text, (size_t)1024 * 1024);
    add_replaced(&text, td_embedded_find(td_embedded_conf, "tidings.yaml"), options);
    enum td_status status = td_file_create(path, td_buf_slice(&text), 0644, err);
    td_buf_release(&text);
    return status;
}

static enum td_status make_folders(const char *dir, struct td_err *err)
{
    enum td_status status = td_dir_make(dir, 0755, err);
    for (size_t i = 0; status == TD_OK && i < TD_ARRAY_LEN(folders); i++) {
        char *path = td_path_join(dir, folders[i].name);
        status = td_dir_make(path, folders[i].mode, err);
        free(path);
    }
    return status;
}

enum td_status td_init(const struct td_init_options *options, struct td_err *err)
{
    char *conf = td_path_join(options->dir, TD_CONFIG_FILE);
    char *keys = td_path_join(options->dir, "conf/keys");
    enum td_status status = check_options(options, err);
    if (status == TD_OK && td_file_exists(conf))
        status =
            td_fail(err, TD_CANTCREAT, "%s is there already; nothing was changed", conf);
    if (status == TD_OK)
        status = make_folders(options->dir, err);
    if (status == TD_OK)
        status = td_keys_make(keys, err);
    if (status == TD_OK) /* last: an init that was cut short can be run again */
        status = write_conf(options, conf, err);
    free(conf);
    free(keys);
    return status;
}

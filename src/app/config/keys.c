/* The instance's keys: made, read, and kept from other eyes (keys.h). */
#include "app/config/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rand.h"

#define KEY_LEN        32
#define FIRST_TOKEN_ID 1
#define TOKEN_KEY      "token-"
#define VERP_KEY       "verp-"

static void wipe(struct td_buf *secret)
{
    if (secret->cap > 0)
        explicit_bzero(secret->ptr, secret->cap);
    td_buf_release(secret);
}

#define CREDENTIALS "$CREDENTIALS_DIRECTORY/"

enum td_status td_secret_path(const char *dir, const char *name, char **out,
                              struct td_err *err)
{
    if (!td_slice_starts(td_slice(name), CREDENTIALS)) {
        *out = td_path_join(dir, name);
        return TD_OK;
    }
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (!credentials || credentials[0] != '/')
        return td_fail(err, TD_CONFIG,
                       "%s: systemd gave no credentials to this process "
                       "(LoadCredential=)",
                       name);
    *out = td_path_join(credentials, name + strlen(CREDENTIALS));
    return TD_OK;
}

/* Permission bits that a secret must not have. */
static unsigned forbidden_bits(const char *path)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    size_t len = credentials ? strlen(credentials) : 0;
    bool is_one = len > 1 && strncmp(path, credentials, len) == 0 && path[len] == '/';
    return is_one ? 007 : 077;
}

static enum td_status read_open(int fd, const char *path, struct td_buf *out,
                                struct td_err *err)
{
    char part[256];
    struct stat info;
    ssize_t n;
    if (fstat(fd, &info) != 0)
        return td_fail_sys(err, TD_CONFIG, "%s", path);
    if (!S_ISREG(info.st_mode))
        return td_fail(err, TD_CONFIG, "%s: not a regular file", path);
    if (info.st_mode & forbidden_bits(path))
        return td_fail(err, TD_CONFIG,
                       "%s: mode %03o lets others read or write it; `chmod 600` it", path,
                       (unsigned)info.st_mode & 0777U);
    do {
        n = read(fd, part, sizeof part);
        if (n > 0)
            td_buf_add(out, part, (size_t)n);
    } while (n > 0 || (n < 0 && errno == EINTR));
    explicit_bzero(part, sizeof part);
    if (n < 0)
        return td_fail_sys(err, TD_CONFIG, "%s", path);
    if (td_buf_full(out))
        return td_fail(err, TD_CONFIG, "%s: too large for a secret", path);
    return TD_OK;
}

enum td_status td_secret_read(const char *path, struct td_buf *out, struct td_err *err)
{
    /* O_NONBLOCK: a FIFO of that name must not stop us; read_open refuses it. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return td_fail_sys(err, TD_CONFIG, "%s", path);
    enum td_status status = read_open(fd, path, out, err);
    (void)close(fd);
    while (status == TD_OK && out->len > 0 &&
           (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r'))
        out->ptr[--out->len] = '\0';
    return status;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static enum td_status load_key(const char *keys_dir, const char *name,
                               struct td_hmac **out, struct td_err *err)
{
    char *path = td_path_join(keys_dir, name);
    unsigned char key[KEY_LEN];
    struct td_buf text;
    td_buf_init(&text, 4096);
    enum td_status status = td_secret_read(path, &text, err);
    bool sound = text.len == 2 * sizeof key;
    for (size_t i = 0; sound && i < sizeof key; i++) {
        int high = hex_digit(text.ptr[2 * i]);
        int low = hex_digit(text.ptr[2 * i + 1]);
        sound = high >= 0 && low >= 0;
        key[i] = sound ? (unsigned char)(high * 16 + low) : 0;
    }
    if (status == TD_OK && !sound)
        status = td_fail(err, TD_CONFIG, "%s: not a key: 64 hex digits are wanted", path);
    if (status == TD_OK)
        *out = td_hmac_create(td_slice_n((const char *)key, sizeof key));
    explicit_bzero(key, sizeof key);
    wipe(&text);
    free(path);
    return status;
}

/* "token-7.key" → 7; -1 for another name, -2 for such a key whose number is none of ours. */
static int key_id(const char *name, const char *kind)
{
    struct td_slice s = td_slice(name);
    int64_t id;
    if (!td_slice_starts(s, kind) || !td_slice_ends(s, ".key"))
        return -1;
    s = td_slice_sub(s, strlen(kind), s.len - strlen(".key"));
    if (!td_slice_int64(s, &id) || id < 0 || id >= TD_TOKEN_KEYS_MAX ||
        (s.len > 1 && s.ptr[0] == '0') || s.ptr[0] == '-')
        return -2;
    return (int)id;
}

static enum td_status load_tokens(const char *keys_dir, const struct td_names *names,
                                  struct td_keys *out, struct td_err *err)
{
    out->token_newest = -1;
    for (size_t i = 0; i < names->count; i++) {
        int id = key_id(names->items[i], TOKEN_KEY);
        if (id == -2)
            return td_fail(err, TD_CONFIG,
                           "%s/%s: the number of a token key is 0 to %d, plainly written",
                           keys_dir, names->items[i], TD_TOKEN_KEYS_MAX - 1);
        if (id < 0)
            continue;
        enum td_status status = load_key(keys_dir, names->items[i], &out->token[id], err);
        if (status != TD_OK)
            return status;
        if (id > out->token_newest)
            out->token_newest = id;
    }
    if (out->token_newest < 0)
        return td_fail(err, TD_CONFIG, "%s: there is no token-N.key", keys_dir);
    return TD_OK;
}

/* verp.key is number 0 and makes addresses; the others only read them. */
static enum td_status load_verp(const char *keys_dir, const struct td_names *names,
                                struct td_keys *out, struct td_err *err)
{
    enum td_status status = load_key(keys_dir, "verp.key", &out->verp_all[0], err);
    out->verp = out->verp_all[0];
    for (size_t i = 0; status == TD_OK && i < names->count; i++) {
        int id = key_id(names->items[i], VERP_KEY);
        if (id == -2 || id == 0)
            return td_fail(err, TD_CONFIG,
                           "%s/%s: the number of an old key of bounce addresses is 1 to "
                           "%d, plainly written",
                           keys_dir, names->items[i], TD_VERP_KEYS_MAX - 1);
        if (id > 0)
            status = load_key(keys_dir, names->items[i], &out->verp_all[id], err);
    }
    return status;
}

enum td_status td_keys_load(const char *keys_dir, struct td_keys *out, struct td_err *err)
{
    struct td_names names = {0};
    struct td_err why;
    *out = (struct td_keys){0};
    enum td_status status = td_dir_list(keys_dir, &names, &why);
    if (status != TD_OK)
        return td_fail(err, TD_CONFIG, "%s", why.text);
    status = load_tokens(keys_dir, &names, out, err);
    if (status == TD_OK)
        status = load_verp(keys_dir, &names, out, err);
    td_names_free(&names);
    if (status == TD_OK)
        status = load_key(keys_dir, "address.key", &out->address, err);
    if (status == TD_OK)
        status = load_key(keys_dir, "message.key", &out->message, err);
    if (status != TD_OK)
        td_keys_release(out);
    return status;
}

void td_keys_release(struct td_keys *keys)
{
    for (size_t i = 0; i < TD_TOKEN_KEYS_MAX; i++)
        td_hmac_destroy(keys->token[i]);
    for (size_t i = 0; i < TD_VERP_KEYS_MAX; i++)
        td_hmac_destroy(keys->verp_all[i]);
    td_hmac_destroy(keys->address);
    td_hmac_destroy(keys->message);
    *keys = (struct td_keys){0};
}

static enum td_status make_key(const char *keys_dir, const char *name, struct td_err *err)
{
    char *path = td_path_join(keys_dir, name);
    enum td_status status = TD_OK;
    if (!td_file_exists(path)) {
        unsigned char key[KEY_LEN];
        struct td_buf text;
        td_buf_init(&text, 128);
        td_rand_bytes(key, sizeof key);
        td_hex(&text, key, sizeof key);
        td_buf_add_char(&text, '\n');
        status = td_file_create(path, td_buf_slice(&text), 0600, err);
        explicit_bzero(key, sizeof key);
        wipe(&text);
    }
    free(path);
    return status;
}

void td_token_key_name(int id, char out[TD_TOKEN_KEY_NAME_MAX])
{
    (void)snprintf(out, TD_TOKEN_KEY_NAME_MAX, "token-%d.key", id);
}

enum td_status td_keys_rotate(const char *keys_dir, const struct td_keys *keys, int *id,
                              struct td_err *err)
{
    char name[TD_TOKEN_KEY_NAME_MAX];
    *id = keys->token_newest + 1;
    if (*id >= TD_TOKEN_KEYS_MAX)
        return td_fail(err, TD_CANTCREAT, "%s: token-%d.key is the last there can be",
                       keys_dir, keys->token_newest);
    td_token_key_name(*id, name);
    return make_key(keys_dir, name, err);
}

static bool has_token(const struct td_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (key_id(names->items[i], TOKEN_KEY) >= 0)
            return true;
    return false;
}

enum td_status td_keys_make(const char *keys_dir, struct td_err *err)
{
    static const char *const others[] = {"verp.key", "address.key", "message.key"};
    struct td_names names = {0};
    enum td_status status = td_dir_make(keys_dir, 0700, err);
    if (status == TD_OK)
        status = td_dir_list(keys_dir, &names, err);
    if (status != TD_OK)
        return status;
    if (!has_token(&names)) {
        char name[TD_TOKEN_KEY_NAME_MAX];
        td_token_key_name(FIRST_TOKEN_ID, name);
        status = make_key(keys_dir, name, err);
    }
    for (size_t i = 0; status == TD_OK && i < TD_ARRAY_LEN(others); i++)
        status = make_key(keys_dir, others[i], err);
    td_names_free(&names);
    return status;
}

void td_keys_address_hash(const struct td_keys *keys, struct td_slice address_key,
                          unsigned char out[TD_ADDRESS_HASH_LEN])
{
    unsigned char full[TD_SHA256_LEN];
    td_hmac(keys->address, address_key, full);
    memcpy(out, full, TD_ADDRESS_HASH_LEN);
}

/*
 * DKIM keys of the configuration (config_build.h).
 *
 * `dkim` is either a list of keys or the word `relay`. libcyaml has no schema for that, so this
 * reads the tree of the file.
 */
#include "app/config/config_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/config/keys.h"
#include "base/file.h"

#define KEYS_MAX 100
#define PEM_MAX  (64 * 1024)
#define BITS     2048 /* standards I2, RFC 8301 3.2 */

/* The word of a key in an entry; it lives as long as the configuration. */
static struct td_word word_of(const struct td_place *place, const struct td_yaml *entry,
                              const char *key)
{
    for (const struct td_yaml *node = entry->first; node; node = node->next) {
        if (!td_slice_is(node->key, key))
            continue;
        if (node->kind == TD_YAML_SCALAR && !node->missing) {
            struct td_arena *arena = place->builder->config->arena;
            return (struct td_word){key, td_arena_copy(arena, node->value).ptr};
        }
        td_fault_at(place, key, "one value is wanted here");
        return (struct td_word){key, NULL};
    }
    td_fault_at(place, key, "this key is missing");
    return (struct td_word){key, NULL};
}

static void check_keys(const struct td_place *place, const struct td_yaml *entry)
{
    static const char *const known[] = {"domain", "selector", "key_file"};
    for (const struct td_yaml *node = entry->first; node; node = node->next) {
        char key[40];
        bool found = false;
        (void)snprintf(key, sizeof key, "%.*s", (int)node->key.len, node->key.ptr);
        for (size_t i = 0; i < TD_ARRAY_LEN(known); i++)
            found = found || td_slice_is(node->key, known[i]);
        if (!found)
            td_fault_at(place, key,
                        "unknown key; known here: domain, selector, key_file");
        for (const struct td_yaml *other = entry->first; other != node;
             other = other->next)
            if (td_slice_eq(other->key, node->key))
                td_fault_at(place, key, "this key stands here twice");
    }
}

static struct td_sign_key *read_key(const struct td_place *place, struct td_word word)
{
    struct td_sign_key *key = NULL;
    struct td_buf pem;
    struct td_err err;
    if (!word.text)
        return NULL;
    char *path = td_path_join(place->builder->config->dir, word.text);
    td_buf_init(&pem, PEM_MAX);
    if (!td_file_exists(path))
        td_fault_at(place, word.key,
                    "there is no %s; this makes one: openssl genpkey -algorithm rsa "
                    "-pkeyopt rsa_keygen_bits:2048 -out %s (or -algorithm ed25519)",
                    path, word.text);
    else if (td_secret_read(path, &pem, &err) != TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    else if (td_sign_key_create(&key, td_buf_slice(&pem), &err) != TD_OK)
        td_fault_at(place, word.key, "%s %s", path, err.text);
    else if (td_sign_key_kind(key) == TD_SIGN_RSA && td_sign_key_bits(key) < BITS)
        td_note_at(place, true, word.key,
                   "an RSA key of %d bits; receivers want %d (RFC 8301)",
                   td_sign_key_bits(key), BITS);
    if (pem.cap > 0)
        explicit_bzero(pem.ptr, pem.cap);
    td_buf_release(&pem);
    free(path);
    return key;
}

static void build_key(const struct td_place *place, const struct td_yaml *entry,
                      struct td_dkim_key *out)
{
    if (entry->kind != TD_YAML_MAP) {
        td_fault_at(place, "domain", "a map of domain, selector and key_file is wanted");
        return;
    }
    check_keys(place, entry);
    out->domain = td_take_domain(place, word_of(place, entry, "domain"), NULL);
    struct td_word selector = word_of(place, entry, "selector");
    if (selector.text && !td_dkim_selector_valid(selector.text))
        td_fault_at(place, "selector",
                    "\"%s\" cannot stand in the DNS: letters, digits and hyphens within "
                    "are wanted, as in 2026a",
                    selector.text);
    else
        out->selector = selector.text;
    out->key = read_key(place, word_of(place, entry, "key_file"));
}

/* ---- all of them together ---- */

static void check_distinct(struct td_builder *builder, const struct td_dkim_key *keys,
                           size_t i)
{
    struct td_place place = td_place(builder, "dkim", i);
    for (size_t j = 0; j < i; j++)
        if (keys[i].domain && keys[j].domain && keys[i].selector && keys[j].selector &&
            strcmp(keys[i].domain, keys[j].domain) == 0 &&
            strcasecmp(keys[i].selector, keys[j].selector) == 0)
            td_fault_at(&place, "selector",
                        "dkim[%zu] has this selector in that domain too", j);
}

/* A key that signs nothing: no newsletter is of its domain. */
static void check_used(struct td_builder *builder, const struct td_dkim_key *key,
                       size_t i)
{
    const struct td_config *config = builder->config;
    struct td_place place = td_place(builder, "dkim", i);
    for (size_t n = 0; n < config->newsletter_count; n++) {
        const char *from = config->newsletters[n].from_address;
        if (!key->domain || !from || td_dkim_aligned(key->domain, td_slice(from)))
            return;
    }
    td_note_at(&place, true, "domain",
               "no newsletter's from_address is of %s: this key signs nothing (DMARC "
               "wants both to be of one domain)",
               key->domain);
}

/* What receivers miss in the signatures of one newsletter. */
static void check_newsletter(struct td_builder *builder, size_t n)
{
    const struct td_config *config = builder->config;
    const char *from = config->newsletters[n].from_address;
    struct td_place place = td_place(builder, "newsletters", n);
    bool any = false;
    bool rsa = false;
    for (size_t i = 0; i < config->dkim_key_count; i++) {
        const struct td_dkim_key *key = &config->dkim_keys[i];
        if (!from || !key->domain || !key->key)
            return; /* has a fault of its own */
        bool fits = td_dkim_aligned(key->domain, td_slice(from));
        any = any || fits;
        rsa = rsa || (fits && td_sign_key_kind(key->key) == TD_SIGN_RSA);
    }
    if (!any)
        td_note_at(&place, true, "from_address",
                   "none of the keys under dkim is of this domain: its mail goes out "
                   "unsigned");
    else if (!rsa)
        td_note_at(&place, true, "from_address",
                   "signed by Ed25519 only, which many receivers do not read yet: add an "
                   "RSA key (RFC 8463)");
}

static void build_list(struct td_builder *builder, const struct td_yaml *list)
{
    struct td_config *config = builder->config;
    struct td_place file = td_place(builder, NULL, 0);
    size_t count = 0;
    for (const struct td_yaml *entry = list->first; entry; entry = entry->next)
        count++;
    if (count == 0 || count > KEYS_MAX) {
        td_fault_at(&file, "dkim", "the list has %zu entries; 1 to %d are wanted", count,
                    KEYS_MAX);
        return;
    }
    struct td_dkim_key *keys = td_arena_alloc(config->arena, count * sizeof *keys);
    config->dkim_keys = keys;
    config->dkim_key_count = count;
    size_t i = 0;
    for (const struct td_yaml *entry = list->first; entry; entry = entry->next, i++) {
        struct td_place place = td_place(builder, "dkim", i);
        build_key(&place, entry, &keys[i]);
        check_distinct(builder, keys, i);
        check_used(builder, &keys[i], i);
    }
    for (size_t n = 0; n < config->newsletter_count; n++)
        check_newsletter(builder, n);
}

void td_build_dkim(struct td_builder *builder)
{
    const struct td_yaml *node = td_yaml_find(builder->root, "dkim");
    struct td_place file = td_place(builder, NULL, 0);
    if (!node) {
        if (td_config_remote(builder->config))
            td_note_at(&file, true, "dkim",
                       "not set: mail goes out unsigned, which large providers refuse; "
                       "name keys, or say that the relay signs");
    } else if (node->kind == TD_YAML_LIST)
        build_list(builder, node);
    else if (node->kind == TD_YAML_SCALAR && td_slice_is(node->value, "relay"))
        builder->config->dkim_by_relay = true;
    else
        td_fault_at(&file, "dkim", "a list of keys is wanted here, or the word relay");
}

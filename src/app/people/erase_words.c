/* An address taken out of free text in the store (erase_words.h). */
#include "app/people/erase_words.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/deflate.h"

#define TEXT_MAX_BYTES   (1024 * 1024)
#define TEXTS_AT_ONCE    500
#define PACKED_MAX_BYTES (32 * 1024 * 1024)

/* Free text that may quote anybody: a statement of (id, text), and one that sets $text of $id. */
static const struct texts {
    const char *what;
    const char *statement;
    const char *set;
    bool distinct; /* no two rows may become the same */
    bool names;    /* of files: "3-ann@example.org.csv" holds the address */
} texts[] = {
    {"replies that quote the address", "text_reply", "text_reply_set", true, false},
    {"acts in the audit", "text_audit", "text_audit_set", false, true},
    {"sources of imports", "text_batch_source", "text_batch_source_set", false, false},
    {"names of imported files", "text_batch_file", "text_batch_file_set", false, true},
    {"words of bounces", "text_bounce_words", "text_bounce_words_set", false, false},
};

/* Deflated text: of (id, blob), dropped whole where it holds the address. */
static const struct packed {
    const char *what;
    const char *statement;
    const char *drop;
} packed[] = {
    {"raw bounces of others that hold the address", "packed_bounce",
     "packed_bounce_drop"},
};

static void tell_rows(const struct td_erase_words *erasing, const char *what,
                      int64_t rows)
{
    if (rows > 0)
        erasing->rows(erasing->context, what, rows);
}

/* A text that quotes the address, as it will be. */
struct quote {
    int64_t id;
    char *text; /* owned */
};

/* What stands where the address stood: "[erased 17]", and with a row "[erased 17, 812]". */
static void say_instead(const struct td_erase_words *erasing, int64_t row, char out[64])
{
    int len = snprintf(out, 64, "[erased %lld", (long long)erasing->subscriber);
    if (row != 0)
        len += snprintf(out + len, 64 - (size_t)len, ", %lld", (long long)row);
    (void)snprintf(out + len, 64 - (size_t)len, "]");
}

/* One slice; *after moves on and is 0 behind the last. The quotes are the caller's. */
static enum td_status find_quotes(const struct td_erase_words *erasing,
                                  const struct texts *where, int64_t *after,
                                  struct quote *out, size_t *count, struct td_err *err)
{
    struct td_query *query = td_query(erasing->store, where->statement);
    struct td_buf text;
    char instead[64];
    enum td_step step;
    int64_t seen = 0;
    *count = 0;
    td_buf_init(&text, TEXT_MAX_BYTES);
    td_bind_int(query, "$after", *after);
    td_bind_int(query, "$most", TEXTS_AT_ONCE);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        *after = td_col_int(query, 0);
        seen++;
        td_buf_clear(&text);
        say_instead(erasing, where->distinct ? *after : 0, instead);
        if (td_needle_replace(erasing->needle, td_col_text(query, 1), !where->names,
                              instead, &text))
            out[(*count)++] = (struct quote){*after, td_xstrdup(text.ptr)};
    }
    if (seen < TEXTS_AT_ONCE)
        *after = 0;
    td_buf_release(&text);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status replace_quotes(const struct td_erase_words *erasing,
                                     const struct texts *where, struct td_err *err)
{
    struct quote quotes[TEXTS_AT_ONCE];
    enum td_status status = TD_OK;
    int64_t after = 0;
    int64_t rows = 0;
    do {
        size_t count = 0;
        status = find_quotes(erasing, where, &after, quotes, &count, err);
        for (size_t i = 0; i < count; i++) {
            struct td_query *query = td_query(erasing->store, where->set);
            td_bind_int(query, "$id", quotes[i].id);
            td_bind_cstr(query, "$text", quotes[i].text);
            if (status == TD_OK)
                status = td_run(query, err);
            free(quotes[i].text);
            rows++;
        }
    } while (status == TD_OK && after != 0);
    if (status == TD_OK)
        tell_rows(erasing, where->what, rows);
    return status;
}

/* --- words of replies to others ------------------------------------------------------------------ */

/* A try whose words quote the address. */
struct quoting {
    int64_t edition, subscriber, number;
    char *words; /* owned */
};

struct quotings {
    struct quoting *items; /* owned */
    size_t count, cap;
};

static enum td_status find_quotings(const struct td_erase_words *erasing,
                                    struct quotings *out, struct td_err *err)
{
    struct td_query *query = td_query(erasing->store, "text_attempt");
    enum td_step step;
    size_t len;
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_slice words = td_col_text(query, 3);
        if (td_needle_find(erasing->needle, words, 0, true, &len) == (size_t)-1)
            continue;
        out->items =
            td_vec_grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct quoting){
            .edition = td_col_int(query, 0),
            .subscriber = td_col_int(query, 1),
            .number = td_col_int(query, 2),
            .words = td_xstrndup(words.ptr, words.len),
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* One word stands for the one that goes, so that the reply can still be put together
 * (store/interned.h). */
static enum td_status set_words(const struct td_erase_words *erasing,
                                const struct quoting *where, struct td_err *err)
{
    struct td_buf text;
    struct td_query *query = td_query(erasing->store, "text_attempt_set");
    td_buf_init(&text, TEXT_MAX_BYTES);
    (void)td_needle_replace(erasing->needle, td_slice(where->words), true, "[erased]",
                            &text);
    td_bind_int(query, "$edition", where->edition);
    td_bind_int(query, "$subscriber", where->subscriber);
    td_bind_int(query, "$number", where->number);
    td_bind_text(query, "$text", td_buf_slice(&text));
    enum td_status status = td_run(query, err);
    td_buf_release(&text);
    return status;
}

/* All are read before the first is changed: the statement reads the table that this changes. */
static enum td_status replace_in_attempts(const struct td_erase_words *erasing,
                                          struct td_err *err)
{
    struct quotings found = {0};
    enum td_status status = find_quotings(erasing, &found, err);
    for (size_t i = 0; i < found.count; i++) {
        if (status == TD_OK)
            status = set_words(erasing, &found.items[i], err);
        free(found.items[i].words);
    }
    free(found.items);
    if (status == TD_OK)
        tell_rows(erasing, "replies to others that quote the address",
                  (int64_t)found.count);
    return status;
}

/* --- raw mails ----------------------------------------------------------------------------------- */

/* Whether a deflated text holds the address. What cannot be inflated is let go too. */
static bool packs(const struct td_erase_words *erasing, struct td_slice blob)
{
    struct td_buf text;
    size_t len;
    td_buf_init(&text, PACKED_MAX_BYTES);
    bool holds =
        td_inflate(blob, &text, NULL) != TD_OK ||
        td_needle_find(erasing->needle, td_buf_slice(&text), 0, true, &len) != (size_t)-1;
    td_buf_release(&text);
    return holds;
}

static enum td_status drop_packed(const struct td_erase_words *erasing,
                                  const struct packed *where, struct td_err *err)
{
    struct td_store *store = erasing->store;
    enum td_status status = TD_OK;
    int64_t after = 0;
    int64_t rows = 0;
    while (status == TD_OK) {
        struct td_query *query = td_query(store, where->statement);
        td_bind_int(query, "$after", after);
        td_bind_int(query, "$most", 1);
        status = td_one(query, err);
        if (status != TD_OK)
            break;
        after = td_col_int(query, 0);
        bool drop = packs(erasing, td_col_blob(query, 1));
        td_query_end(query);
        if (!drop)
            continue;
        query = td_query(store, where->drop);
        td_bind_int(query, "$id", after);
        status = td_run(query, err);
        rows++;
    }
    if (status != TD_NOINPUT)
        return status;
    tell_rows(erasing, where->what, rows);
    return TD_OK;
}

enum td_status td_erase_words(const struct td_erase_words *words, struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < TD_ARRAY_LEN(texts) && status == TD_OK; i++)
        status = replace_quotes(words, &texts[i], err);
    if (status == TD_OK)
        status = replace_in_attempts(words, err);
    for (size_t i = 0; i < TD_ARRAY_LEN(packed) && status == TD_OK; i++)
        status = drop_packed(words, &packed[i], err);
    return status;
}

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
    for (size_t i = 0; i < TD_ARRAY_LEN(packed) && status == TD_OK; i++)
        status = drop_packed(words, &packed[i], err);
    return status;
}

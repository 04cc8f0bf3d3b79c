/*
 * erase_words.h: an address taken out of free text in the store that may quote anybody: replies, the audit,
 * batches, bounces. Used by erase.c alone.
 */
#ifndef TD_APP_ERASE_WORDS_H
#define TD_APP_ERASE_WORDS_H

#include "app/people/needle.h"
#include "store/store.h"

struct td_erase_words {
    struct td_store *store;
    const struct td_needle *needle;
    int64_t subscriber; /* stands where the address stood */
    void (*rows)(void *context, const char *what,
                 int64_t rows); /* a kind of row, over 0 */
    void *context;
};

/* Inside a transaction. To add a text: a row in erase_words.c. */
enum td_status td_erase_words(const struct td_erase_words *words, struct td_err *err);

#endif

/*
 * erase.h: everything that is held about a person goes, but for what proves that it was lawful and
 * keeps them from coming back unasked (standards P5, P6).
 *
 * stays   in the consent ledger: number, dates, events, basis; the person's row with the keyed hash of
 *         the address; the messages' numbers and states; a suppression by that hash
 * goes    address and those they had before (rename), name, choices, free words about the agreement, servers' words about their messages,
 *         raw bounces, the address wherever it is quoted: replies, the audit, batches, and in files:
 *         subscribers/done, refused and import errors, previews
 *
 * To add a table with something about people: write store/sql/erase_NAME.sql, which takes $subscriber,
 * and a row in erase.c (`steps`); one with free text that may quote anybody: text_NAME.sql and
 * text_NAME_set.sql (`texts` in erase_words.c). Also add it to export.c.
 *
 * At the end the instance itself is searched for the address, byte by byte, the database too: what
 * is told as left is really there.
 */
#ifndef TD_APP_ERASE_H
#define TD_APP_ERASE_H

#include "app/instance/app.h"

struct td_erase_calls {
    void (*rows)(void *context, const char *what,
                 int64_t rows);                    /* a kind of row, over 0 */
    void (*file)(void *context, const char *path); /* rewritten or removed */
    void (*left)(void *context,
                 const char *path); /* still holds the address: not ours to change */
    void *context;
};

struct td_erased {
    int64_t
        subscriber; /* 0: nobody is known by the address; it is searched for all the same */
    int64_t files;
    int64_t left;
};

/*
 * Erases whoever has the address, which is text as people type it. Opens the store. dry_run: tells what
 * would go and where it stands; changes nothing. TD_DATA for a text that is no address.
 */
enum td_status td_erase(struct td_app *app, const char *email, bool dry_run,
                        const struct td_erase_calls *calls, struct td_erased *out,
                        struct td_err *err);

/* The same for an erasure of before that a restored database does not know of (erase_list.h): it stands in
 * the ledger with its own time. The hash is all that is left of an address that is nobody's. */
enum td_status td_erase_at(struct td_app *app, const char *email, td_time at,
                           const struct td_erase_calls *calls, struct td_erased *out,
                           struct td_err *err);
enum td_status td_erase_hash(struct td_app *app, struct td_slice hash, td_time at,
                             struct td_err *err);

#endif

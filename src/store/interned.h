/*
 * interned.h: a server's reply as a text that repeats and the words in it that do not.
 *
 * A relay says "250 2.0.0 Ok: queued as 4Rt3kD1xYz" a million times with a million ids. The table
 * `reply` keeps "250 2.0.0 Ok: queued as *" once, attempt.words keeps "4Rt3kD1xYz". What is taken
 * out: addresses and message-ids (anything with an @), ids of letters and digits or of mixed
 * case, numbers of four digits and more, decimals, times. Taking out a word too many costs a few
 * bytes; joining gives every byte back in any case.
 */
#ifndef TD_STORE_INTERNED_H
#define TD_STORE_INTERNED_H

#include "base/buf.h"

/* Appends the constant text to pattern ('*' where a word was; '*', '\' and bytes that no text
 * column takes are written \*, \\, \xNN: always valid UTF-8) and the words, apart by spaces, to
 * words. */
void td_interned_split(struct td_slice text, struct td_buf *pattern,
                       struct td_buf *words);

/* Appends the original text; with '*' for each word where there are none any more (their person was
 * erased). False when the two do not belong together. */
bool td_interned_join(struct td_slice pattern, struct td_slice words, struct td_buf *out);

#endif

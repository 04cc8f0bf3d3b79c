/*
 * words.h: questions about written text that more than one parser asks.
 */
#ifndef TD_CONTENT_WORDS_H
#define TD_CONTENT_WORDS_H

#include "base/str.h"

/* White space in any script: ASCII's, no-break spaces, U+2000 to U+200A, U+2028, U+3000, …. */
bool td_is_space(int32_t cp);

/* Nothing but white space and zero-width characters. */
bool td_words_blank(struct td_slice s);

/* The first position at or after pos that is not white space. */
size_t td_words_skip_space(struct td_slice s, size_t pos);

/* The same, zero-width characters passed over too. */
size_t td_words_skip_blank(struct td_slice s, size_t pos);

/* The next word from *pos on, without zero-width characters around it; *pos moves behind it. Empty
 * at the end. */
struct td_slice td_words_next(struct td_slice s, size_t *pos);

/* The code point at pos, or -1 at the end. */
int32_t td_words_at(struct td_slice s, size_t pos);

/* The last code point, white space and closing quotes and brackets left aside; -1 for none. */
int32_t td_words_last(struct td_slice s);

/* Ends in one of . ! ? or an ellipsis, whatever closing quotes stand behind it. */
bool td_words_end_sentence(struct td_slice s);

/* Number of words apart by white space. */
size_t td_words_count(struct td_slice s);

bool td_is_dash(int32_t cp); /* hyphen, en dash, em dash */
bool td_is_letter(
    int32_t cp); /* of any script; past ASCII, all but punctuation and signs */
bool td_is_ascii_alnum(int32_t cp);
bool td_is_lower(int32_t cp); /* a to z, and the Latin-1 small letters */

#endif

/*
 * entity.h: character references of HTML: by number, and the names that mails use (Latin-1 and the
 * quotes of typographers).
 */
#ifndef TD_OUTCOME_ENTITY_H
#define TD_OUTCOME_ENTITY_H

#include "base/str.h"

/* Reads the reference that html begins with ("&eacute;", "&#233;", "&#xE9;") and writes its
 * character, at most 4 bytes and never more than the reference has. Returns the length of the
 * reference; 0: none stands there. */
size_t td_entity_read(struct td_slice html, char *out, size_t *written);

#endif

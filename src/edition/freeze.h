/*
 * freeze.h: the content hash that makes an edition what it is.
 */
#ifndef TD_EDITION_FREEZE_H
#define TD_EDITION_FREEZE_H

#include "model/edition.h"

/* SHA-256 over everything of the edition a reader can see (subject, preheader, standfirst, parts
 * with words, marks and topics, in order; images and attachments), each value with its length before it. Date, names of
 * files and configuration outside the content do not count. */
void td_edition_hash(const struct td_edition *edition, unsigned char out[32]);

#endif

/*
 * due.h: when an edition is released and when a subscriber's message is due (design 10). Pure.
 */
#ifndef TD_QUEUE_DUE_H
#define TD_QUEUE_DUE_H

#include "base/zone.h"

/*
 * The release of an edition of that date: its newsletter's hour on its wall clock, but never
 * before now: an edition assembled late by hand goes out at once.
 */
td_time td_release_at(const struct td_zone *zone, struct td_date date, int minute,
                      td_time now);

/* The first occurrence of a subscriber's own hour at or after the release; minute < 0: none of
 * their own, at release. */
td_time td_due_at(const struct td_zone *zone, int minute, td_time release);

#endif

/*
 * due.h: when an edition is released and when a subscriber's message is due (design 10). Pure.
 */
#ifndef TD_QUEUE_DUE_H
#define TD_QUEUE_DUE_H

#include "base/zone.h"

/*
 * When an edition is to go out: its newsletter's hour on its wall clock on that date; minute < 0
 * (no hour of its own): now.
 */
td_time td_planned_at(const struct td_zone *zone, struct td_date date, int minute,
                      td_time now);

/* When it does go out: as planned, but never before now: what is assembled late by hand goes out
 * at once. */
td_time td_release_at(td_time planned, td_time now);

/*
 * When a subscriber's message is due: the first occurrence of their own hour at or after the
 * planned release, but never before the release; minute < 0: at release. An edition that is a
 * moment late reaches a reader whose hour is the newsletter's today, not tomorrow.
 */
struct td_release {
    td_time planned;
    td_time released;
};
td_time td_due_at(const struct td_zone *zone, int minute, struct td_release release);

#endif

/*
 * recurrence.h: the days of an RFC 5545 rule, by libical, on floating dates only: it is right about
 * those, and wrong about local times in the gaps and overlaps of a zone. Days are counted as
 * td_date_days does.
 */
#ifndef TD_QUEUE_RECURRENCE_H
#define TD_QUEUE_RECURRENCE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

struct td_recurrence; /* lives in the arena it was made in */

/* `start` is the day the rule counts from; NULL: none, which is refused where the rule depends on it.
 * Else as td_schedule_parse (queue/schedule.h). */
enum td_status td_recurrence_parse(struct td_arena *arena, const char *rule,
                                   const struct td_date *start,
                                   struct td_recurrence **out, struct td_err *err);

/* Walks the days from `from` on; td_recurrence_end. */
struct td_recurrence_walk;
struct td_recurrence_walk *td_recurrence_begin(const struct td_recurrence *recurrence,
                                               int64_t from);
/* The next day, up to `to`; false: there is none. */
bool td_recurrence_next(struct td_recurrence_walk *walk, int64_t to, int64_t *day);
void td_recurrence_end(struct td_recurrence_walk *walk);

#endif

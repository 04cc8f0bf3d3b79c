/*
 * gather.h: the source of an edition: the editor's file, or, for a newsletter that gathers another one, what
 * the week brought there: its leads, and its sections by topic.
 */
#ifndef TD_APP_GATHER_H
#define TD_APP_GATHER_H

#include "app/instance/app.h"
#include "app/instance/briefings.h"

#define TD_GATHER_DAYS 7 /* up to the edition's day, it included */

/*
 * As td_source_find (app/instance/briefings.h). Without a file, the day's issue of a newsletter with the key
 * `gathers` is Markdown put together from the issues of the last days of that one: as they were frozen, also
 * where they were cancelled or held it is not in it. TD_NOINPUT when there is nothing of that either. Opens
 * the store for that.
 */
enum td_status td_source_get(struct td_app *app, const struct td_newsletter *newsletter,
                             struct td_date date, const char *slug, struct td_source *out,
                             struct td_err *err);

#endif

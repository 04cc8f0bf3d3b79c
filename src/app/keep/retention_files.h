/*
 * retention_files.h: files with addresses in them are forgotten too: what lies in subscribers/done and
 * refused, and what imports could not take; and the names that those files replaced.
 */
#ifndef TD_APP_RETENTION_FILES_H
#define TD_APP_RETENTION_FILES_H

#include "app/keep/retention.h"

/* Removes those last changed before then; *removed is how many, or would be in a dry run. A file that is
 * not there any more is no failure. */
enum td_status td_retention_files(struct td_app *app, td_time before, bool dry_run,
                                  int64_t *removed, struct td_err *err);

/* Forgets what people were called before imports that began before then: only undoing one asks for it. In
 * slices; a dry run does nothing. */
enum td_status td_retention_names(struct td_app *app,
                                  const struct td_retention_options *options,
                                  td_time before, struct td_err *err);

#endif

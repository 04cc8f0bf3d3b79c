/*
 * frozen.h: an edition out of the store, on the press again as it was frozen.
 */
#ifndef TD_APP_FROZEN_H
#define TD_APP_FROZEN_H

#include "app/instance/briefings.h"
#include "app/press/press.h"
#include "store/editions.h"

struct td_frozen {
    const struct td_newsletter *newsletter; /* of the configuration */
    struct td_press *press;                 /* owned */
    struct td_source source;
    char slug[128];
};

/* What a stored edition was made from; *out as of td_source_read, its bytes for a press with
 * `frozen` (press.h). */
enum td_status td_frozen_source(const struct td_edition_row *row, struct td_source *out,
                                struct td_err *err);

/* TD_NOINPUT when there is no such edition or its newsletter is not configured any more. *out is
 * the caller's (td_frozen_close) on success. */
enum td_status td_frozen_open(struct td_app *app, int64_t edition, struct td_frozen *out,
                              struct td_err *err);
void td_frozen_close(struct td_frozen *frozen);

#endif

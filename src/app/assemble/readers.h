/*
 * readers.h: who got which variant of an edition, and why.
 */
#ifndef TD_APP_READERS_H
#define TD_APP_READERS_H

#include "app/instance/app.h"
#include "model/message.h"
#include "model/prefs.h"
#include "variant/partition.h"

/* One reader of an edition; slices die with the call. */
struct td_reader {
    struct td_slice address;
    struct td_slice topics; /* the choice: canonical text, "" = all */
    enum td_format format;
    int64_t variant; /* 0: none */
    enum td_state state;
    enum td_reason reason;
    struct td_slice
        shown; /* what the variant shows: "lead; Heading; Heading; also today" */
};

struct td_reader_sink {
    void (*reader)(void *context, const struct td_reader *reader);
    void *context;
};

/* What a selection of the edition shows, as in td_reader.shown; out is cleared first. */
void td_readers_describe(const struct td_edition *edition,
                         const struct td_selection *selection, struct td_buf *out);

/* Every message of the edition, by address. The choice is the subscriber's present one. */
enum td_status td_readers(struct td_app *app, int64_t edition, struct td_reader_sink sink,
                          struct td_err *err);

#endif

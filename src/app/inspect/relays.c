/* The relays as people see them (relays.h). */
#include "app/inspect/relays.h"

#include <stdio.h>

enum td_status td_relay_see(struct td_app *app, const char *relay,
                            struct td_relay_seen *out, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "relay_seen");
    *out = (struct td_relay_seen){0};
    td_bind_cstr(query, "$name", relay);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        struct td_slice trouble = td_col_text(query, 3);
        out->failures = (int)td_col_int(query, 0);
        out->sessions = td_col_int(query, 4);
        out->slowed = td_col_int(query, 5);
        if (out->failures > 0) {
            out->since = td_col_int(query, 1);
            out->again = td_col_int(query, 2);
            (void)snprintf(out->trouble, sizeof out->trouble, "%.*s", (int)trouble.len,
                           trouble.ptr);
        }
    }
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

void td_relay_seen_say(const char *relay, const struct td_relay_seen *seen,
                       struct td_buf *out)
{
    char since[32];
    char again[32];
    td_time_format(seen->since, since);
    td_time_format(seen->again, again);
    td_buf_addf(out, "relay %s cannot be used since %s, next try at %s: %s", relay, since,
                again, seen->trouble);
}

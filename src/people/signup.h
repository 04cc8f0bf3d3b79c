/*
 * signup.h: a row of a signup or import file becomes a checked wish. Pure.
 */
#ifndef TD_PEOPLE_SIGNUP_H
#define TD_PEOPLE_SIGNUP_H

#include "model/address.h"
#include "model/basis.h"
#include "model/prefs.h"
#include "people/csv.h"

enum td_action { TD_ACTION_SUBSCRIBE, TD_ACTION_CHANGE, TD_ACTION_UNSUBSCRIBE };

#define TD_NAME_MAX         800 /* bytes: 200 characters */
#define TD_BASIS_SOURCE_MAX 500 /* bytes */

/* What a row (or a command line) asks for. `has` bits tell which choices were given: an
 * import changes only those. */
struct td_signup {
    enum td_action action;
    struct td_address address;
    char name[TD_NAME_MAX + 1]; /* "" when not given */
    const struct td_newsletter *newsletter;
    char topics[TD_TOPICS_TEXT_MAX + 1]; /* canonical */
    enum td_format format;
    enum td_cadence cadence;
    int at;                          /* minutes, or -1: when the newsletter goes out */
    char zone[TD_ZONE_NAME_MAX + 1]; /* "" = the newsletter's */
    bool has_name, has_topics, has_format, has_cadence, has_at, has_zone;
    /* What a trusted file says for itself: on what basis they may be mailed, and how that is known.
     * TD_BASIS_NONE: nothing. */
    enum td_basis basis;
    char source[TD_BASIS_SOURCE_MAX + 1];
    /* A pause: nothing goes out before this day begins where they live; year 0 ends a pause. Only
     * commands ask for it. */
    bool has_pause;
    struct td_date pause_until;
};

struct td_signup_context {
    const struct td_newsletter *newsletters;
    size_t newsletter_count;
    /* when the row names none; NULL: then it must */
    const struct td_newsletter *fallback;
    struct td_zones *zones; /* to refuse unknown ones */
    bool may_state;         /* rows may state a basis; else such a row is refused */
};

/* TD_DATA with the reason for the errors file. */
enum td_status td_signup_read(const struct td_signup_context *context,
                              const struct td_row *row, struct td_signup *out,
                              struct td_err *err);

/* Whether the words by which an operator or a file says how it is known that people agreed can be
 * kept: one line of UTF-8, no control characters, not even in disguise. TD_DATA with the reason. */
enum td_status td_signup_source(struct td_slice text, struct td_err *err);

#endif

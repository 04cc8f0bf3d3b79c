/*
 * bounce_read.h: from what came back to what it says, and of whom: the reader's findings (outcome/
 * bounce.h) about the subscriber whose signed address the mail was sent to.
 *
 * Whose it is says the address alone (standards L5): bounce+TOKEN@domain among the envelope recipients
 * of the mail itself. Feedback reports come to another address; there any token of ours counts that
 * the reported message holds (M3). What nobody signed changes nothing (M6).
 */
#ifndef TD_APP_BOUNCE_READ_H
#define TD_APP_BOUNCE_READ_H

#include "app/instance/app.h"
#include "outcome/bounce.h"
#include "store/bounces.h"

struct td_bounce_reader;

/* Reads the rules; opens the store. app is borrowed. */
enum td_status td_bounce_reader_create(struct td_bounce_reader **out, struct td_app *app,
                                       struct td_err *err);
void td_bounce_reader_destroy(struct td_bounce_reader *reader);    /* NULL is fine */
int td_bounce_reader_rules(const struct td_bounce_reader *reader); /* their version */

/*
 * Reads a raw mail, or the words of row itself where it is a refusal at SMTP time, and sets what row
 * says: form, kind, reason, scope, disputed, blocks, status, address, rule, words, rules; edition and
 * subscriber of a token whose MAC fits; domain. result is set to COUNTED or NOTHING as the words have
 * it, or to NO_TOKEN, FORGED, GONE, MISMATCH or ANSWER. No look at when anything was sent.
 */
enum td_status td_bounce_understand(struct td_bounce_reader *reader, struct td_slice mail,
                                    struct td_bounce_row *row, struct td_err *err);

#endif

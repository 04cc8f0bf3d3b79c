/*
 * mail_command.h: what arrives at the command address: acts by a token, or asks back.
 *
 * Anybody can write in anybody's name. So a mail does something only where it was sent to an address with
 * a token of ours (Reply-To of a question, List-Unsubscribe) or holds one; without it the most that comes
 * of it is a question to the address it claims to be from, and that is bounded like every notice.
 * Automatic mail is never answered (RFC 3834), and nothing is ever answered to whom we do not know but
 * by a confirmation.
 */
#ifndef TD_APP_MAIL_COMMAND_H
#define TD_APP_MAIL_COMMAND_H

#include "app/instance/app.h"
#include "people/command.h"

/* A mail larger than this is no command; it is cut. */
#define TD_COMMAND_MAIL_MAX ((size_t)1024 * 1024)

enum td_mail_result {
    TD_MAIL_UNSUBSCRIBED, /* by a token */
    TD_MAIL_CONFIRMED,    /* by a token */
    TD_MAIL_ASKED,        /* a question or an answer is queued, or was today */
    TD_MAIL_NOTHING,      /* understood, and there is nothing to do */
    TD_MAIL_AUTOMATIC,    /* not from a person: not answered */
    TD_MAIL_NO_COMMAND,   /* nothing that we know, or from nobody that we know */
    TD_MAIL_BAD_TOKEN,    /* the address has our form, and the token is none of ours */
};
#define TD_MAIL_RESULTS 7
const char *td_mail_result_name(enum td_mail_result result); /* "unsubscribed", … */

struct td_mail_outcome {
    enum td_mail_result result;
    enum td_command_verb verb;
    int64_t subscriber; /* whom it was about; 0: nobody */
};

/* Any bytes are a mail. TD_CONFIG when there is no command_address; else only the store's trouble is an
 * error: the mail is to be handed in again. */
enum td_status td_mail_command(struct td_app *app, struct td_slice mail,
                               struct td_mail_outcome *out, struct td_err *err);

#endif

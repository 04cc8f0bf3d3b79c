/*
 * command.h: what somebody who writes to the command address wants. Pure: words in, a value out.
 *
 * The subject decides, without "Re:" and the like; where it says nothing, the first line of the text that is
 * no quotation does. One word, in any case, and behind it what it is about.
 */
#ifndef TD_PEOPLE_COMMAND_H
#define TD_PEOPLE_COMMAND_H

#include "model/newsletter.h"

enum td_command_verb {
    TD_COMMAND_NONE, /* nothing that we know */
    TD_COMMAND_UNSUBSCRIBE,
    TD_COMMAND_SUBSCRIBE,
    TD_COMMAND_CONFIRM,
    TD_COMMAND_HELP,
};
const char *td_command_name(
    enum td_command_verb verb); /* "unsubscribe", …; none is "none" */

struct td_mail_wish {
    enum td_command_verb verb;
    struct td_slice about; /* the word behind it: a newsletter, a token; may be empty */
    /* What the writer said in words of their own, in the first such line of the text: "no", "not me", "don't";
     * or "stop", "remove", or that subject. Neither is a yes to a question. */
    bool says_no, says_stop;
};

/* subject and text are decoded; the slices of out point into them. */
void td_command_read(struct td_slice subject, struct td_slice text,
                     struct td_mail_wish *out);

/* Whether it is the command address, with a token or without. */
bool td_command_is_ours(const struct td_mail_commands *ours, struct td_slice address);

/* TOKEN of "LOCAL<delimiter>TOKEN@DOMAIN", whatever its case; false for any other address. */
bool td_command_token(const struct td_mail_commands *ours, struct td_slice address,
                      struct td_slice *token);

#endif

/* What somebody who writes to the command address wants (command.h). */
#include "people/command.h"

#include <string.h>

/* A text is looked at so far: a command stands at its start. */
#define LINES_MOST 20

static const struct {
    const char *word;
    enum td_command_verb verb;
} verbs[] = {
    {"unsubscribe", TD_COMMAND_UNSUBSCRIBE},
    {"remove", TD_COMMAND_UNSUBSCRIBE},
    {"stop", TD_COMMAND_UNSUBSCRIBE},
    {"leave", TD_COMMAND_UNSUBSCRIBE},
    {"signoff", TD_COMMAND_UNSUBSCRIBE},
    {"subscribe", TD_COMMAND_SUBSCRIBE},
    {"join", TD_COMMAND_SUBSCRIBE},
    {"confirm", TD_COMMAND_CONFIRM},
    {"yes", TD_COMMAND_CONFIRM},
    {"help", TD_COMMAND_HELP},
    {"info", TD_COMMAND_HELP},
};

const char *td_command_name(enum td_command_verb verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (verbs[i].verb == verb)
            return verbs[i].word;
    return "none";
}

/* "Re:", "AW:", "Fwd:", "SV:", "Antw:" …: a short word of letters and a colon, as often as it comes. */
static struct td_slice without_re(struct td_slice subject)
{
    for (;;) {
        size_t n = 0;
        subject = td_slice_trim(subject);
        while (n < subject.len && n < 6 &&
               ((subject.ptr[n] >= 'a' && subject.ptr[n] <= 'z') ||
                (subject.ptr[n] >= 'A' && subject.ptr[n] <= 'Z')))
            n++;
        if (n < 2 || n >= subject.len || subject.ptr[n] != ':')
            return subject;
        subject = td_slice_sub(subject, n + 1, subject.len);
    }
}

/* The first word of a line as a verb, and the one behind it. */
static enum td_command_verb read_line(struct td_slice line, struct td_slice *about)
{
    static const char apart[] = " \t.,;:!?\"'<>()[]*_";
    struct td_slice rest = line;
    struct td_slice word;
    *about = td_slice("");
    if (!td_slice_token(&rest, apart, &word))
        return TD_COMMAND_NONE;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (td_slice_iis(word, verbs[i].word)) {
            struct td_slice next;
            /* a token may hold '_' */
            if (td_slice_token(&rest, " \t.,;:!?\"'<>()[]*", &next))
                *about = next;
            return verbs[i].verb;
        }
    return TD_COMMAND_NONE;
}

/* The first line that the writer wrote; false when there is none. */
static bool own_line(struct td_slice text, struct td_slice *out)
{
    struct td_slice line;
    for (int i = 0; i < LINES_MOST && td_slice_line(&text, &line); i++) {
        line = td_slice_trim(line);
        if (td_slice_starts(line, "-- ") || td_slice_is(line, "--"))
            return false;
        if (line.len > 0 && line.ptr[0] != '>' && line.ptr[0] != '|') {
            *out = line;
            return true;
        }
    }
    return false;
}

/* Whether one of the first words is in the list, which ends with NULL. */
static bool begins_with(struct td_slice line, const char *const *words)
{
    struct td_slice word;
    for (int n = 0; n < 4 && td_slice_token(&line, " \t.,;:!?\"()[]*", &word); n++)
        for (const char *const *known = words; *known; known++)
            if (td_slice_iis(word, *known))
                return true;
    return false;
}

void td_command_read(struct td_slice subject, struct td_slice text,
                     struct td_mail_wish *out)
{
    static const char *const noes[] = {"no",    "not",  "don't", "don’t", "dont",
                                       "never", "nein", "non",   "wrong", NULL};
    static const char *const stops[] = {"stop", "remove", "unsubscribe", "spam", NULL};
    struct td_slice line = td_slice("");
    struct td_slice about = td_slice("");
    const bool wrote = own_line(text, &line);
    const enum td_command_verb own = wrote ? read_line(line, &about) : TD_COMMAND_NONE;
    *out = (struct td_mail_wish){.about = td_slice("")};
    out->verb = read_line(without_re(subject), &out->about);
    if (out->verb == TD_COMMAND_NONE && wrote) {
        out->verb = own;
        out->about = about;
    }
    /* "Yes, no problem" is a yes. */
    out->says_no = wrote && own != TD_COMMAND_CONFIRM && begins_with(line, noes);
    out->says_stop =
        (wrote && begins_with(line, stops)) || out->verb == TD_COMMAND_UNSUBSCRIBE;
}

/* What stands behind LOCAL in an address of ours, the delimiter included; absent for any other address. */
static struct td_slice behind_local(const struct td_mail_commands *ours,
                                    struct td_slice address)
{
    const size_t local = strlen(ours->local);
    size_t at = address.len;
    while (at > 0 && address.ptr[at - 1] != '@')
        at--;
    if (at == 0 || !td_slice_iis(td_slice_sub(address, at, address.len), ours->domain) ||
        !td_slice_istarts(td_slice_sub(address, 0, at - 1), ours->local))
        return (struct td_slice){NULL, 0};
    const struct td_slice rest = td_slice_sub(address, local, at - 1);
    return rest.len == 0 || rest.ptr[0] == ours->delimiter ? rest
                                                           : (struct td_slice){NULL, 0};
}

bool td_command_is_ours(const struct td_mail_commands *ours, struct td_slice address)
{
    return behind_local(ours, address).ptr != NULL;
}

bool td_command_token(const struct td_mail_commands *ours, struct td_slice address,
                      struct td_slice *token)
{
    const struct td_slice rest = behind_local(ours, address);
    *token = td_slice_sub(rest, 1, rest.len);
    return rest.len > 1;
}

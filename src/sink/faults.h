/*
 * faults.h: what a sink is to do wrong, where and when: a small language, and its answers.
 *
 *   RULE ; RULE …            each counts its own turns; the first that applies answers
 *   RULE  = seed N
 *         | STAGE WHAT… WHEN…
 *   STAGE = connect banner ehlo starttls tls auth mail rcpt data body dot after-dot rset quit
 *   WHAT  = CODE ["TEXT"]    this reply; after 421, and any at connect, the sink closes
 *         | malformed        a line that is no SMTP reply
 *         | silent           nothing, and nothing any more in this session
 *         | drop             the connection is closed
 *         | multi-line | over-long [BYTES] | unasked | slow TIME
 *                            shape any reply, the good one too; unasked: another one behind it
 *   WHEN  = N%               of the times it comes here, or, with each, of the recipients
 *         | first N | turn N | every N
 *         | each             first, turn, every and N% go by recipient, not by time
 *         | to PATTERN       recipients like it: * and ?
 *
 *   "rcpt 450 first 1 each; rcpt 550 \"5.1.1 no such user\" to *@gone.example; dot drop 2%"
 *
 * Nothing here is random: whether a share takes its n-th time, or a recipient, follows from the
 * seed alone, so a run can be repeated.
 */
#ifndef TD_SINK_FAULTS_H
#define TD_SINK_FAULTS_H

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

enum td_sink_stage {
    TD_SINK_CONNECT, /* in place of all: the connection was just accepted */
    TD_SINK_BANNER,
    TD_SINK_EHLO, /* not HELO: who falls back to it is served */
    TD_SINK_STARTTLS,
    TD_SINK_TLS, /* the client begins its handshake; what is said instead is said in clear */
    TD_SINK_AUTH,
    TD_SINK_MAIL,
    TD_SINK_RCPT,
    TD_SINK_DATA,
    TD_SINK_BODY,      /* the first bytes of a message have come, the dot has not */
    TD_SINK_DOT,       /* in place of keeping the message */
    TD_SINK_AFTER_DOT, /* the message is kept, whatever is said then */
    TD_SINK_RSET,
    TD_SINK_QUIT,
};
#define TD_SINK_STAGE_COUNT 14

const char *td_sink_stage_name(enum td_sink_stage stage); /* "after-dot" */

enum td_sink_fault_kind {
    TD_FAULT_REPLY, /* code and text, or the good reply where code is 0 */
    TD_FAULT_MALFORMED,
    TD_FAULT_SILENT,
    TD_FAULT_DROP,
};

#define TD_FAULT_TEXT_MAX 512

struct td_sink_fault {
    enum td_sink_fault_kind kind;
    int code;
    char text[TD_FAULT_TEXT_MAX]; /* behind the code */
    bool multi_line;
    size_t long_by; /* octets added to the last line */
    bool unasked;   /* a reply that nobody asked for comes with it */
    td_time wait;   /* before anything is said or done */
};

struct td_sink_faults;

/* TD_USAGE names the place: "at 12, \"rctp\": …" (the first character is 1). */
enum td_status td_sink_faults_read(struct td_sink_faults **out, const char *spec,
                                   struct td_err *err);
void td_sink_faults_destroy(struct td_sink_faults *faults); /* NULL is fine */

/*
 * The fault for this time at this stage, or NULL for none; asking counts. recipients: those named
 * so far, each ended by a newline; the first is the one `each` goes by. Lives as long as faults.
 */
const struct td_sink_fault *td_sink_faults_at(struct td_sink_faults *faults,
                                              enum td_sink_stage stage,
                                              struct td_slice recipients);

/* Whether any rule speaks of this stage: STARTTLS and AUTH are offered only for the sake of it.
 * False for NULL. */
bool td_sink_faults_name(const struct td_sink_faults *faults, enum td_sink_stage stage);

/* How often a fault was given. 0 for NULL. */
long long td_sink_faults_given(const struct td_sink_faults *faults);

#endif

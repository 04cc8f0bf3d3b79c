/*
 * talkstate.h: the inside of a talk, between its bytes (talk.c) and its commands (command.c).
 * Private to the sink.
 */
#ifndef TD_SINK_TALKSTATE_H
#define TD_SINK_TALKSTATE_H

#include "sink/talk.h"

/* A command line; RFC 5321 asks for 512, extensions for more. */
#define TD_TALK_LINE_MAX 2048

/* How much of CRLF "." CRLF stands at the end of what came. */
enum end_seen { NOTHING, CR, LINE_START, DOT, DOT_CR };

struct td_talk {
    struct td_sink_keeper keeper;
    struct td_sink_faults *faults; /* borrowed; NULL: none */
    struct td_talk_terms terms;
    bool upgrading;     /* a handshake is due */
    bool shake_asked;   /* for a fault in its place */
    bool secure;        /* TLS is there */
    bool authenticated; /* whoever it is */
    struct td_buf line; /* a command that is not whole yet */
    struct td_buf out;
    size_t out_done;
    struct td_buf sender;
    struct td_buf recipients;
    size_t recipient_count;
    bool has_sender;
    struct td_buf content;
    enum { AT_COMMAND, IN_AUTH, IN_DATA } phase;
    enum end_seen end_seen;
    int errors;
    bool begun;    /* a byte of the message has come */
    bool answered; /* in the middle of the message: no reply is due to its dot */
    bool mute;     /* says nothing any more */
    bool over;
    td_time pause;         /* before what is held; 0: none */
    struct td_buf held;    /* a slow reply */
    struct td_buf waiting; /* what came during the pause */
    bool over_then;        /* the session ends behind what is held */
};

/* A reply of ours, no fault asked. */
void td_talk_reply(struct td_talk *talk, const char *text);

/* The good reply, or the fault in its place; now or after a pause. The session may end by it. */
void td_talk_say(struct td_talk *talk, const char *good,
                 const struct td_sink_fault *fault);

/* The good reply of this stage, or the fault asked for. Whether what it answers counts. */
bool td_talk_grant(struct td_talk *talk, enum td_sink_stage stage, const char *good);

/* Once all that is said, now or after a pause, is written. */
void td_talk_end(struct td_talk *talk);

/* No message is under way any more. */
void td_talk_reset(struct td_talk *talk);

/* One line, without its end (command.c). */
void td_talk_command(struct td_talk *talk, struct td_slice line);

#endif

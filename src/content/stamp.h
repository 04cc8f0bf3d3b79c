/*
 * stamp.h: times of day as editors write them: "5.32pm", "8.37am:", "17:32", "9 a.m.", "12 noon".
 */
#ifndef TD_CONTENT_STAMP_H
#define TD_CONTENT_STAMP_H

#include "base/str.h"

enum td_stamp_found {
    TD_STAMP_NONE,
    TD_STAMP_WRONG, /* written like a time, but there is no such time: "13.05am", "5.75pm" */
    TD_STAMP_FOUND,
};

/* A time somewhere in a text. */
struct td_stamp_time {
    int minute;       /* of the day, 0..1439 */
    size_t end;       /* the position behind it */
    bool has_minutes; /* "1.00pm", not "1pm" */
    bool loose;       /* "17.32": might as well be a number */
};

/* Reads a time that begins at pos; *out is set for TD_STAMP_FOUND, its end for TD_STAMP_WRONG. */
enum td_stamp_found td_stamp_time_at(struct td_slice s, size_t pos,
                                     struct td_stamp_time *out);

/* A time that opens a line, as the stamp of an entry does. */
struct td_stamp {
    int minute;
    struct td_slice written; /* "5.32pm", without bracket, colon or dash */
    size_t end;              /* where the entry's own words begin */
    bool has_minutes;
    /* Might be a sentence that only begins with a time: it goes on in lower case ("2.30pm saw …"),
     * or names an hour and nothing parts it from the words. */
    bool weak;
    bool loose; /* "17.32 The …": might be a number */
};

/*
 * Whether a text opens with the stamp of an entry: a time (which may be in brackets), then the end,
 * a colon, dash or bar, or words. A time that a sentence goes on from is none: "5.32pm, when …",
 * "1pm-2pm: …", "1pm is when …" (no minutes, then lower case).
 */
enum td_stamp_found td_stamp_read(struct td_slice s, struct td_stamp *out);

#endif

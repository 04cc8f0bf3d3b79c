/*
 * report.h: the machine's part of a delivery report (RFC 3464), read liberally (standards K6).
 */
#ifndef TD_OUTCOME_REPORT_H
#define TD_OUTCOME_REPORT_H

#include "base/arena.h"

#define TD_REPORT_ITEMS_MAX 200

enum td_action {
    TD_ACTION_NONE, /* not said */
    TD_ACTION_FAILED,
    TD_ACTION_DELAYED,
    TD_ACTION_DONE, /* delivered, relayed, expanded */
};

/* What it says of one recipient, as views into the text. */
struct td_report_item {
    struct td_slice original; /* address of Original-Recipient; absent */
    struct td_slice final;    /* of Final-Recipient, else X-Actual-Recipient */
    enum td_action action;
    struct td_slice status;     /* of Status, whatever stands there */
    struct td_slice diagnostic; /* of Diagnostic-Code, without its type */
};

struct td_report {
    struct td_report_item *items;
    size_t count;
};

void td_report_read(struct td_arena *arena, struct td_slice text, struct td_report *out);

/* Where fields of a report begin in a text that is none by its type; (size_t)-1. */
size_t td_report_find(struct td_slice text);

#endif

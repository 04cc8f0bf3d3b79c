/*
 * faultrule.h: one rule of a fault specification, between its reader (faultspec.c) and whoever
 * applies it (faults.c). Private to the sink.
 */
#ifndef TD_SINK_FAULTRULE_H
#define TD_SINK_FAULTRULE_H

#include "sink/faults.h"

#define TD_FAULT_PATTERN_MAX 256
#define TD_FAULT_RULES_MAX   100

struct td_sink_rule {
    enum td_sink_stage stage;
    struct td_sink_fault fault;
    double share;               /* 0 < share <= 1 */
    int64_t first, turn, every; /* 0: not said */
    bool each;
    char pattern[TD_FAULT_PATTERN_MAX]; /* lower case; "": everyone */
    int64_t times;                      /* it was asked, when not by recipient */
};

struct td_sink_rules {
    struct td_sink_rule *items; /* owned */
    size_t count;
    size_t cap;
    uint64_t seed;
};

/* Appends the rules of spec. TD_USAGE as td_sink_faults_read; what was read so far stays. */
enum td_status td_faultspec_read(struct td_sink_rules *rules, const char *spec,
                                 struct td_err *err);

#endif

/*
 * signup_report.h: the report on a signup file: a CSV with a line for each of its rows: taken, already
 * there, or refused and why. It can be gone on with where a run was cut short.
 */
#ifndef TD_APP_SIGNUP_REPORT_H
#define TD_APP_SIGNUP_REPORT_H

#include <stdio.h>

#include "app/people/intake.h"

struct td_signup_report {
    char *path;
    FILE *file;
    struct td_buf line;
};

/* Opens the file at path and cuts it to the first `length` bytes, which are known to be good; 0: a new
 * one, with its header. TD_CANTCREAT; TD_IO when it is shorter than that. */
enum td_status td_signup_report_open(struct td_signup_report *report, const char *path,
                                     int64_t length, struct td_err *err);
enum td_status td_signup_report_add(struct td_signup_report *report,
                                    const struct td_intake_row *row, struct td_err *err);

/* Makes what was added last: on the disk. *length: how long the file is now. */
enum td_status td_signup_report_keep(struct td_signup_report *report, int64_t *length,
                                     struct td_err *err);
void td_signup_report_close(struct td_signup_report *report);

#endif

/*
 * handed_in.h: a mail that a mail server hands to a command, by a pipe or as a file.
 */
#ifndef TD_CLI_HANDED_IN_H
#define TD_CLI_HANDED_IN_H

#include "base/buf.h"
#include "cli/option.h"

/* Appends the mail at path ("-": standard input) to an empty buffer, behind the header lines that
 * --sender (Return-Path) and --recipient (X-Original-To) stand for; of a mail that does not fit in the
 * buffer its beginning: a mail server that hands it in could only be told to try again, for ever.
 * TD_USAGE for an address that could not stand in a header; else as td_file_read_start. */
enum td_status td_handed_in_read(const struct td_args *args, const char *path,
                                 struct td_buf *mail, struct td_err *err);

#endif

/*
 * maildir.h: writes mails into a Maildir: whole in tmp/, then renamed into new/.
 */
#ifndef TD_SINK_MAILDIR_H
#define TD_SINK_MAILDIR_H

#include "sink/talk.h"

struct td_maildir;

/* Makes path with tmp, new and cur when missing. TD_CANTCREAT. */
enum td_status td_maildir_open(struct td_maildir **out, const char *path,
                               struct td_err *err);
void td_maildir_close(struct td_maildir *maildir); /* NULL is fine */

/* One file: Return-Path and a Delivered-To for each recipient, then the bytes as received. */
enum td_status td_maildir_add(struct td_maildir *maildir, const struct td_sink_mail *mail,
                              struct td_err *err);

#endif

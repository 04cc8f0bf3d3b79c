/* err.c: statuses, messages, exit codes, and the way out when we have a bug. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* The text as one printable line, cut between characters where it is too long. (vsnprintf
 * may have cut the last one in two; there is never room for its \xNN.) */
static void set_text(struct td_err *err, const char *raw)
{
    const struct td_slice s = td_slice(raw);
    size_t n = 0;
    for (size_t pos = 0; pos < s.len;) {
        char piece[TD_VISIBLE_MAX];
        const size_t len = td_utf8_visible(s, &pos, piece);
        if (n + len >= sizeof err->text) {
            break;
        }
        memcpy(err->text + n, piece, len);
        n += len;
    }
    err->text[n] = '\0';
}

enum td_status td_fail(struct td_err *err, enum td_status status, const char *format, ...)
{
    if (err == NULL) {
        return status;
    }
    char raw[sizeof err->text]; /* the arguments may point into err->text */
    va_list args;
    va_start(args, format);
    (void)vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    err->status = status;
    err->sys = 0;
    set_text(err, raw);
    return status;
}

enum td_status td_fail_sys(struct td_err *err, enum td_status status, const char *format,
                           ...)
{
    const int sys = errno;
    if (err == NULL) {
        return status;
    }
    char raw[sizeof err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    (void)td_fail(err, status, "%s: %s", raw, strerror(sys));
    err->sys = sys;
    return status;
}

enum td_status td_err_context(struct td_err *err, const char *format, ...)
{
    char raw[sizeof err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    const int sys = err->sys;
    (void)td_fail(err, err->status, "%s: %s", raw, err->text);
    err->sys = sys;
    return err->status;
}

const char *td_status_name(enum td_status status)
{
    switch (status) {
    case TD_OK: return "ok";
    case TD_NO: return "no";
    case TD_CONFLICT: return "conflict";
    case TD_USAGE: return "usage";
    case TD_DATA: return "data";
    case TD_NOINPUT: return "noinput";
    case TD_UNAVAILABLE: return "unavailable";
    case TD_SOFTWARE: return "software";
    case TD_OS: return "os";
    case TD_CANTCREAT: return "cantcreat";
    case TD_IO: return "io";
    case TD_AGAIN: return "again";
    case TD_NOPERM: return "noperm";
    case TD_CONFIG: return "config";
    }
    TD_PANIC("a status that has no name");
}

int td_status_exit(enum td_status status)
{
    /* A conflict that reaches the end of the process is one that was not tried again. */
    return status == TD_CONFLICT ? TD_AGAIN : (int)status;
}

void td_panic(const char *file, int line, const char *why)
{
    (void)fprintf(stderr, "tidings: bug at %s:%d: %s\n", file, line, why);
    abort();
}

/*
 * err.h: one status enum and one message for the whole of tidings.
 *
 * A function that can fail returns `enum td_status`, 0 on success, and takes `struct
 * td_err *err` last. err is untouched on success and complete enough to print as it is on
 * failure. It is a fixed struct the caller owns: reporting cannot fail. Out of memory is
 * not reported: td_xmalloc ends the process, and the ledger makes that safe
 * (docs/DECISIONS.md).
 */
#ifndef TD_BASE_ERR_H
#define TD_BASE_ERR_H

/* Values are the exit codes of sysexits.h where there is one; TD_NO is "it worked, the
 * answer is no". TD_CONFLICT (lease lost, row changed meanwhile) is tried again by its
 * caller. */
enum td_status {
    TD_OK = 0,
    TD_NO = 1,
    TD_CONFLICT = 3,
    TD_USAGE = 64,
    TD_DATA = 65,
    TD_NOINPUT = 66, /* a named file, newsletter, subscriber, edition is not there */
    TD_UNAVAILABLE = 69,
    TD_SOFTWARE = 70,
    TD_OS = 71,
    TD_CANTCREAT = 73,
    TD_IO = 74,
    TD_AGAIN = 75,
    TD_NOPERM = 77,
    TD_CONFIG = 78,
};

struct td_err {
    enum td_status status;
    int sys;        /* errno at the failure, or 0 */
    char text[512]; /* one line, UTF-8, no newline, no trailing full stop */
};

/* Fills err (NULL is allowed) and returns status, so that `return td_fail(…)` reads well.
 * Control bytes in the text are shown as \xNN. */
enum td_status td_fail(struct td_err *err, enum td_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(errno)" behind the text and errno in err->sys. */
enum td_status td_fail_sys(struct td_err *err, enum td_status status, const char *format,
                           ...) __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text of err (not NULL); returns err->status. */
enum td_status td_err_context(struct td_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The name of a status as logs show it: "ok", "no", "usage", … */
const char *td_status_name(enum td_status status);

/* The exit code of a process that ends with this status (sysexits.h). */
int td_status_exit(enum td_status status);

/* We have a bug: prints file and line to stderr and aborts. */
#define TD_PANIC(why) td_panic(__FILE__, __LINE__, (why))
__attribute__((noreturn)) void td_panic(const char *file, int line, const char *why);

#define TD_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif

/* log.c: one line per event, to stderr or the journal. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"

#define LINE_MAX_BYTES 4096

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* The sink, the only global of tidings: a log line may be wanted anywhere. */
static struct {
    enum td_level least;
    const char *role; /* borrowed; NULL: none */
    bool journal;
} sink = {.least = TD_WARN};

#ifdef TD_HAVE_SYSTEMD
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

/* Whether stderr is the journal's own stream: systemd tells its device and inode. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    if (stream == NULL || fstat(STDERR_FILENO, &st) != 0) {
        return false;
    }
    char own[64];
    (void)snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)st.st_dev,
                   (uintmax_t)st.st_ino);
    return strcmp(stream, own) == 0;
}

static bool to_journal(enum td_level level, const char *event, const char *line)
{
    static const int priorities[] = {7, 6, 4, 3}; /* as syslog(3) numbers them */
    return sd_journal_send("MESSAGE=%s", line, "PRIORITY=%d", priorities[level],
                           "TIDINGS_EVENT=%s", event, "TIDINGS_ROLE=%s",
                           sink.role != NULL ? sink.role : "", NULL) == 0;
}
#else
static bool stderr_is_journal(void)
{
    return false;
}

static bool to_journal(enum td_level level, const char *event, const char *line)
{
    (void)level, (void)event, (void)line;
    return false;
}
#endif

void td_log_setup(enum td_level least, const char *role)
{
    sink.least = least;
    sink.role = role;
    sink.journal = stderr_is_journal();
}

bool td_log_shows(enum td_level level)
{
    return level >= sink.least;
}

static bool is_bare(struct td_slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (strchr(" \"=\\", value.ptr[i]) != NULL) {
            return false;
        }
    }
    return value.len > 0 && td_slice_find_control(value) == (size_t)-1 &&
           td_utf8_valid(value, NULL);
}

/* As it is, or in quotes with \" and \\ and \xNN; "-" for a missing value. */
static void add_value(struct td_buf *line, struct td_slice value)
{
    if (value.ptr == NULL) {
        td_buf_add_char(line, '-');
        return;
    }
    if (is_bare(value)) {
        td_buf_add_slice(line, value);
        return;
    }
    td_buf_add_char(line, '"');
    for (size_t pos = 0; pos < value.len;) {
        char piece[TD_VISIBLE_MAX];
        if (value.ptr[pos] == '"' || value.ptr[pos] == '\\') {
            td_buf_add_char(line, '\\');
        }
        td_buf_add(line, piece, td_utf8_visible(value, &pos, piece));
    }
    td_buf_add_char(line, '"');
}

/* The format behind the conversion `spec` (without '%') it opens with; NULL if not so. */
static const char *after(const char *format, const char *spec)
{
    const size_t n = strlen(spec);
    return strncmp(format, spec, n) == 0 ? format + n : NULL;
}

static void add_pairs(struct td_buf *line, const char *format, va_list args)
{
    while (*format != '\0') {
        const char *next;
        if (*format != '%') {
            td_buf_add_char(line, *format++);
            continue;
        }
        format++;
        if ((next = after(format, "s")) != NULL) {
            add_value(line, td_slice(va_arg(args, const char *)));
        } else if ((next = after(format, ".*s")) != NULL) {
            const int n = va_arg(args, int);
            add_value(line, td_slice_n(va_arg(args, const char *), (size_t)n));
        } else if ((next = after(format, "d")) != NULL) {
            td_buf_addf(line, "%d", va_arg(args, int));
        } else if ((next = after(format, "u")) != NULL) {
            td_buf_addf(line, "%u", va_arg(args, unsigned));
        } else if ((next = after(format, "zu")) != NULL) {
            td_buf_addf(line, "%zu", va_arg(args, size_t));
        } else if ((next = after(format, "ld")) != NULL) {
            td_buf_addf(line, "%ld", va_arg(args, long));
        } else if ((next = after(format, "lu")) != NULL) {
            td_buf_addf(line, "%lu", va_arg(args, unsigned long));
        } else if ((next = after(format, "lld")) != NULL) {
            td_buf_addf(line, "%lld", va_arg(args, long long));
        } else if ((next = after(format, "llu")) != NULL) {
            td_buf_addf(line, "%llu", va_arg(args, unsigned long long));
        } else {
            TD_PANIC("a log format with a conversion that td_log does not know");
        }
        format = next;
    }
}

void td_log(enum td_level level, const char *event, const char *pairs, ...)
{
    if (!td_log_shows(level)) {
        return;
    }
    struct td_buf line;
    td_buf_init(&line, LINE_MAX_BYTES);
    td_buf_addf(&line, "event=%s level=%s ", event, level_names[level]);
    if (sink.role != NULL) {
        td_buf_addf(&line, "role=%s ", sink.role);
    }
    va_list args;
    va_start(args, pairs);
    add_pairs(&line, pairs, args);
    va_end(args);
    if (!sink.journal || !to_journal(level, event, line.ptr)) {
        /* One call, one line: the lines of several processes do not mix. */
        (void)fprintf(stderr, "%s%s\n", line.ptr, td_buf_full(&line) ? " cut=1" : "");
    }
    td_buf_release(&line);
}

const char *td_log_address(struct td_slice address, char out[300])
{
    struct td_buf text;
    td_buf_init(&text, 299);
    if (td_log_shows(TD_DEBUG)) {
        td_buf_add_visible(&text, address);
    } else {
        struct td_buf folded;
        td_buf_init(&folded, SIZE_MAX / 2);
        size_t at = address.len;
        for (size_t i = 0; i < address.len; i++) {
            const char c = address.ptr[i];
            at = c == '@' ? i : at;
            td_buf_add_char(&folded, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        }
        unsigned char hash[TD_SHA256_LEN];
        td_sha256(td_buf_slice(&folded), hash);
        td_hex(&text, hash, 4);
        td_buf_add_visible(&text, td_slice_sub(td_buf_slice(&folded), at, folded.len));
        td_buf_release(&folded);
    }
    memcpy(out, text.ptr, text.len + 1);
    td_buf_release(&text);
    return out;
}

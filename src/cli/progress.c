/* The progress bar: on stderr, on a screen only (printer.h). */
#include "cli/printer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 30

bool td_is_screen(int fd)
{
    const char *term = getenv("TERM");
    return term && term[0] != '\0' && strcmp(term, "dumb") != 0 && isatty(fd) == 1;
}

void td_progress(const char *what, int64_t done, int64_t total)
{
    if (!td_is_screen(STDERR_FILENO))
        return;
    if (total <= 0) {
        (void)fprintf(stderr, "\r%s %lld", what, (long long)done);
    } else {
        const char *no_color = getenv("NO_COLOR");
        bool color = !(no_color && no_color[0] != '\0');
        int64_t filled = done >= total ? BAR_WIDTH : done * BAR_WIDTH / total;
        (void)fprintf(stderr, "\r%s %s[", what, color ? "\033[36m" : "");
        for (int i = 0; i < BAR_WIDTH; i++)
            (void)fputc(i < filled ? '=' : ' ', stderr);
        (void)fprintf(stderr, "]%s %3lld %% (%lld)", color ? "\033[0m" : "",
                      (long long)(done * 100 / total), (long long)done);
    }
    (void)fflush(stderr);
}

void td_progress_end(void)
{
    if (td_is_screen(STDERR_FILENO))
        (void)fputc('\n', stderr);
}

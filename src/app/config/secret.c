/* Passwords and tokens (secret.h). */
#include "app/config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/config/keys.h"
#include "base/clock.h"
#include "base/mem.h"

#define WORDS_MAX 32
#define PATIENCE  (30 * TD_SECOND)

extern char **environ;

/* The words of a command; `text` is cut up. False when there are none, or too many. */
static bool split(char *text, char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    char *save = NULL;
    for (char *word = strtok_r(text, " \t", &save); word;
         word = strtok_r(NULL, " \t", &save)) {
        if (count == WORDS_MAX)
            return false;
        words[count++] = word;
    }
    words[count] = NULL;
    return count > 0;
}

/* Its own process group, so that all of it can be ended. */
static int start(char *words[], const int fds[2], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
                                           0);
    (void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    int failed = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return failed;
}

/* Until its end; false when that takes too long. */
static bool read_all(int fd, struct td_buf *out)
{
    struct td_clock clock = td_clock_system();
    td_time end = td_clock_monotonic(&clock) + PATIENCE;
    for (;;) {
        char part[1024];
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        td_time left = end - td_clock_monotonic(&clock);
        if (left <= 0 || poll(&poll_fd, 1, (int)(left / 1000)) == 0)
            return false;
        ssize_t n = read(fd, part, sizeof part);
        if (n > 0)
            td_buf_add(out, part, (size_t)n);
        explicit_bzero(part, sizeof part);
        if (n == 0 || (n < 0 && errno != EINTR))
            return n == 0;
    }
}

static enum td_status run(char *words[], struct td_buf *out, struct td_err *err)
{
    int fds[2];
    int how = 0;
    pid_t pid;
    if (pipe(fds) != 0)
        return td_fail_sys(err, TD_OS, "pipe");
    (void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    errno = start(words, fds, &pid);
    (void)close(fds[1]);
    if (errno != 0) {
        enum td_status status = td_fail_sys(err, TD_UNAVAILABLE, "%s", words[0]);
        (void)close(fds[0]);
        return status;
    }
    bool ended = read_all(fds[0], out);
    (void)close(fds[0]);
    if (!ended)
        (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
        ;
    if (!ended)
        return td_fail(err, TD_UNAVAILABLE, "%s took too long", words[0]);
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
        return td_fail(err, TD_UNAVAILABLE, "%s failed (exit %d)", words[0],
                       WIFEXITED(how) ? WEXITSTATUS(how) : -1);
    return TD_OK;
}

static enum td_status run_command(const char *command, struct td_buf *out,
                                  struct td_err *err)
{
    char *words[WORDS_MAX + 1];
    char *text = td_xstrdup(command);
    enum td_status status =
        split(text, words) ? run(words, out, err)
                           : td_fail(err, TD_CONFIG, "\"%s\" is no command", command);
    free(text);
    while (status == TD_OK && out->len > 0 && strchr("\r\n", out->ptr[out->len - 1]))
        out->ptr[--out->len] = '\0';
    return status;
}

enum td_status td_secret_get(const struct td_secret_source *source, struct td_buf *out,
                             struct td_err *err)
{
    const char *from = source->file ? source->file : source->command;
    enum td_status status = source->file ? td_secret_read(source->file, out, err)
                                         : run_command(source->command, out, err);
    if (status != TD_OK)
        return status;
    if (td_buf_full(out) || out->len == 0)
        return td_fail(err, TD_CONFIG, "%s: %s", from,
                       out->len == 0 ? "is empty" : "is too large for a secret");
    if (td_slice_find_control(td_buf_slice(out)) != (size_t)-1)
        return td_fail(err, TD_CONFIG, "%s: a control character or a second line", from);
    return TD_OK;
}

void td_secret_wipe(struct td_buf *secret)
{
    if (secret->cap > 0)
        explicit_bzero(secret->ptr, secret->cap);
    td_buf_release(secret);
}

/* Tokens from files and commands (bearer.h). */
#include "app/config/bearer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/config/keys.h"

#define TOKEN_MAX   8192
#define FRESH_FOR   (5 * TD_MINUTE) /* tokens live an hour or so */
#define PATIENCE    (30 * TD_SECOND)
#define AFTER_FAULT (10 * TD_SECOND)

extern char **environ;

void td_bearer_init(struct td_bearer *bearer, const struct td_relay *relay)
{
    *bearer = (struct td_bearer){.relay = relay, .out = -1};
    td_buf_init(&bearer->token, TOKEN_MAX);
    td_buf_init(&bearer->said, TOKEN_MAX);
}

static void wipe(struct td_buf *secret)
{
    if (secret->cap > 0)
        explicit_bzero(secret->ptr, secret->cap);
    td_buf_clear(secret);
}

static void end_command(struct td_bearer *bearer)
{
    if (bearer->out >= 0)
        (void)close(bearer->out);
    bearer->out = -1;
    bearer->pid = 0;
}

/* With all that it started. */
static void kill_command(struct td_bearer *bearer)
{
    (void)kill(-bearer->pid, SIGKILL);
    (void)waitpid(bearer->pid, NULL, 0);
    end_command(bearer);
    wipe(&bearer->said);
}

void td_bearer_release(struct td_bearer *bearer)
{
    if (bearer->relay == NULL)
        return;
    if (bearer->pid > 0)
        kill_command(bearer);
    wipe(&bearer->token);
    wipe(&bearer->said);
    td_buf_release(&bearer->token);
    td_buf_release(&bearer->said);
}

void td_bearer_doubt(struct td_bearer *bearer)
{
    if (bearer->got != 0)
        bearer->again = 0;
    bearer->got = 0;
}

/* What was read becomes the token, if it is one line of what a token is made of (RFC 6750). */
static enum td_status accept(struct td_bearer *bearer, td_time now, const char *from,
                             struct td_err *err)
{
    struct td_slice text = td_slice_trim(td_buf_slice(&bearer->said));
    bool sound = text.len > 0 && !td_buf_full(&bearer->said);
    for (size_t i = 0; i < text.len; i++)
        sound = sound && text.ptr[i] > ' ' && text.ptr[i] <= '~';
    if (sound) {
        wipe(&bearer->token);
        td_buf_add_slice(&bearer->token, text);
        bearer->got = now;
    }
    wipe(&bearer->said);
    bearer->again = now + (sound ? FRESH_FOR : AFTER_FAULT);
    return sound ? TD_OK
                 : td_fail(err, TD_CONFIG, "%s: no token, but %zu bytes", from, text.len);
}

static enum td_status read_file(struct td_bearer *bearer, td_time now, struct td_err *err)
{
    const char *path = bearer->relay->token_file;
    enum td_status status = td_secret_read(path, &bearer->said, err);
    if (status == TD_OK)
        return accept(bearer, now, path, err);
    wipe(&bearer->said);
    bearer->again = now + AFTER_FAULT;
    return status;
}

static enum td_status start_command(struct td_bearer *bearer, td_time now,
                                    struct td_err *err)
{
    char *const *argv = (char *const *)(uintptr_t)bearer->relay->token_command;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int ends[2];
    bearer->again = now + AFTER_FAULT;
    if (pipe(ends) != 0)
        return td_fail_sys(err, TD_OS, "token_command");
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int failed = posix_spawn(&bearer->pid, argv[0], &actions, &attributes, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    (void)close(ends[1]);
    bearer->out = ends[0];
    bearer->begun = now;
    if (failed == 0)
        return TD_AGAIN;
    end_command(bearer);
    return td_fail(err, TD_CONFIG, "%s: %s", argv[0], strerror(failed));
}

/* What it printed so far, up to what a token may have: it may print for ever. */
static void hear(struct td_bearer *bearer)
{
    char part[1024];
    ssize_t n;
    while (!td_buf_full(&bearer->said) && (n = read(bearer->out, part, sizeof part)) > 0)
        td_buf_add(&bearer->said, part, (size_t)n);
    explicit_bzero(part, sizeof part);
}

static enum td_status hear_command(struct td_bearer *bearer, td_time now,
                                   struct td_err *err)
{
    const char *name = bearer->relay->token_command[0];
    int how = 0;
    hear(bearer);
    bool endless = td_buf_full(&bearer->said);
    if (endless || now - bearer->begun >= PATIENCE) {
        kill_command(bearer);
        return td_fail(err, TD_CONFIG, "%s: %s", name,
                       endless ? "prints more than a token" : "no end after 30 s");
    }
    if (waitpid(bearer->pid, &how, WNOHANG) == 0)
        return TD_AGAIN;
    hear(bearer);
    end_command(bearer);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return accept(bearer, now, name, err);
    wipe(&bearer->said);
    return td_fail(err, TD_CONFIG, "%s: exit status %d", name,
                   WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how));
}

enum td_status td_bearer_tend(struct td_bearer *bearer, td_time now, struct td_err *err)
{
    const struct td_relay *relay = bearer->relay;
    if (relay == NULL || (!relay->token_file && !relay->token_command))
        return TD_OK;
    enum td_status status = TD_AGAIN;
    bool stale = bearer->got == 0 || now - bearer->got >= FRESH_FOR;
    if (bearer->pid > 0)
        status = hear_command(bearer, now, err);
    else if (!stale)
        return TD_OK;
    else if (now >= bearer->again)
        status = relay->token_file ? read_file(bearer, now, err)
                                   : start_command(bearer, now, err);
    /* An old token is better than none while a new one is being fetched. */
    return status == TD_AGAIN && bearer->got != 0 ? TD_OK : status;
}

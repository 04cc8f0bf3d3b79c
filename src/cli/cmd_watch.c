/* `tidings queue watch`. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/inspect/watch.h"
#include "base/stop.h"
#include "cli/commands.h"

#define SCREEN_ENTER "\033[?1049h\033[?25l" /* another page, no cursor */
#define SCREEN_LEAVE "\033[?25h\033[?1049l"
#define SCREEN_HOME  "\033[H"
#define LINE_REST    "\033[K" /* nothing behind */
#define PAGE_REST    "\033[J"
#define TEXT_MOST    65536

/* --- one sample, said ------------------------------------------------------------------------- */

static void put_finish(const struct td_watch_sample *sample, char out[32])
{
    if (sample->finish != 0)
        td_time_format(sample->finish, out);
    else
        (void)snprintf(out, 32, "%s", sample->waiting == 0 ? "nothing waits" : "unknown");
}

static struct td_json *sample_json(const struct td_watch_sample *sample)
{
    struct td_json *json = td_json_object();
    struct td_json *states = td_json_object();
    struct td_json *relays = td_json_array();
    struct td_json *domains = td_json_array();
    char text[32];
    td_time_format(sample->at, text);
    td_json_set_cstr(json, "at", text);
    td_json_set_int(json, "editions", sample->editions);
    if (sample->measured)
        td_json_set_real(json, "rate", sample->rate);
    else
        td_json_set_null(json, "rate");
    for (int state = 0; state < TD_STATE_COUNT; state++)
        if (sample->states[state] > 0)
            td_json_set_int(states, td_state_name((enum td_state)state),
                            sample->states[state]);
    td_json_set_take(json, "states", states);
    td_json_set_int(json, "waiting", sample->waiting);
    td_json_set_int(json, "due", sample->due);
    for (size_t i = 0; i < sample->relay_count; i++) {
        struct td_json *relay = td_json_object();
        td_json_set_cstr(relay, "relay", sample->relays[i].name);
        td_json_set_int(relay, "attempts", sample->relays[i].attempts);
        td_json_set_int(relay, "sent", sample->relays[i].sent);
        td_json_set_real(relay, "rate", sample->relays[i].rate);
        td_json_append_take(relays, relay);
    }
    td_json_set_take(json, "relays", relays);
    for (size_t i = 0; i < sample->domain_count; i++) {
        struct td_json *domain = td_json_object();
        td_json_set_cstr(domain, "domain", sample->domains[i].name);
        td_json_set_int(domain, "waiting", sample->domains[i].waiting);
        td_json_append_take(domains, domain);
    }
    td_json_set_take(json, "domains", domains);
    td_time_format(sample->finish, text);
    td_json_set_cstr(json, "finish", sample->finish != 0 ? text : NULL);
    return json;
}

/* One line, for files and pipes. */
static void say_line(const struct td_watch_sample *sample, struct td_buf *out)
{
    char text[32];
    td_time_format(sample->at, text);
    td_buf_addf(out, "%s  ", text);
    if (sample->measured)
        td_buf_addf(out, "%.1f/s", sample->rate);
    else
        td_buf_add_str(out, "-/s");
    for (int state = 0; state < TD_STATE_COUNT; state++)
        if (sample->states[state] > 0)
            td_buf_addf(out, "  %lld %s", (long long)sample->states[state],
                        td_state_name((enum td_state)state));
    put_finish(sample, text);
    td_buf_addf(out, "  finish: %s", text);
}

/* A page of lines. */
static void say_page(const struct td_watch_sample *sample, struct td_buf *out)
{
    char at[32];
    char finish[32];
    td_time_format(sample->at, at);
    put_finish(sample, finish);
    td_buf_addf(out, "tidings queue   %s   editions: %lld\n\n", at,
                (long long)sample->editions);
    td_buf_addf(out, "  rate        %10.1f messages a second%s\n", sample->rate,
                sample->measured ? "" : " (not measured yet)");
    td_buf_addf(out, "  due now     %10lld of %lld that wait\n", (long long)sample->due,
                (long long)sample->waiting);
    td_buf_addf(out, "  finish      %s\n\n", finish);
    for (int state = 0; state < TD_STATE_COUNT; state++)
        if (sample->states[state] > 0)
            td_buf_addf(out, "  %-11s %10lld\n", td_state_name((enum td_state)state),
                        (long long)sample->states[state]);
    for (size_t i = 0; i < sample->relay_count; i++)
        td_buf_addf(out, "%s  %-30s %10lld sent  %10lld attempts  %8.1f/s\n",
                    i == 0 ? "\nrelays\n" : "", sample->relays[i].name,
                    (long long)sample->relays[i].sent,
                    (long long)sample->relays[i].attempts, sample->relays[i].rate);
    for (size_t i = 0; i < sample->domain_count; i++)
        td_buf_addf(out, "%s  %-30s %10lld\n", i == 0 ? "\nwaiting for domains\n" : "",
                    sample->domains[i].name, (long long)sample->domains[i].waiting);
}

/* --- where it goes ---------------------------------------------------------------------------- */

/* The page over the one before, cut to the terminal. */
static void draw(struct td_slice page)
{
    struct winsize size = {0};
    struct td_slice line;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    (void)fputs(SCREEN_HOME, stdout);
    for (unsigned row = 0; row + 1 < size.ws_row && td_slice_line(&page, &line); row++) {
        for (size_t at = 0, column = 0; at < line.len && column < size.ws_col; column++) {
            char visible[TD_VISIBLE_MAX];
            size_t n = td_utf8_visible(line, &at, visible);
            (void)fwrite(visible, 1, n, stdout);
        }
        (void)fputs(LINE_REST "\r\n", stdout);
    }
    (void)fputs(PAGE_REST, stdout);
}

enum face { FACE_JSON, FACE_LINES, FACE_SCREEN };

static void show(struct td_run_context *run, enum face face,
                 const struct td_watch_sample *sample)
{
    struct td_buf text;
    td_buf_init(&text, TEXT_MOST);
    if (face == FACE_JSON)
        td_print_json_take(run->out, sample_json(sample));
    else if (face == FACE_LINES)
        say_line(sample, &text);
    else
        say_page(sample, &text);
    if (face == FACE_SCREEN) {
        draw(td_buf_slice(&text));
    } else if (face == FACE_LINES) {
        td_print_visible(run->out, td_buf_slice(&text));
        td_printf(run->out, "\n");
    }
    td_buf_release(&text);
}

static enum td_status watch_on(struct td_run_context *run, struct td_watch *watch,
                               enum face face, struct td_err *err)
{
    const volatile int *stop = td_stop_catch();
    bool once = td_args_has(run->args, "once");
    for (;;) {
        struct td_watch_sample sample;
        enum td_status status = td_watch_look(watch, &sample, err);
        if (status != TD_OK)
            return status;
        show(run, face, &sample);
        if (fflush(stdout) != 0 || once || *stop) /* whoever read it may have gone */
            return TD_OK;
        td_stop_wait(stop, td_watch_pause(watch));
        if (*stop)
            return TD_OK;
    }
}

static enum face choose_face(const struct td_run_context *run)
{
    if (run->json)
        return FACE_JSON;
    return td_is_screen(STDOUT_FILENO) && !td_args_has(run->args, "once") ? FACE_SCREEN
                                                                          : FACE_LINES;
}

enum td_status td_cmd_queue_watch(struct td_run_context *run, struct td_err *err)
{
    struct td_selector selector;
    enum face face = choose_face(run);
    enum td_status status = td_selector_parse(run->app, run->args->operands,
                                              run->args->operand_count, &selector, err);
    if (status != TD_OK)
        return status;
    struct td_watch *watch = td_watch_create(run->app, &selector);
    if (face == FACE_SCREEN)
        (void)fputs(SCREEN_ENTER, stdout);
    status = watch_on(run, watch, face, err);
    if (face == FACE_SCREEN) {
        (void)fputs(SCREEN_LEAVE, stdout);
        (void)fflush(stdout);
    }
    td_watch_destroy(watch);
    return status;
}

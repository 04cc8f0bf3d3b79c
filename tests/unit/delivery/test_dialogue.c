/*
 * test_dialogue.c: plays the files of dialogues/, each a session line by line, three times: a line at
 * a time, all replies that stand together in one read, and byte by byte in both directions.
 *
 *   offer WORDS          what EHLO offered, one keyword a line
 *   data TEXT            the message of the next begin (\r \n \0 as in C); there is a default
 *   begin FROM RCPT [smtputf8]
 *   C TEXT               the client writes exactly this line; c TEXT: these bytes, no CRLF yet
 *   body                 the client writes exactly the message
 *   quiet                the client writes nothing
 *   S TEXT               the server's line; s TEXT: without CRLF; flood N TEXT: N times TEXT
 *   at-dot | done STAGE CODE [after-dot] | returned STAGE CODE     the event that is there
 *   says TEXT            in the text of that event
 *   permit | cut | quit | lost HOW
 *   ready | busy | gone  the state of the session
 *   patience SECONDS     the timeout that applies now
 */
#include "support/td_test.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "delivery/dialogue.h"

enum pace { BY_LINE, TOGETHER, BY_BYTE, PACES };
static const char *const pace_names[] = {"by line", "together", "by byte"};

struct play {
    const char *file;
    enum pace pace;
    int line;
    struct td_ehlo offered;
    struct td_dialogue *dialogue;
    struct td_parcel parcel;
    struct td_buf server; /* said, not fed yet */
    struct td_event event;
};

#define FAIL(play, ...)                                                                  \
    do {                                                                                 \
        print_error("%s:%d (%s): ", (play)->file, (play)->line,                          \
                    pace_names[(play)->pace]);                                           \
        fail_msg(__VA_ARGS__);                                                           \
    } while (0)

static void unescape(struct td_slice text, struct td_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\\' && i + 1 < text.len) {
            char next = text.ptr[++i];
            c = next == 'r' ? '\r' : next == 'n' ? '\n' : next == '0' ? '\0' : next;
        }
        td_buf_add_char(out, c);
    }
}

static void set_data(struct play *play, struct td_slice text)
{
    td_buf_clear(&play->parcel.data);
    unescape(text, &play->parcel.data);
}

static void feed(struct play *play)
{
    struct td_slice all = td_buf_slice(&play->server);
    size_t step = play->pace == BY_BYTE ? 1 : all.len;
    for (size_t i = 0; i < all.len; i += step)
        td_dialogue_feed(play->dialogue, td_slice_sub(all, i, i + step));
    td_buf_clear(&play->server);
}

static void serve(struct play *play, struct td_slice text, const char *end)
{
    unescape(text, &play->server);
    td_buf_add_str(&play->server, end);
    if (play->pace != TOGETHER)
        feed(play);
}

static void flood(struct play *play, struct td_slice rest)
{
    struct td_slice count;
    int64_t n = 0;
    assert_true(td_slice_token(&rest, " ", &count) && td_slice_int64(count, &n));
    struct td_slice text = td_slice_trim(rest);
    for (int64_t i = 0; i < n; i++)
        unescape(text, &play->server);
    feed(play);
}

/* The client writes exactly this, and as far as this only. */
static void expect_output(struct play *play, struct td_slice want)
{
    for (size_t done = 0; done < want.len;) {
        struct td_slice out = td_dialogue_output(play->dialogue);
        size_t n = out.len < want.len - done ? out.len : want.len - done;
        if (play->pace == BY_BYTE && n > 1)
            n = 1;
        if (n == 0 || memcmp(out.ptr, want.ptr + done, n) != 0)
            FAIL(play, "expected \"%.*s\", got \"%.*s\"", (int)want.len, want.ptr,
                 (int)out.len, out.ptr);
        td_dialogue_wrote(play->dialogue, n);
        done += n;
    }
}

static void expect_line(struct play *play, struct td_slice text)
{
    struct td_buf want;
    td_buf_init(&want, 10000);
    td_buf_add_slice(&want, text);
    td_buf_add_str(&want, "\r\n");
    expect_output(play, td_buf_slice(&want));
    td_buf_release(&want);
}

static void begin(struct play *play, struct td_slice rest)
{
    struct td_slice from = {0};
    struct td_slice rcpt = {0};
    struct td_slice utf8;
    if (!td_slice_token(&rest, " ", &from) || !td_slice_token(&rest, " ", &rcpt))
        FAIL(play, "begin FROM RCPT");
    play->parcel.smtputf8 = td_slice_token(&rest, " ", &utf8);
    struct td_parcel *parcel = &play->parcel;
    struct td_buf text;
    td_buf_init(&text, 255);
    unescape(from, &text);
    snprintf(parcel->mail_from, sizeof parcel->mail_from, "%s", text.ptr);
    td_buf_clear(&text);
    unescape(rcpt, &text);
    snprintf(parcel->rcpt, sizeof parcel->rcpt, "%s", text.ptr);
    td_buf_release(&text);
    td_dialogue_begin(play->dialogue, parcel);
}

static void expect_event(struct play *play, enum td_event_kind kind, struct td_slice rest)
{
    static const char *const names[] = {"at-dot", "done", "returned"};
    struct td_slice stage = {0};
    struct td_slice code = {0};
    struct td_slice dot;
    int64_t number = 0;
    struct td_event *event = &play->event;
    if (!td_dialogue_event(play->dialogue, event))
        FAIL(play, "no event");
    if (event->kind != kind)
        FAIL(play, "the event is %s: %s", names[event->kind], event->reply.text);
    if (kind == TD_EVENT_AT_DOT)
        return;
    if (!td_slice_token(&rest, " ", &stage) || !td_slice_token(&rest, " ", &code) ||
        !td_slice_int64(code, &number))
        FAIL(play, "STAGE CODE");
    bool after_dot = td_slice_token(&rest, " ", &dot);
    const char *name = td_stage_name(event->reply.stage);
    if (!td_slice_is(stage, name) || event->reply.code != number ||
        event->after_dot != after_dot)
        FAIL(play, "got %s %d%s: %s", name, event->reply.code,
             event->after_dot ? " after-dot" : "", event->reply.text);
}

static void expect_state(struct play *play, struct td_slice word)
{
    const char *state = td_dialogue_gone(play->dialogue)    ? "gone"
                        : td_dialogue_ready(play->dialogue) ? "ready"
                                                            : "busy";
    if (!td_slice_is(word, state))
        FAIL(play, "the session is %s", state);
}

static void expect_quiet(struct play *play)
{
    struct td_slice out = td_dialogue_output(play->dialogue);
    if (out.len > 0)
        FAIL(play, "the client writes \"%.*s\"", (int)out.len, out.ptr);
}

/* Whatever the script does not ask for is not there. */
static void expect_nothing(struct play *play)
{
    struct td_event event;
    if (td_dialogue_event(play->dialogue, &event))
        FAIL(play, "an event too many: %s", event.reply.text);
    expect_quiet(play);
}

static void expect_patience(struct play *play, struct td_slice rest)
{
    int64_t seconds = -1;
    td_time got = td_dialogue_patience(play->dialogue);
    if (!td_slice_int64(rest, &seconds) || seconds * TD_SECOND != got)
        FAIL(play, "the patience is %lld s", (long long)(got / TD_SECOND));
}

static void act(struct play *play, struct td_slice word, struct td_slice rest)
{
    char how[100];
    if (td_slice_is(word, "offer")) {
        td_ehlo_line(&play->offered, td_slice("250-host"));
        struct td_buf line;
        td_buf_init(&line, 1000);
        td_buf_addf(&line, "250-%.*s\r\n", (int)rest.len, rest.ptr);
        td_ehlo_line(&play->offered, td_buf_slice(&line));
        td_buf_release(&line);
        td_dialogue_destroy(play->dialogue);
        play->dialogue = td_dialogue_create(&play->offered);
    } else if (td_slice_is(word, "data"))
        set_data(play, rest);
    else if (td_slice_is(word, "begin"))
        begin(play, rest);
    else if (td_slice_is(word, "C"))
        expect_line(play, rest);
    else if (td_slice_is(word, "c"))
        expect_output(play, rest);
    else if (td_slice_is(word, "body"))
        expect_output(play, td_buf_slice(&play->parcel.data));
    else if (td_slice_is(word, "quiet"))
        expect_quiet(play);
    else if (td_slice_is(word, "flood"))
        flood(play, rest);
    else if (td_slice_is(word, "at-dot"))
        expect_event(play, TD_EVENT_AT_DOT, rest);
    else if (td_slice_is(word, "done"))
        expect_event(play, TD_EVENT_DONE, rest);
    else if (td_slice_is(word, "returned"))
        expect_event(play, TD_EVENT_RETURNED, rest);
    else if (td_slice_is(word, "says")) {
        if (td_slice_find_str(td_slice(play->event.reply.text), 0, rest.ptr) ==
            (size_t)-1)
            FAIL(play, "the text is: %s", play->event.reply.text);
    } else if (td_slice_is(word, "permit"))
        td_dialogue_permit(play->dialogue);
    else if (td_slice_is(word, "cut"))
        td_dialogue_cut(play->dialogue);
    else if (td_slice_is(word, "quit"))
        td_dialogue_quit(play->dialogue);
    else if (td_slice_is(word, "lost")) {
        snprintf(how, sizeof how, "%.*s", (int)rest.len, rest.ptr);
        td_dialogue_lost(play->dialogue, how);
    } else if (td_slice_is(word, "patience"))
        expect_patience(play, rest);
    else
        expect_state(play, word);
}

static void run_line(struct play *play, struct td_slice line)
{
    struct td_slice rest = line;
    struct td_slice word;
    if (line.len == 0 || line.ptr[0] == '#')
        return;
    (void)td_slice_token(&rest, " ", &word);
    size_t used = (size_t)(word.ptr - line.ptr) + word.len;
    rest = td_slice_sub(line, used + (used < line.len), line.len);
    if (td_slice_is(word, "S")) {
        serve(play, rest, "\r\n");
    } else if (td_slice_is(word, "s")) {
        serve(play, rest, "");
    } else {
        feed(play);
        act(play, word, rest);
    }
}

static void run_file(const char *path, enum pace pace)
{
    struct td_err err;
    struct td_buf text;
    struct play play = {.file = td_path_base(path), .pace = pace};
    td_buf_init(&text, 100000);
    td_buf_init(&play.server, 200000);
    td_buf_init(&play.parcel.data, 100000);
    assert_ok(td_file_read(path, 100000, &text, &err), err);
    set_data(&play, td_slice("Subject: news\\r\\n\\r\\nFirst line\\r\\n=2Edot\\r\\n"));
    play.dialogue = td_dialogue_create(&play.offered);
    struct td_slice rest = td_buf_slice(&text);
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        char copy[1000]; /* `says` wants an end */
        play.line++;
        snprintf(copy, sizeof copy, "%.*s", (int)line.len, line.ptr);
        run_line(&play, td_slice(copy));
    }
    feed(&play);
    expect_nothing(&play);
    td_dialogue_destroy(play.dialogue);
    td_buf_release(&text);
    td_buf_release(&play.server);
    td_buf_release(&play.parcel.data);
}

static void plays_as_written(void **state)
{
    for (enum pace pace = BY_LINE; pace < PACES; pace++)
        run_file(*state, pace);
}

int main(void)
{
    struct td_names names;
    struct td_err err;
    const char *folder = TD_SOURCE_DIR "/tests/unit/delivery/dialogues";
    if (td_dir_list(folder, &names, &err) != TD_OK || names.count < 30) {
        fprintf(stderr, "%s: the dialogues are missing\n", folder);
        return 1;
    }
    struct CMUnitTest *tests = td_xcalloc(names.count, sizeof *tests);
    for (size_t i = 0; i < names.count; i++)
        tests[i] =
            (struct CMUnitTest){.name = names.items[i],
                                .test_func = plays_as_written,
                                .initial_state = td_path_join(folder, names.items[i])};
    int failed = _cmocka_run_group_tests("dialogue", tests, names.count, NULL, NULL);
    for (size_t i = 0; i < names.count; i++)
        free(tests[i].initial_state);
    free(tests);
    td_names_free(&names);
    return failed;
}

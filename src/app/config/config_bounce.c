/* How bounces are judged, and where they are read: `bounce:` and `bounces:` (config_build.h). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config_build.h"
#include "app/config/config_value.h"
#include "base/file.h"

static void build_judging(const struct td_place *place, struct td_bounce_config *bounce)
{
    const struct td_raw_bounce *raw = &place->builder->raw->bounce;
    static const char *const probes[] = {"no", "yes", NULL};
    struct td_score_policy score = td_score_policy_default();
    struct td_bounds hard = {1, 20, score.hard_limit};
    struct td_bounds soft = {1, 100, score.soft_limit};
    struct td_bounds share = {0, 100, 20};
    struct td_bounds least = {1, 100000, 10};
    struct td_bounds blocked = {0, 1000000, 20};
    score.hard_limit =
        td_take_int(place, (struct td_word){"bounce.hard", raw->hard}, hard);
    score.soft_limit =
        td_take_int(place, (struct td_word){"bounce.soft", raw->soft}, soft);
    score.soft_span = td_take_duration(
        place, (struct td_word){"bounce.soft_span", raw->soft_span}, score.soft_span);
    score.stale_after =
        td_take_duration(place, (struct td_word){"bounce.stale_after", raw->stale_after},
                         score.stale_after);
    *bounce = (struct td_bounce_config){
        .score = score,
        .accept_for = td_take_duration(
            place, (struct td_word){"bounce.accept_for", raw->accept_for}, 30 * TD_DAY),
        .delivered_after = td_take_duration(
            place, (struct td_word){"bounce.delivered_after", raw->delivered_after},
            5 * TD_DAY),
        .outage_share = td_take_int(
            place, (struct td_word){"bounce.outage_share", raw->outage_share}, share),
        .outage_least = td_take_int(
            place, (struct td_word){"bounce.outage_least", raw->outage_least}, least),
        .outage_wait = td_take_duration(
            place, (struct td_word){"bounce.outage_wait", raw->outage_wait}, 3 * TD_DAY),
        .blocked =
            td_take_int(place, (struct td_word){"bounce.blocked", raw->blocked}, blocked),
        .probe = td_take_choice(place, (struct td_word){"bounce.probe", raw->probe},
                                probes) == 1,
        .keep_raw = td_take_duration(
            place, (struct td_word){"bounce.keep_raw", raw->keep_raw}, 90 * TD_DAY),
    };
    if (score.soft_span > 0 && score.soft_span >= score.stale_after)
        td_fault_at(place, raw->stale_after ? "bounce.stale_after" : "bounce.soft_span",
                    "bounces would be forgotten before soft_span is over");
}

/* ---- mailboxes ---- */

static const char *path_of(const struct td_place *place, const char *name)
{
    char *path = td_path_join(place->builder->config->dir, name);
    const char *kept = td_arena_strdup(place->builder->config->arena, path);
    free(path);
    return kept;
}

/* One of four keys says where the secret is. */
static void build_secret(const struct td_place *place, const struct td_raw_mailbox *raw,
                         struct td_bounce_box *box)
{
    const struct {
        const char *key;
        const char *text;
        bool file, oauth;
    } ways[] = {
        {"password_file", raw->password_file, true, false},
        {"password_command", raw->password_command, false, false},
        {"token_file", raw->token_file, true, true},
        {"token_command", raw->token_command, false, true},
    };
    size_t given = 0;
    struct td_buf secret;
    struct td_err err;
    for (size_t i = 0; i < TD_ARRAY_LEN(ways); i++) {
        struct td_word word = {ways[i].key, ways[i].text};
        const char *text = td_take_line(place, word, NULL);
        if (!ways[i].text)
            continue;
        if (given++ > 0)
            td_fault_at(place, word.key, "only one of password_… and token_… is wanted");
        else if (text && ways[i].file)
            box->secret.file = path_of(place, text);
        else
            box->secret.command = text;
        box->mailbox.oauth = ways[i].oauth;
        td_buf_init(&secret, 64 * 1024);
        if (box->secret.file && td_secret_get(&box->secret, &secret, &err) != TD_OK)
            td_fault_at(place, word.key, "%s", err.text);
        td_secret_wipe(&secret);
    }
    if (given == 0)
        td_fault_at(place, "password_file",
                    "this key is missing (or password_command, token_file, "
                    "token_command)");
}

static void build_then(const struct td_place *place, const struct td_raw_mailbox *raw,
                       struct td_mailbox_config *mailbox)
{
    static const char *const choices[] = {"delete", "move", "keep", NULL};
    mailbox->then = (enum td_mailbox_then)td_take_choice(
        place, (struct td_word){"then", raw->then}, choices);
    mailbox->move_to =
        td_take_line(place, (struct td_word){"move_to", raw->move_to}, NULL);
    if (mailbox->kind == TD_MAILBOX_POP3 && mailbox->then != TD_THEN_DELETE)
        td_fault_at(place, "then", "with POP3 mails can only be deleted");
    else if (mailbox->then == TD_THEN_MOVE && !raw->move_to)
        td_fault_at(place, "then", "move needs a move_to");
    else if (mailbox->then != TD_THEN_MOVE && raw->move_to)
        td_fault_at(place, "move_to", "is for `then: move` only");
    else if (mailbox->kind == TD_MAILBOX_MAILDIR && mailbox->move_to &&
             (mailbox->move_to[0] != '.' || strchr(mailbox->move_to, '/') ||
              strcmp(mailbox->move_to, "..") == 0 || mailbox->move_to[1] == '\0'))
        td_fault_at(place, "move_to",
                    "a folder beneath the Maildir, as .Done, is wanted");
    else if (mailbox->move_to && strpbrk(mailbox->move_to, "\"\\"))
        td_fault_at(place, "move_to", "a name without quotes or backslashes is wanted");
}

static void build_box(const struct td_place *place, const struct td_raw_mailbox *raw,
                      struct td_bounce_box *box)
{
    struct td_err err;
    struct td_mailbox_config *mailbox = &box->mailbox;
    const struct td_config *config = place->builder->config;
    mailbox->name = td_take_name(place, (struct td_word){"name", raw->name});
    box->every =
        td_take_duration(place, (struct td_word){"every", raw->every}, TD_MINUTE);
    if (td_value_mailbox_url(config->arena, raw->url, config->dir, mailbox, &err) !=
        TD_OK) {
        td_fault_at(place, "url", "%s", err.text);
        return; /* what follows depends on where it is */
    }
    build_then(place, raw, mailbox);
    if (mailbox->kind == TD_MAILBOX_MAILDIR)
        return;
    mailbox->user = td_take_line(place, (struct td_word){"user", raw->user}, NULL);
    if (!raw->user)
        td_fault_at(place, "user", "this key is missing");
    build_secret(place, raw, box);
    if (!raw->ca_file)
        return;
    mailbox->ca_file = path_of(place, raw->ca_file);
    if (access(mailbox->ca_file, R_OK) != 0)
        td_fault_at(place, "ca_file", "%s cannot be read", mailbox->ca_file);
}

void td_build_bounces(struct td_builder *builder)
{
    const struct td_raw_config *raw = builder->raw;
    struct td_place file = td_place(builder, NULL, 0);
    size_t count = raw->bounces_count;
    build_judging(&file, &builder->config->bounce);
    struct td_bounce_box *boxes =
        td_arena_alloc(builder->config->arena, (count + 1) * sizeof *boxes);
    for (size_t i = 0; i < count; i++) {
        struct td_place place = td_place(builder, "bounces", i);
        build_box(&place, &raw->bounces[i], &boxes[i]);
        for (size_t j = 0; j < i; j++)
            if (strcmp(raw->bounces[j].name, raw->bounces[i].name) == 0)
                td_fault_at(&place, "name", "bounces[%zu] is called \"%s\" too", j,
                            raw->bounces[j].name);
    }
    builder->config->bounce_boxes = boxes;
    builder->config->bounce_box_count = count;
}

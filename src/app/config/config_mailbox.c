/* Mailboxes that are read: `bounces:` and `commands:` (config_build.h). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config_build.h"
#include "app/config/config_value.h"
#include "base/file.h"

static const char *path_of(const struct td_place *place, const char *name)
{
    char *path = td_path_join(place->builder->config->dir, name);
    const char *kept = td_arena_strdup(place->builder->config->arena, path);
    free(path);
    return kept;
}

/* One of four keys says where the secret is. */
static void build_secret(const struct td_place *place, const struct td_raw_mailbox *raw,
                         struct td_postbox *box)
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
                      struct td_postbox *box)
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

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_mailbox(const struct td_mailbox_config *a,
                         const struct td_mailbox_config *b)
{
    return a->kind == b->kind && a->port == b->port && same_text(a->host, b->host) &&
           same_text(a->folder, b->folder) && same_text(a->user, b->user);
}

/* Names are keys of what is remembered; a mailbox with two readers would lose mails to the wrong one. */
static void check_apart(const struct td_place *place, const struct td_postboxes *others,
                        size_t count, const struct td_postbox *box)
{
    for (size_t i = 0; i < count; i++) {
        const struct td_mailbox_config *other = &others->items[i].mailbox;
        if (same_text(other->name, box->mailbox.name))
            td_fault_at(place, "name", "%s[%zu] is called \"%s\" too", others->key, i,
                        other->name);
        else if (other->folder && same_mailbox(other, &box->mailbox))
            td_fault_at(place, "url", "%s[%zu] is that mailbox too", others->key, i);
    }
}

static void build_boxes(struct td_builder *builder, const struct td_raw_mailbox *raw,
                        size_t count, struct td_postboxes *out)
{
    const struct td_postboxes *bounces = &builder->config->bounce_boxes;
    struct td_postbox *boxes =
        td_arena_alloc(builder->config->arena, (count + 1) * sizeof *boxes);
    out->items = boxes;
    for (size_t i = 0; i < count; i++) {
        struct td_place place = td_place(builder, out->key, i);
        build_box(&place, &raw[i], &boxes[i]);
        check_apart(&place, out, i, &boxes[i]);
        if (out != bounces)
            check_apart(&place, bounces, bounces->count, &boxes[i]);
    }
    out->count = count;
}

void td_build_mailboxes(struct td_builder *builder)
{
    const struct td_raw_config *raw = builder->raw;
    struct td_config *config = builder->config;
    config->bounce_boxes.key = "bounces";
    config->command_boxes.key = "commands";
    build_boxes(builder, raw->bounces, raw->bounces_count, &config->bounce_boxes);
    build_boxes(builder, raw->commands, raw->commands_count, &config->command_boxes);
    for (size_t i = 0; i < config->command_boxes.count; i++) {
        struct td_place place = td_place(builder, "commands", i);
        if (!config->commands)
            td_fault_at(&place, "url", "mails are read for a command_address only");
        if (config->command_boxes.items[i].mailbox.then == TD_THEN_KEEP)
            td_fault_at(&place, "then",
                        "a command is obeyed once: `delete` or `move` it");
    }
}

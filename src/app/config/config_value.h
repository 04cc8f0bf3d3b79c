/*
 * config_value.h: single values of the configuration, each parsed and checked by itself. Used by the
 * builders of configuration and for the options of `tidings init`.
 *
 * Results live in the arena. On failure err holds what is wrong, fit to stand behind the key's
 * name; the status is TD_CONFIG.
 */
#ifndef TD_APP_CONFIG_VALUE_H
#define TD_APP_CONFIG_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "mailbox/mailbox.h"
#include "model/relay.h"

/* [a-z0-9] and hyphens within, at most 40: a newsletter, topic, relay or template. */
enum td_status td_value_name(const char *text, struct td_err *err);

/* A domain; *out as A-labels in lower case. */
enum td_status td_value_domain(struct td_arena *arena, const char *text, const char **out,
                               struct td_err *err);

/* An address whose local part is ASCII; *out with its domain as A-labels. */
enum td_status td_value_address(struct td_arena *arena, const char *text,
                                const char **out, struct td_err *err);

/* "smtp://host:port" or "smtps://host:port": sets host, port, implicit_tls and loopback. */
enum td_status td_value_relay_url(struct td_arena *arena, const char *text,
                                  struct td_relay *out, struct td_err *err);

/* "imaps://host[:port]/FOLDER" (INBOX without one), "pop3s://host[:port]" or "maildir:PATH" (dir is
 * absolute): sets kind, host, port and folder. */
enum td_status td_value_mailbox_url(struct td_arena *arena, const char *text,
                                    const char *dir, struct td_mailbox_config *out,
                                    struct td_err *err);

/* "sqlite:PATH"; *out is "sqlite:" and an absolute path (dir is absolute). */
enum td_status td_value_database(struct td_arena *arena, const char *text,
                                 const char *dir, const char **out, struct td_err *err);

/* "https://host[:port][/path]", http only for a loopback host; *out without '/' at the end. */
enum td_status td_value_base_url(struct td_arena *arena, const char *text,
                                 const char **out, struct td_err *err);

/* "bounce+TOKEN@news.example": local part, delimiter and domain. */
struct td_bounce_address {
    const char *local;
    const char *domain;
    char delimiter;
};
enum td_status td_value_bounce(struct td_arena *arena, const char *text,
                               struct td_bounce_address *out, struct td_err *err);

/* A BCP 47 language tag by its form: "en", "en-GB", "zh-Hans-CN". */
enum td_status td_value_language(const char *text, struct td_err *err);

/* A List-Id: two or more words of letters, digits, "-_" apart by dots (RFC 2919). */
enum td_status td_value_list_id(const char *text, struct td_err *err);

/* A Mustache text that uses no other variables than those named (ends with NULL). */
enum td_status td_value_template(const char *text, const char *const *variables,
                                 struct td_err *err);

#endif

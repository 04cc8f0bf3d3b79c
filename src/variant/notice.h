/*
 * notice.h: mails that are not of an edition: they ask a person to confirm, welcome them, say
 * goodbye, or report to the operator. Same look, same wire as editions; a variant with slots, so
 * that one rendering serves everybody.
 *
 * Templates: NAME.html, NAME.text, and NAME-subject.text for the subject line, all of them the
 * publisher's to replace. Values beside those of frame.h:
 *
 *   subject, address, unsubscribe, preferences, confirm     (links: see below)
 *   commands                                      where mail commands go, when mail is read
 *   report {intro, intro_lines, parts [{heading, rows [{label, value}], notes [{line}], lines}]}
 */
#ifndef TD_VARIANT_NOTICE_H
#define TD_VARIANT_NOTICE_H

#include "model/edition.h"
#include "model/prefs.h"
#include "model/variant.h"
#include "variant/templates.h"

enum td_notice {
    /* Slots: address, confirm. No name in it, nor in To:, which is the caller's to see to: who
     * signs up a stranger must not be able to send them words (standards O6). */
    TD_NOTICE_CONFIRM,
    TD_NOTICE_WELCOME, /* slots: address, preferences, unsubscribe; List-Unsubscribe */
    TD_NOTICE_GOODBYE, /* slots: address, preferences (the way back) */
    TD_NOTICE_REPORT,  /* slots: none but the header's */
    TD_NOTICE_REMIND,  /* as the confirmation: once, to those who have not answered it */
    /* Slots: address, unsubscribe. Somebody wrote that they want to leave, and anybody can write in
     * another's name: it takes the link, or a reply. */
    TD_NOTICE_LEAVE,
    TD_NOTICE_HELP, /* slots: address, preferences, unsubscribe; commands (their address) */
    TD_NOTICE_PROBE, /* as the welcome: to those whose mail came back, does it arrive? */
};

/* "confirm", "welcome", "goodbye", "report", "remind", "leave", "help", "probe": the names of
 * their templates. */
const char *td_notice_name(enum td_notice notice);

/* Whether it asks for a yes: its link confirms, and there is no name in it. */
bool td_notice_asks(enum td_notice notice);

struct td_report_row {
    struct td_slice label;
    struct td_slice value;
};

struct td_report_part {
    struct td_slice heading;
    const struct td_report_row *rows; /* a table */
    size_t row_count;
    const struct td_slice *notes; /* below it: a line each */
    size_t note_count;
};

/* Any bytes: what is no text, as in a server's reply, is shown as \xNN. */
struct td_report {
    struct td_slice subject; /* one line */
    struct td_slice intro;   /* a paragraph */
    const struct td_report_part *parts;
    size_t part_count;
};

struct td_notice_input {
    enum td_notice notice;
    const struct td_newsletter *newsletter; /* whose look and From: it has */
    struct td_templates *templates;
    enum td_format format;
    const struct td_enclosure *logo; /* the theme's file, loaded; or NULL */
    const struct td_report *report;  /* TD_NOTICE_REPORT only */
    struct td_buf *subject; /* the subject line is appended here; NULL: nobody wants it */
};

/* *out is the caller's (td_variant_release); on failure it needs no release. TD_CONFIG for a
 * template without the link that its notice is for, and as td_compose. */
enum td_status td_notice_compose(const struct td_notice_input *input,
                                 struct td_variant *out, struct td_err *err);

#endif

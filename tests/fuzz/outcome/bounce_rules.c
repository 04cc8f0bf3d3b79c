/*
 * bounce_rules.c: any bytes as a rule file: refused with a reason, or rules that a notice can be
 * read by.
 */
#include <string.h>

#include "outcome/bounce.h"
#include "support/fuzz.h"

static const char notice[] =
    "Return-Path: <>\nFrom: Mail Delivery <MAILER-DAEMON@mx.trees.example>\n"
    "To: bounce@news.example\nSubject: Undelivered Mail\n\n"
    "Your message was not delivered to\n\n<oak@trees.example>:\n"
    "550 5.1.1 User unknown, mailbox full, blocked\n\n"
    "--- Below this line is a copy of the message.\n\nTo: oak@trees.example\n\nHello\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_bounce_rules *rules = NULL;
    struct td_bounce bounce = {0};
    struct td_err err = {0};
    const enum td_status status = td_bounce_rules_create(
        &rules, td_slice_n((const char *)data, size), "rules.yaml", &err);
    if (status != TD_OK) {
        must(status == TD_CONFIG && rules == NULL &&
             strncmp(err.text, "rules.yaml", 10) == 0);
        return 0;
    }
    must(td_bounce_read(rules, td_slice(notice), &bounce, &err) == TD_OK);
    td_bounce_release(&bounce);
    td_bounce_rules_destroy(rules);
    return 0;
}

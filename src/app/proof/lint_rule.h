/*
 * lint_rule.h: what a rule of `brief lint` is.
 *
 * To add one: a row in the table of the file it belongs to, a function that looks and says, a
 * paragraph in docs/tidings-brief.md, a broken edition or mail in tests/flow/test_lint.py or
 * tests/unit/app/test_lint.c.
 */
#ifndef TD_APP_LINT_RULE_H
#define TD_APP_LINT_RULE_H

#include "app/instance/briefings.h"
#include "app/proof/lint.h"
#include "app/proof/lint_mail.h"
#include "model/edition.h"

struct td_lint_rule;

/* What rules look at, and where they say. All borrowed. */
struct td_lint {
    const struct td_edition *edition; /* NULL in tests of single mails */
    const struct td_source *source;
    const bool *wanted;        /* by part: some subscriber gets it; NULL: not known */
    struct td_lint_mail *mail; /* NULL: rules about the edition as a whole */
    const struct td_lint_rule *rule; /* the one at work */
    struct td_lint_report *report;
};

struct td_lint_rule {
    const char *id; /* kebab-case */
    enum td_lint_level level;
    void (*check)(struct td_lint *lint);
};

/* Each ends with a NULL id. */
extern const struct td_lint_rule td_lint_story_rules[];
extern const struct td_lint_rule td_lint_word_rules[];
extern const struct td_lint_rule td_lint_header_rules[];
extern const struct td_lint_rule td_lint_body_rules[];
extern const struct td_lint_rule td_lint_html_rules[];
extern const struct td_lint_rule td_lint_look_rules[];
extern const struct td_lint_rule td_lint_same_rules[];

/* All rules about the edition, or about lint->mail. */
void td_lint_edition_rules(struct td_lint *lint);
void td_lint_mail_rules(struct td_lint *lint);

/* Copies the finding's strings but for its rule; what is known already is not added again. */
void td_lint_add(struct td_lint_report *report, struct td_finding finding);

/* A finding of the rule at work: at that line of the source, or (line 0) in the mail at hand. The
 * same finding in a second mail is not said again. */
__attribute__((format(printf, 3, 4))) void td_lint_say(struct td_lint *lint, int line,
                                                       const char *format, ...);

/* How many bytes of a text a message shows: whole characters, 40 bytes at most. */
int td_lint_start(struct td_slice text);

/* Every text of the edition's parts: headings, paragraphs, items. */
struct td_lint_text {
    const struct td_text *text;
    const struct td_part *part; /* NULL: title, standfirst */
    int line;
};
void td_lint_texts(struct td_lint *lint,
                   void (*each)(struct td_lint *lint, const struct td_lint_text *text,
                                void *context),
                   void *context);

#endif

/*
 * rules_table.h: the rule file in memory, for the readers of this folder (rules.h is what others
 * see). Made by rules.c; all of it lives as long as the rules.
 */
#ifndef TD_OUTCOME_RULES_TABLE_H
#define TD_OUTCOME_RULES_TABLE_H

#include "base/arena.h"
#include "outcome/bounce.h"
#include "outcome/charset.h"
#include "outcome/meaning.h"
#include "outcome/pattern.h"
#include "outcome/phrases.h"

/* A list of patterns. */
struct td_patterns {
    struct td_pattern **items;
    size_t count;
};

/* What words mean. A rule holds where one of its words stands and, if it has patterns, one of
 * them matches. The first in the file that holds is believed. */
struct td_meaning_rule {
    const char *name;
    enum td_meaning meaning;
    bool disputed; /* counts, but suppresses nobody at once */
    bool vague; /* believed in a server's own reply only, not in the prose of a notice */
    struct td_patterns match;
};

/* A field of the mail's header that has to be there; words: what its value has to hold. */
struct td_form_field {
    const char *name;
    struct td_slice words; /* lower case; empty: anything */
};

/* How a notice looks. It is meant where each kind of condition that is given holds. */
struct td_form {
    const char *name;
    enum td_bounce_form gives;
    bool nobody;                         /* from a null sender, as far as one knows */
    bool by_text, by_subject, by_sender; /* the form's id is in that index */
    struct td_form_field *fields;        /* one of them has to be there */
    size_t field_count;
    struct td_patterns match;     /* one of them has to match the text */
    struct td_patterns recipient; /* the first that matches finds them */
    const char **recipient_fields;
    size_t recipient_field_count;
    struct td_patterns since;  /* behind which the recipients stand */
    struct td_patterns until;  /* where the mail's own words end */
    enum td_meaning otherwise; /* what it means where the words say nothing */
    bool sure;                 /* it means that whatever the words say */
};

#define TD_FORMS_MAX 256
#define TD_UNLESS    TD_FORMS_MAX

struct td_bounce_rules {
    struct td_arena *arena;
    struct td_charsets *charsets; /* owned */
    int version;
    struct td_meaning_rule *meanings;
    size_t meaning_count;
    struct td_form *forms;
    size_t form_count;
    struct td_patterns recipients; /* where no form says how they stand */
    struct td_phrases *words;      /* of meanings: ids are their indexes */
    struct td_phrases *in_text;    /* of forms; their `unless` from TD_UNLESS on */
    struct td_phrases *in_subject;
    struct td_phrases *in_sender;
    struct td_phrases *returned; /* lines that begin so begin the returned message */
};

#endif

/*
 * template.h: a compiled template, as mustache_parse.c makes it and mustache_render.c walks it.
 * Only those two and templates.c look inside.
 */
#ifndef TD_VARIANT_TEMPLATE_H
#define TD_VARIANT_TEMPLATE_H

#include "variant/mustache.h"

enum td_node_kind {
    TD_NODE_TEXT,
    TD_NODE_VALUE,    /* {{x}} */
    TD_NODE_RAW,      /* {{{x}}} and {{&x}} */
    TD_NODE_SECTION,  /* {{#x}}: its children are the nodes up to `end` */
    TD_NODE_INVERTED, /* {{^x}} */
    TD_NODE_PARTIAL,  /* {{> x}} */
};

struct td_node {
    enum td_node_kind kind;
    bool line_start; /* begins a line of the template: an indented partial indents here */
    struct td_slice text;   /* the literal text, or the name in the tag */
    struct td_slice indent; /* a partial alone on its line: the white space before it */
    size_t end;             /* sections: index of the first node behind them */
    int line;               /* from 1 */
};

struct td_template {
    char *name; /* owned */
    char *text; /* owned; nodes borrow from it */
    enum td_escape escape;
    struct td_node *nodes; /* owned */
    size_t count;
    size_t cap;
};

/* Sections and partials nest so deep and no deeper. */
#define TD_TEMPLATE_DEPTH 64

/* The tree of values. A flag that is off, and a key that is not there, are both "false". */
enum td_view_kind {
    TD_VIEW_FALSE,
    TD_VIEW_TRUE,
    TD_VIEW_TEXT,
    TD_VIEW_LIST,
    TD_VIEW_MAP
};

struct td_view {
    enum td_view_kind kind;
    struct td_slice text;
    const char *key;       /* this value's name in the map that holds it */
    struct td_view *first; /* list, map: what it holds, in order */
    struct td_view *last;
    struct td_view *next; /* in the list or map that holds this one */
};

#endif

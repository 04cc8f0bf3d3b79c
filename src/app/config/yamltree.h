/*
 * yamltree.h: a YAML file as a tree that knows its lines. libcyaml forgets them and misnames unknown
 * keys; faults of form and meaning are placed by this tree (app/config/config.h).
 *
 * Plain configuration YAML only: one document of maps, lists and scalars, nested at most 16 deep.
 * Anchors, aliases, tags, merge keys and a second document are refused, each with its line.
 */
#ifndef TD_APP_YAMLTREE_H
#define TD_APP_YAMLTREE_H

#include "base/arena.h"
#include "base/err.h"

enum td_yaml_kind { TD_YAML_SCALAR, TD_YAML_LIST, TD_YAML_MAP };

struct td_yaml {
    enum td_yaml_kind kind;
    int line;              /* from 1; of the key for an entry of a map */
    struct td_slice key;   /* absent in a list and at the root */
    struct td_slice value; /* TD_YAML_SCALAR */
    bool missing;          /* a scalar of which nothing is written: "key:" */
    struct td_yaml
        *first;           /* of the entries of a map or list, in file order; NULL: none */
    struct td_yaml *next; /* sibling */
};

/* The tree lives in the arena. *out is NULL for a file without a document. TD_CONFIG with *line
 * set (0: unknown) and err without the file's name. */
enum td_status td_yaml_parse(struct td_arena *arena, struct td_slice text,
                             const struct td_yaml **out, int *line, struct td_err *err);

/* What a path like "relays[0].tls" names; NULL when it is not there. */
const struct td_yaml *td_yaml_find(const struct td_yaml *root, const char *path);

/* Line of what the path names; of its nearest parent when it is not there. */
int td_yaml_line(const struct td_yaml *root, const char *path);

#endif

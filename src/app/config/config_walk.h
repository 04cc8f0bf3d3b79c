/*
 * config_walk.h: the tables of libcyaml walked along the tree of yamltree.c: libcyaml itself tells the
 * first fault only, and for an unknown or missing key it names the entry before it.
 */
#ifndef TD_APP_CONFIG_WALK_H
#define TD_APP_CONFIG_WALK_H

#include "app/config/config.h"
#include "app/config/yamltree.h"

struct cyaml_schema_value;

/* Adds every fault: unknown, repeated and missing keys, wrong kinds. */
void td_schema_walk(const struct cyaml_schema_value *schema, const struct td_yaml *root,
                    struct td_faults *faults);

#endif

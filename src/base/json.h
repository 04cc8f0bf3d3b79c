/*
 * json.h: values for --json output and small stored documents. jansson stays in json.c.
 *
 * A value is owned by whoever made it until it is given to a container (`_take`: the
 * container owns it from then on). Keys keep the order in which they were set. Strings
 * are UTF-8; invalid bytes are shown as U+FFFD. The absent slice becomes null.
 */
#ifndef TD_BASE_JSON_H
#define TD_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

struct td_json;

struct td_json *td_json_object(void);
struct td_json *td_json_array(void);
struct td_json *td_json_string(struct td_slice s);
struct td_json *td_json_int(int64_t n);
void td_json_destroy(struct td_json *json);

void td_json_set_take(struct td_json *object, const char *key, struct td_json *value);
void td_json_set_str(struct td_json *object, const char *key, struct td_slice s);
void td_json_set_cstr(struct td_json *object, const char *key,
                      const char *s); /* NULL → null */
void td_json_set_int(struct td_json *object, const char *key, int64_t n);
void td_json_set_real(struct td_json *object, const char *key, double n);
void td_json_set_bool(struct td_json *object, const char *key, bool b);
void td_json_set_null(struct td_json *object, const char *key);
void td_json_append_take(struct td_json *array, struct td_json *value);
void td_json_append_str(struct td_json *array, struct td_slice s);

/* Appends the text of the value, compact or indented by 2, without a newline at the
 * end. */
void td_json_write(const struct td_json *json, bool pretty, struct td_buf *out);

/* Parses; TD_DATA with line and column on failure. */
enum td_status td_json_parse(struct td_slice text, struct td_json **out,
                             struct td_err *err);

/* Reading: NULL or the given default where the key or type does not fit; borrowed. */
const struct td_json *td_json_get(const struct td_json *object, const char *key);
const struct td_json *td_json_at(const struct td_json *array,
                                 size_t i); /* NULL past the end */
size_t td_json_count(const struct td_json *array);
struct td_slice td_json_str(const struct td_json *value); /* absent if no string */
int64_t td_json_int_or(const struct td_json *value, int64_t otherwise);
bool td_json_bool_or(const struct td_json *value, bool otherwise);

#endif

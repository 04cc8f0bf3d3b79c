/* json.c: JSON values by jansson. A struct td_json is a json_t seen from outside. */
#include "base/json.h"

#include <stdlib.h>

#include <jansson.h>

static json_t *in(struct td_json *json)
{
    return (json_t *)json;
}

static const json_t *look(const struct td_json *json)
{
    return (const json_t *)json;
}

/* NULL from a constructor: no memory, or we gave jansson what it must never get. */
static struct td_json *made(json_t *value)
{
    if (value == NULL) {
        TD_PANIC("jansson could not make a value");
    }
    return (struct td_json *)value;
}

/* A copy of s with U+FFFD for each invalid byte. */
static void repair(struct td_slice s, struct td_buf *out)
{
    for (size_t pos = 0; pos < s.len;) {
        const int32_t cp = td_utf8_next(s, &pos);
        td_buf_add_cp(out, cp < 0 ? 0xFFFD : (uint32_t)cp);
    }
}

struct td_json *td_json_object(void)
{
    return made(json_object());
}

struct td_json *td_json_array(void)
{
    return made(json_array());
}

struct td_json *td_json_string(struct td_slice s)
{
    if (s.ptr == NULL) {
        return made(json_null());
    }
    if (td_utf8_valid(s, NULL)) {
        return made(json_stringn_nocheck(s.ptr, s.len));
    }
    struct td_buf valid;
    td_buf_init(&valid, SIZE_MAX / 2);
    repair(s, &valid);
    struct td_json *json = made(json_stringn_nocheck(valid.ptr, valid.len));
    td_buf_release(&valid);
    return json;
}

struct td_json *td_json_int(int64_t n)
{
    return made(json_integer(n));
}

void td_json_destroy(struct td_json *json)
{
    json_decref(in(json));
}

void td_json_set_take(struct td_json *object, const char *key, struct td_json *value)
{
    struct td_buf valid;
    td_buf_init(&valid, SIZE_MAX / 2);
    repair(td_slice(key), &valid);
    if (json_object_set_new_nocheck(in(object), valid.ptr, in(value)) != 0) {
        TD_PANIC("a key was set in what is not a JSON object");
    }
    td_buf_release(&valid);
}

void td_json_set_str(struct td_json *object, const char *key, struct td_slice s)
{
    td_json_set_take(object, key, td_json_string(s));
}

void td_json_set_cstr(struct td_json *object, const char *key, const char *s)
{
    td_json_set_take(object, key, td_json_string(td_slice(s)));
}

void td_json_set_int(struct td_json *object, const char *key, int64_t n)
{
    td_json_set_take(object, key, td_json_int(n));
}

void td_json_set_real(struct td_json *object, const char *key, double n)
{
    /* JSON knows neither infinity nor "not a number"; jansson makes no value of them. */
    json_t *value = json_real(n);
    td_json_set_take(object, key, made(value != NULL ? value : json_null()));
}

void td_json_set_bool(struct td_json *object, const char *key, bool b)
{
    td_json_set_take(object, key, made(json_boolean(b)));
}

void td_json_set_null(struct td_json *object, const char *key)
{
    td_json_set_take(object, key, made(json_null()));
}

void td_json_append_take(struct td_json *array, struct td_json *value)
{
    if (json_array_append_new(in(array), in(value)) != 0) {
        TD_PANIC("a value was appended to what is not a JSON array");
    }
}

void td_json_append_str(struct td_json *array, struct td_slice s)
{
    td_json_append_take(array, td_json_string(s));
}

/* jansson leaves DEL and the controls U+0080 to U+009F as they are, which JSON allows and terminals
 * act on. They occur within strings only, and no piece ends within a character. */
static int append(const char *bytes, size_t n, void *context)
{
    struct td_buf *out = context;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        const unsigned char next = i + 1 < n ? (unsigned char)bytes[i + 1] : 0;
        if (c == 0x7f) {
            td_buf_add_str(out, "\\u007f");
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
            td_buf_addf(out, "\\u%04x", next);
            i++;
        } else {
            td_buf_add_char(out, (char)c);
        }
    }
    return 0;
}

void td_json_write(const struct td_json *json, bool pretty, struct td_buf *out)
{
    /* 15 digits are what a double keeps of a decimal: 0.1 stays 0.1. */
    const size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15) |
                         (pretty ? JSON_INDENT(2) : JSON_COMPACT);
    if (json_dump_callback(look(json), append, out, flags) != 0) {
        TD_PANIC("a JSON value could not be written");
    }
}

enum td_status td_json_parse(struct td_slice text, struct td_json **out,
                             struct td_err *err)
{
    const char *ptr = text.len > 0 ? text.ptr : "";
    const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES;
    json_error_t fault;
    json_t *json = json_loadb(ptr, text.len, flags, &fault);
    if (json == NULL) {
        *out = NULL;
        return td_fail(err, TD_DATA, "line %d, column %d: %s", fault.line, fault.column,
                       fault.text);
    }
    *out = (struct td_json *)json;
    return TD_OK;
}

const struct td_json *td_json_get(const struct td_json *object, const char *key)
{
    return (const struct td_json *)json_object_get(look(object), key);
}

const struct td_json *td_json_at(const struct td_json *array, size_t i)
{
    return (const struct td_json *)json_array_get(look(array), i);
}

size_t td_json_count(const struct td_json *array)
{
    return json_array_size(look(array));
}

struct td_slice td_json_str(const struct td_json *value)
{
    if (!json_is_string(look(value))) {
        return td_slice(NULL);
    }
    return td_slice_n(json_string_value(look(value)), json_string_length(look(value)));
}

int64_t td_json_int_or(const struct td_json *value, int64_t otherwise)
{
    return json_is_integer(look(value)) ? json_integer_value(look(value)) : otherwise;
}

bool td_json_bool_or(const struct td_json *value, bool otherwise)
{
    return json_is_boolean(look(value)) ? json_is_true(look(value)) : otherwise;
}

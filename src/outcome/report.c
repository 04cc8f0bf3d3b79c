/*
 * report.c: groups of fields, one for each recipient. Groups should be apart by blank lines; where
 * they are not, a recipient's field that comes a second time begins the next one.
 */
#include "outcome/report.h"

#include <string.h>

#include "base/err.h"
#include "outcome/header.h"

static const size_t none = (size_t)-1;

enum key { KEY_ORIGINAL, KEY_FINAL, KEY_ACTUAL, KEY_ACTION, KEY_STATUS, KEY_DIAGNOSTIC };

static const struct {
    const char *name;
    enum key key;
} keys[] = {
    {"Original-Recipient", KEY_ORIGINAL},
    {"Final-Recipient", KEY_FINAL},
    {"X-Actual-Recipient", KEY_ACTUAL},
    {"Action", KEY_ACTION},
    {"Status", KEY_STATUS},
    {"Diagnostic-Code", KEY_DIAGNOSTIC},
};

static bool find_key(struct td_slice name, enum key *key)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(keys); i++) {
        if (td_slice_iis(name, keys[i].name)) {
            *key = keys[i].key;
            return true;
        }
    }
    return false;
}

/* "rfc822; a@b" without its type; "X-Postfix; text" likewise. A type is one word. */
static struct td_slice without_type(struct td_slice value)
{
    size_t n = 0;
    while (n < value.len && memchr("; \t\r\n@:", value.ptr[n], 7) == NULL)
        n++;
    const struct td_slice rest = td_slice_trim(td_slice_sub(value, n, value.len));
    return td_slice_starts(rest, ";") ? td_slice_trim(td_slice_sub(rest, 1, rest.len))
                                      : value;
}

static enum td_action action_of(struct td_slice value)
{
    static const struct {
        const char *word;
        enum td_action action;
    } actions[] = {
        {"fail", TD_ACTION_FAILED},    {"error", TD_ACTION_FAILED},
        {"expired", TD_ACTION_FAILED}, {"deleted", TD_ACTION_FAILED},
        {"delay", TD_ACTION_DELAYED},  {"deliver", TD_ACTION_DONE},
        {"relay", TD_ACTION_DONE},     {"expanded", TD_ACTION_DONE},
    };
    for (size_t i = 0; i < TD_ARRAY_LEN(actions); i++) {
        if (td_slice_istarts(value, actions[i].word))
            return actions[i].action;
    }
    return TD_ACTION_NONE;
}

static bool is_begun(const struct td_report_item *item)
{
    return item->original.len > 0 || item->final.len > 0 ||
           item->action != TD_ACTION_NONE || item->status.len > 0 ||
           item->diagnostic.len > 0;
}

/* Whether the field belongs to the next recipient. */
static bool begins_next(const struct td_report_item *item, enum key key)
{
    return (key == KEY_FINAL && item->final.len > 0) ||
           (key == KEY_ORIGINAL && item->original.len > 0) ||
           (key == KEY_ORIGINAL && item->action != TD_ACTION_NONE &&
            item->final.len > 0 && item->status.len > 0 && item->diagnostic.len > 0);
}

static void set(struct td_report_item *item, enum key key, struct td_slice value)
{
    switch (key) {
    case KEY_ORIGINAL: item->original = without_type(value); break;
    case KEY_FINAL: item->final = without_type(value); break;
    case KEY_ACTUAL:
        if (item->final.len == 0)
            item->final = without_type(value);
        break;
    case KEY_ACTION: item->action = action_of(value); break;
    case KEY_STATUS: item->status = value; break;
    case KEY_DIAGNOSTIC:
        if (item->diagnostic.len == 0)
            item->diagnostic = without_type(value);
        break;
    }
}

struct reading {
    struct td_report_item items[TD_REPORT_ITEMS_MAX];
    struct td_report_item now;
    size_t count;
};

static void close_item(struct reading *reading)
{
    if (is_begun(&reading->now) && reading->count < TD_REPORT_ITEMS_MAX)
        reading->items[reading->count++] = reading->now;
    reading->now = (struct td_report_item){0};
}

void td_report_read(struct td_arena *arena, struct td_slice text, struct td_report *out)
{
    struct reading reading;
    reading.count = 0;
    reading.now = (struct td_report_item){0};
    while (text.len > 0) {
        const size_t before = text.len;
        const struct td_fields group = td_fields_take(arena, &text, TD_JUNK_SKIPPED);
        for (size_t i = 0; i < group.count; i++) {
            enum key key;
            if (!find_key(group.items[i].name, &key))
                continue;
            if (begins_next(&reading.now, key))
                close_item(&reading);
            set(&reading.now, key, group.items[i].value);
        }
        /* a blank line between the recipient and what is said of it ends nothing */
        if (reading.now.action != TD_ACTION_NONE || reading.now.status.len > 0)
            close_item(&reading);
        if (text.len == before)
            break;
    }
    close_item(&reading);
    out->items =
        td_arena_array(arena, reading.items, reading.count, sizeof *reading.items);
    out->count = reading.count;
}

size_t td_report_find(struct td_slice text)
{
    static const char *const starts[] = {
        "\nFinal-Recipient:", "\nReporting-MTA:", "\nOriginal-Recipient:"};
    size_t first = none;
    for (size_t i = 0; i < TD_ARRAY_LEN(starts); i++) {
        const size_t at = td_slice_find_str(text, 0, starts[i]);
        if (at < first)
            first = at;
    }
    return first;
}

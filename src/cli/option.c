/* Options and operands of one command (option.h). */
#include "cli/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct td_option *find(const struct td_option *options, struct td_slice name)
{
    for (const struct td_option *option = options; option && option->name; option++)
        if (td_slice_is(name, option->name))
            return option;
    return NULL;
}

/* How alike two names are: the length of their common start. */
static size_t common_start(struct td_slice a, const char *b)
{
    size_t n = 0;
    while (n < a.len && b[n] != '\0' && a.ptr[n] == b[n])
        n++;
    return n;
}

static enum td_status unknown_option(struct td_slice name,
                                     const struct td_option *options, struct td_err *err)
{
    const char *nearest = NULL;
    size_t best = 1;
    for (const struct td_option *option = options; option && option->name; option++) {
        size_t n = common_start(name, option->name);
        if (n > best) {
            best = n;
            nearest = option->name;
        }
    }
    if (nearest)
        return td_fail(err, TD_USAGE, "unknown option --%.*s; did you mean --%s?",
                       (int)name.len, name.ptr, nearest);
    return td_fail(err, TD_USAGE, "unknown option --%.*s", (int)name.len, name.ptr);
}

static enum td_status add_operand(struct td_args *args, const char *word)
{
    args->operands = td_vec_grow(args->operands, &args->operand_cap,
                                 args->operand_count + 1, sizeof *args->operands);
    args->operands[args->operand_count++] = word;
    return TD_OK;
}

/* Takes words[*i] as an option and, where it wants one, its value from the same or next word. */
static enum td_status add_option(struct td_args *args, char *const *words, size_t count,
                                 size_t *i, const struct td_option *options,
                                 struct td_err *err)
{
    struct td_slice word = td_slice(words[*i] + 2);
    size_t equals = td_slice_find(word, 0, '=');
    struct td_slice name = equals == (size_t)-1 ? word : td_slice_sub(word, 0, equals);
    const struct td_option *option = find(options, name);
    const char *value = equals == (size_t)-1 ? NULL : words[*i] + 2 + equals + 1;

    if (!option)
        return unknown_option(name, options, err);
    if (args->option_count == TD_ARGS_MAX)
        return td_fail(err, TD_USAGE, "more than %d options", TD_ARGS_MAX);
    if (!option->value && value)
        return td_fail(err, TD_USAGE, "--%s takes no value", option->name);
    if (option->value && !value) {
        if (*i + 1 == count)
            return td_fail(err, TD_USAGE, "--%s needs a value: --%s %s", option->name,
                           option->name, option->value);
        value = words[++*i];
    }
    args->names[args->option_count] = option->name;
    args->values[args->option_count++] = value;
    return TD_OK;
}

enum td_status td_args_parse(struct td_args *args, char *const *words, size_t count,
                             const struct td_option *options, struct td_err *err)
{
    bool options_end = false;
    memset(args, 0, sizeof *args);
    for (size_t i = 0; i < count; i++) {
        const char *word = words[i];
        enum td_status status;
        if (!options_end && strcmp(word, "--") == 0) {
            options_end = true;
            continue;
        }
        if (!options_end && word[0] == '-' && word[1] == '-')
            status = add_option(args, words, count, &i, options, err);
        else if (!options_end && word[0] == '-' && word[1] != '\0')
            status = td_fail(err, TD_USAGE,
                             "unknown option %s (only -C and -c are short)", word);
        else
            status = add_operand(args, word);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

void td_args_release(struct td_args *args)
{
    free(args->operands);
    *args = (struct td_args){0};
}

bool td_args_has(const struct td_args *args, const char *name)
{
    for (size_t i = 0; i < args->option_count; i++)
        if (strcmp(args->names[i], name) == 0)
            return true;
    return false;
}

const char *td_args_get(const struct td_args *args, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < args->option_count; i++)
        if (strcmp(args->names[i], name) == 0)
            value = args->values[i];
    return value;
}

enum td_status td_args_int(const struct td_args *args, const char *name,
                           struct td_int_range range, int64_t *out, struct td_err *err)
{
    const char *text = td_args_get(args, name);
    *out = range.otherwise;
    if (!text)
        return TD_OK;
    if (!td_slice_int64(td_slice(text), out) || *out < range.least || *out > range.most)
        return td_fail(err, TD_USAGE,
                       "--%s %s: a whole number from %lld to %lld is wanted", name, text,
                       (long long)range.least, (long long)range.most);
    return TD_OK;
}

/*
 * Whether words can be read on what is behind them, by the colours that stand in style attributes:
 * those of the light scheme, and all there is for mail programs that drop <style> (lint_rule.h).
 */
#include <string.h>

#include "app/proof/lint_rule.h"
#include "app/proof/lint_tags.h"
#include "model/theme.h"

#define NONE      ((size_t)-1)
#define DEPTH_MAX 64
#define COLOUR    8 /* "#rrggbb" and its NUL */

/* What is in force inside an element. "" is a colour we cannot tell. */
struct layer {
    char ink[COLOUR];
    char ground[COLOUR];
};

struct look {
    struct layer layers[DEPTH_MAX]; /* the innermost last */
    size_t depth;
};

/* The value of a property of a style attribute; absent when it is not there. */
static struct td_slice property(struct td_slice style, const char *name)
{
    struct td_slice item;
    while (td_slice_token(&style, ";", &item)) {
        const size_t colon = td_slice_find(item, 0, ':');
        if (colon != NONE &&
            td_slice_iis(td_slice_trim(td_slice_sub(item, 0, colon)), name))
            return td_slice_trim(td_slice_sub(item, colon + 1, item.len));
    }
    return (struct td_slice){NULL, 0};
}

/* Takes a colour over when the property is there; one that is not "#rrggbb" is not known. */
static void take(struct td_slice value, char out[COLOUR])
{
    if (!value.ptr)
        return;
    memset(out, 0, COLOUR);
    if (value.len == COLOUR - 1)
        memcpy(out, value.ptr, value.len);
    if (!td_colour_valid(out))
        out[0] = '\0';
}

static bool is_void(const struct td_lint_tag *tag)
{
    static const char *const names[] = {"br",   "img",  "hr",    "meta",
                                        "link", "base", "input", "!doctype"};
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++)
        if (td_lint_tag_is(tag, names[i]))
            return true;
    return tag->name.len == 0;
}

static void enter(struct look *look, const struct td_lint_tag *tag)
{
    const struct td_slice style = td_lint_attribute(tag, "style");
    const struct td_slice ground = property(style, "background");
    if (look->depth + 1 == DEPTH_MAX)
        return;
    look->layers[look->depth + 1] = look->layers[look->depth];
    struct layer *layer = &look->layers[++look->depth];
    take(property(style, "color"), layer->ink);
    take(ground.ptr ? ground : property(style, "background-color"), layer->ground);
    if (td_slice_iis(property(style, "display"), "none"))
        layer->ink[0] = '\0';
}

static void contrast(struct td_lint *lint)
{
    struct td_slice rest = td_buf_slice(&lint->mail->html);
    struct look look = {.layers = {{"#000000", "#ffffff"}}};
    struct td_lint_tag tag;
    while (td_lint_next_tag(&rest, &tag)) {
        const struct layer *layer = &look.layers[look.depth];
        const struct td_slice words = td_slice_trim(tag.before);
        if (words.len > 0 && layer->ink[0] && layer->ground[0] &&
            td_contrast(layer->ink, layer->ground) < TD_CONTRAST_LEAST)
            td_lint_say(lint, 0,
                        "\"%.*s\" in %s on %s: contrast %.1f, at least %.1f is wanted",
                        td_lint_start(words), words.ptr, layer->ink, layer->ground,
                        td_contrast(layer->ink, layer->ground), TD_CONTRAST_LEAST);
        if (is_void(&tag))
            continue;
        if (!tag.closing)
            enter(&look, &tag);
        else if (look.depth > 0)
            look.depth--;
    }
}

const struct td_lint_rule td_lint_look_rules[] = {
    {"contrast", TD_LINT_WARNING, contrast},
    {NULL, TD_LINT_WARNING, NULL},
};

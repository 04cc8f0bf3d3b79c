/* What browsers and screen readers get (lint_rule.h). */
#include <string.h>

#include "app/proof/lint_rule.h"
#include "app/proof/lint_tags.h"

#define NONE      ((size_t)-1)
#define CLIP_NEAR 100000 /* bytes; Gmail cuts a page off at about 102 kB */

static void for_tags(struct td_lint *lint,
                     void (*each)(struct td_lint *lint, const struct td_lint_tag *tag))
{
    struct td_slice rest = td_buf_slice(&lint->mail->html);
    struct td_lint_tag tag;
    while (td_lint_next_tag(&rest, &tag))
        each(lint, &tag);
}

static void html_size(struct td_lint *lint)
{
    const size_t size = lint->mail->html.len;
    if (size >= CLIP_NEAR)
        td_lint_say(
            lint, 0,
            "the page has %zu kB: Gmail cuts it off at 102 kB, the way out with it",
            size / 1000);
}

/* Standards E7; screen readers choose their voice by lang. */
static void html_head(struct td_lint *lint)
{
    struct td_slice rest = td_buf_slice(&lint->mail->html);
    struct td_lint_tag tag;
    bool lang = false, charset = false, title = false;
    while (td_lint_next_tag(&rest, &tag)) {
        if (td_lint_tag_is(&tag, "html") && !tag.closing)
            lang = td_lint_attribute(&tag, "lang").len > 0;
        if (td_lint_tag_is(&tag, "meta"))
            charset |= td_slice_iis(td_lint_attribute(&tag, "charset"), "utf-8");
        if (td_lint_tag_is(&tag, "title") && tag.closing)
            title = td_slice_trim(tag.before).len > 0;
    }
    if (lint->mail->html.len == 0)
        return;
    if (!lang)
        td_lint_say(lint, 0, "<html> has no lang");
    if (!charset)
        td_lint_say(lint, 0, "no <meta charset=\"utf-8\">");
    if (!title)
        td_lint_say(lint, 0, "no <title>, or an empty one");
}

/* 1 to 6 for <h1> to <h6>, else 0. */
static int heading_level(const struct td_lint_tag *tag)
{
    const bool is = tag->name.len == 2 && (tag->name.ptr[0] | 0x20) == 'h' &&
                    tag->name.ptr[1] >= '1' && tag->name.ptr[1] <= '6';
    return is ? tag->name.ptr[1] - '0' : 0;
}

static void heading_order(struct td_lint *lint)
{
    struct td_slice rest = td_buf_slice(&lint->mail->html);
    struct td_lint_tag tag;
    size_t tops = 0;
    int before = 0;
    while (td_lint_next_tag(&rest, &tag)) {
        const int level = heading_level(&tag);
        if (level == 0 || tag.closing)
            continue;
        tops += level == 1;
        if (level > before + 1)
            td_lint_say(lint, 0, "a heading of level %d follows one of level %d", level,
                        before);
        before = level;
    }
    if (lint->mail->html.len > 0 && tops != 1)
        td_lint_say(lint, 0, "%zu headings of level 1: a page has one", tops);
}

/* ---- images ---- */

static void look_for_alt(struct td_lint *lint, const struct td_lint_tag *tag)
{
    const struct td_slice src = td_lint_attribute(tag, "src");
    if (td_lint_tag_is(tag, "img") && !td_lint_attribute(tag, "alt").ptr)
        td_lint_say(lint, 0, "an image without an alt text: %.*s", (int)src.len,
                    src.ptr ? src.ptr : "");
}

static void html_alt(struct td_lint *lint)
{
    for_tags(lint, look_for_alt);
}

/* No tracking pixel: a principle of ours, and PECR reg 6. */
static void look_for_pixel(struct td_lint *lint, const struct td_lint_tag *tag)
{
    int64_t width, height;
    const bool small =
        (td_slice_int64(td_lint_attribute(tag, "width"), &width) && width <= 2) ||
        (td_slice_int64(td_lint_attribute(tag, "height"), &height) && height <= 2);
    const struct td_slice src = td_lint_attribute(tag, "src");
    if (td_lint_tag_is(tag, "img") && small && td_slice_istarts(src, "http"))
        td_lint_say(lint, 0, "a tracking pixel: %.*s", (int)src.len, src.ptr);
}

static void tracking_pixel(struct td_lint *lint)
{
    for_tags(lint, look_for_pixel);
}

/* ---- links ---- */

static void html_link(struct td_lint *lint)
{
    struct td_slice rest = td_buf_slice(&lint->mail->html);
    struct td_lint_tag tag;
    struct td_slice href = {NULL, 0};
    bool words = true;
    while (td_lint_next_tag(&rest, &tag)) {
        words |= td_slice_trim(tag.before).len > 0;
        words |= td_lint_attribute(&tag, "alt").len > 0;
        if (!td_lint_tag_is(&tag, "a"))
            continue;
        if (tag.closing) {
            if (!words)
                td_lint_say(lint, 0, "a link without words to %.*s", (int)href.len,
                            href.ptr ? href.ptr : "");
            continue;
        }
        href = td_lint_attribute(&tag, "href");
        words = false;
        if (href.len == 0 && !td_lint_attribute(&tag, "id").ptr)
            td_lint_say(lint, 0, "a link that leads nowhere");
    }
}

static bool has_id(struct td_slice html, struct td_slice id)
{
    struct td_lint_tag tag;
    while (td_lint_next_tag(&html, &tag))
        if (td_slice_eq(td_lint_attribute(&tag, "id"), id) ||
            td_slice_eq(td_lint_attribute(&tag, "name"), id))
            return true;
    return false;
}

static void look_for_anchor(struct td_lint *lint, const struct td_lint_tag *tag)
{
    const struct td_slice href = td_lint_attribute(tag, "href");
    if (td_lint_tag_is(tag, "a") && td_slice_starts(href, "#") &&
        !has_id(td_buf_slice(&lint->mail->html), td_slice_sub(href, 1, href.len)))
        td_lint_say(lint, 0, "nothing has the id that a link leads to: %.*s",
                    (int)href.len, href.ptr);
}

static void anchor_missing(struct td_lint *lint)
{
    for_tags(lint, look_for_anchor);
}

/* ---- what mailboxes take out, or take the mail for ---- */

static void look_for_active(struct td_lint *lint, const struct td_lint_tag *tag)
{
    static const char *const tags[] = {"script", "form",   "iframe", "object",
                                       "embed",  "applet", "base",   "link"};
    const struct td_slice href = td_lint_attribute(tag, "href");
    for (size_t i = 0; i < TD_ARRAY_LEN(tags); i++)
        if (td_lint_tag_is(tag, tags[i]) && !tag->closing)
            td_lint_say(lint, 0, "<%s> does not work in a mail", tags[i]);
    if (td_slice_istarts(href, "javascript:") || td_lint_attribute(tag, "onclick").ptr ||
        td_lint_attribute(tag, "onload").ptr)
        td_lint_say(lint, 0, "a script in <%.*s>", (int)tag->name.len, tag->name.ptr);
}

static void html_active(struct td_lint *lint)
{
    for_tags(lint, look_for_active);
}

const struct td_lint_rule td_lint_html_rules[] = {
    {"html-size", TD_LINT_WARNING, html_size},
    {"html-head", TD_LINT_ERROR, html_head},
    {"heading-order", TD_LINT_WARNING, heading_order},
    {"html-alt", TD_LINT_ERROR, html_alt},
    {"tracking-pixel", TD_LINT_ERROR, tracking_pixel},
    {"html-link", TD_LINT_ERROR, html_link},
    {"anchor-missing", TD_LINT_WARNING, anchor_missing},
    {"html-active", TD_LINT_ERROR, html_active},
    {NULL, TD_LINT_WARNING, NULL},
};

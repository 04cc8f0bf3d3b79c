/* What stands around every mail (frame.h). */
#include "variant/frame.h"

#include <string.h>

#include "variant/slots.h"
#include "variant/wrap.h"

static struct td_view *text(const struct td_frame *f, struct td_slice s)
{
    return td_view_text(f->arena, s);
}

void td_frame_slot(const struct td_frame *frame, struct td_view *root, const char *key,
                   enum td_slot_kind kind)
{
    td_view_set(root, key, text(frame, td_slot_token(kind)));
}

void td_frame_lines(const struct td_frame *frame, struct td_view *map, const char *key,
                    struct td_slice words)
{
    const struct td_margin none = {0};
    struct td_buf lines;
    td_buf_init(&lines, 4 * words.len + 100);
    td_wrap(words, &none, &lines);
    struct td_slice all = td_buf_slice(&lines);
    while (td_slice_ends(all, "\n"))
        all.len--;
    td_view_set(map, key, text(frame, td_arena_copy(frame->arena, all)));
    td_buf_release(&lines);
}

/* Language tags of scripts written from right to left (primary subtags). */
static bool is_right_to_left(const char *language)
{
    static const char *const tags[] = {"ar", "fa", "he", "ur", "yi",
                                       "ps", "sd", "dv", "ug", "ckb"};
    const size_t n = strcspn(language, "-_");
    for (size_t i = 0; i < TD_ARRAY_LEN(tags); i++)
        if (td_slice_iis(td_slice_n(language, n), tags[i]))
            return true;
    return false;
}

static void set_logo(const struct td_frame *f, const struct td_theme *theme,
                     struct td_view *root)
{
    const char *alt = theme->logo_alt ? theme->logo_alt : f->newsletter->title;
    struct td_slice src = td_slice(theme->logo_url);
    if (theme->logo_file != NULL) {
        src =
            f->logo ? td_arena_printf(f->arena, "cid:%s", f->logo->cid) : td_slice(NULL);
    }
    if (src.ptr == NULL)
        return; /* the title stands in its place */
    struct td_view *map = td_view_map(f->arena);
    td_view_set(map, "src", text(f, src));
    td_view_set(map, "alt", text(f, td_slice(alt)));
    td_view_set(map, "width",
                text(f, td_arena_printf(f->arena, "%d", theme->logo_width)));
    td_view_set(root, "logo", map);
}

static void set_theme(const struct td_frame *f, struct td_view *root)
{
    const struct td_theme *own = f->newsletter->theme;
    const struct td_theme *theme = own ? own : td_theme_default();
    struct td_view *map = td_view_map(f->arena);
    for (int i = 0; i < TD_COLOURS; i++) {
        const enum td_colour colour = (enum td_colour)i;
        td_view_set(map, td_colour_name(colour, false),
                    text(f, td_slice(theme->light[i])));
        td_view_set(map, td_colour_name(colour, true), text(f, td_slice(theme->dark[i])));
    }
    td_view_set(map, "text_font", text(f, td_slice(theme->text_font)));
    td_view_set(map, "label_font", text(f, td_slice(theme->label_font)));
    td_view_set(root, "theme", map);
    set_logo(f, theme, root);
}

/* Who sends this: company and postal address (standards: Companies Act, PECR, CAN-SPAM). */
static enum td_status set_sender(const struct td_frame *f, struct td_view *root)
{
    const struct td_newsletter *newsletter = f->newsletter;
    if (newsletter->postal_address == NULL || newsletter->postal_address[0] == '\0')
        return td_fail(f->err, TD_CONFIG,
                       "newsletter %s: no postal_address; the law asks for it",
                       newsletter->name);
    if (newsletter->company != NULL) {
        td_view_set(root, "company", text(f, td_slice(newsletter->company)));
        td_frame_lines(f, root, "company_lines", td_slice(newsletter->company));
    }
    struct td_view *list = td_view_list(f->arena);
    struct td_slice rest = td_slice(newsletter->postal_address);
    struct td_slice line;
    while (td_slice_line(&rest, &line)) {
        struct td_view *item = td_view_map(f->arena);
        td_view_set(item, "line", text(f, td_slice_trim(line)));
        td_view_add(list, item);
    }
    td_view_set(root, "postal", list);
    td_frame_lines(f, root, "postal_lines", td_slice(newsletter->postal_address));
    return TD_OK;
}

enum td_status td_frame_set(const struct td_frame *frame, struct td_view *root)
{
    const struct td_newsletter *newsletter = frame->newsletter;
    const char *direction = is_right_to_left(newsletter->language) ? "rtl" : "ltr";
    td_view_set(root, "language", text(frame, td_slice(newsletter->language)));
    td_view_set(root, "direction", text(frame, td_slice(direction)));
    td_view_set(root, "newsletter", text(frame, td_slice(newsletter->title)));
    set_theme(frame, root);
    return set_sender(frame, root);
}

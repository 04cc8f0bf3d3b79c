/* The look of mails: theme, of the file and of each newsletter (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "model/theme.h"

#define LOGO_LEAST 16
#define LOGO_MOST  576 /* the column on a wide screen */

/* Where a theme's keys stand, and what they say. */
struct reading {
    struct td_place place;
    const struct td_raw_theme *raw;
    struct td_theme *theme;
};

static const char *lower(struct td_arena *arena, const char *colour)
{
    char *copy = td_arena_strdup(arena, colour);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

static void take_colours(struct reading *reading)
{
    struct td_arena *arena = reading->place.builder->config->arena;
    for (int i = 0; i < TD_COLOURS; i++)
        for (int dark = 0; dark < 2; dark++) {
            const char *word = reading->raw->colours[2 * i + dark];
            const char **value =
                dark ? &reading->theme->dark[i] : &reading->theme->light[i];
            if (!word)
                continue;
            if (td_colour_valid(word))
                *value = lower(arena, word);
            else
                td_fault_at(&reading->place, td_colour_name((enum td_colour)i, dark),
                            "\"%s\" is not a colour: \"#9b1c1f\", in quotation marks",
                            word);
        }
}

/* Words in a colour must be read on every ground they stand on. The fault is told where a colour
 * was written, and of a newsletter that only keeps what the file says, not at all. */
static void check_contrast(const struct reading *reading, bool dark)
{
    static const enum td_colour words[] = {TD_COLOUR_INK, TD_COLOUR_QUIET,
                                           TD_COLOUR_ACCENT};
    static const enum td_colour grounds[] = {TD_COLOUR_PAPER, TD_COLOUR_PAGE,
                                             TD_COLOUR_TINT};
    const char *const *colours = dark ? reading->theme->dark : reading->theme->light;
    for (size_t i = 0; i < TD_ARRAY_LEN(words); i++)
        for (size_t j = 0; j < TD_ARRAY_LEN(grounds); j++) {
            double contrast = td_contrast(colours[words[i]], colours[grounds[j]]);
            bool word_given = reading->raw->colours[2 * (int)words[i] + dark] != NULL;
            bool ground_given = reading->raw->colours[2 * (int)grounds[j] + dark] != NULL;
            if (contrast >= TD_CONTRAST_LEAST || (!word_given && !ground_given))
                continue;
            td_fault_at(&reading->place,
                        td_colour_name(word_given ? words[i] : grounds[j], dark),
                        "%s %s on %s %s cannot be read: contrast %.1f, at least %.1f is "
                        "wanted (WCAG 1.4.3)",
                        td_colour_name(words[i], dark), colours[words[i]],
                        td_colour_name(grounds[j], dark), colours[grounds[j]], contrast,
                        TD_CONTRAST_LEAST);
        }
}

/* Font families as CSS lists them; they stand in style attributes, so nothing that could end one. */
static const char *take_font(const struct reading *reading, const char *key,
                             const char *word, const char *otherwise)
{
    const char *font = td_take_line(&reading->place, (struct td_word){key, word}, NULL);
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789 ,-'.";
    size_t quotes = 0;
    if (!font)
        return otherwise;
    for (const char *c = font; *c; c++)
        quotes += *c == '\'';
    if (font[strspn(font, allowed)] == '\0' && quotes % 2 == 0)
        return font;
    td_fault_at(
        &reading->place, key,
        "\"%s\" is not a list of font families: Georgia, 'Times New Roman', serif", font);
    return otherwise;
}

static void take_logo(struct reading *reading)
{
    const struct td_raw_theme *raw = reading->raw;
    struct td_theme *theme = reading->theme;
    struct td_builder *builder = reading->place.builder;
    struct td_bounds width = {LOGO_LEAST, LOGO_MOST, theme->logo_width};
    const char *logo =
        td_take_line(&reading->place, (struct td_word){"logo", raw->logo}, NULL);
    theme->logo_width = td_take_int(
        &reading->place, (struct td_word){"logo_width", raw->logo_width}, width);
    theme->logo_alt = td_take_line(
        &reading->place, (struct td_word){"logo_alt", raw->logo_alt}, theme->logo_alt);
    if (!logo)
        return;
    theme->logo_url = NULL;
    theme->logo_file = NULL;
    if (td_slice_istarts(td_slice(logo), "https://")) {
        if (logo[strcspn(logo, " \"<>\\^`{|}")] != '\0')
            td_fault_at(&reading->place, "logo", "\"%s\" is not a URL", logo);
        theme->logo_url = logo;
        return;
    }
    if (strstr(logo, "://")) {
        td_fault_at(&reading->place, "logo",
                    "\"%s\": https:// or a file of this directory is wanted", logo);
        return;
    }
    char *path = td_path_join(builder->config->dir, logo);
    theme->logo_file = td_arena_strdup(builder->config->arena, path);
    if (access(path, R_OK) != 0)
        td_fault_at(&reading->place, "logo", "%s cannot be read", path);
    free(path);
}

const struct td_theme *td_build_theme(struct td_builder *builder, const char *path,
                                      const struct td_raw_theme *raw,
                                      const struct td_theme *above)
{
    struct td_theme *theme =
        td_arena_array(builder->config->arena, above, 1, sizeof *above);
    struct reading reading = {
        .place = td_place(builder, NULL, 0), .raw = raw, .theme = theme};
    (void)snprintf(reading.place.path, sizeof reading.place.path, "%s", path);
    take_colours(&reading);
    check_contrast(&reading, false);
    check_contrast(&reading, true);
    theme->text_font = take_font(&reading, "text_font", raw->text_font, above->text_font);
    theme->label_font =
        take_font(&reading, "label_font", raw->label_font, above->label_font);
    take_logo(&reading);
    return theme;
}

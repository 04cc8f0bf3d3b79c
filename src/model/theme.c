/* The look of mails: the built-in one, and what colours must hold (theme.h). */
#include "model/theme.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

const struct td_theme *td_theme_default(void)
{
    static const struct td_theme theme = {
        .light =
            {
                [TD_COLOUR_ACCENT] = "#9b1c1f",
                [TD_COLOUR_PAGE] = "#ece7dd",
                [TD_COLOUR_PAPER] = "#fffdf9",
                [TD_COLOUR_INK] = "#1d1b18",
                [TD_COLOUR_QUIET] = "#5e574c",
                [TD_COLOUR_RULE] = "#d8d0c2",
                [TD_COLOUR_TINT] = "#f4efe6",
            },
        .dark =
            {
                [TD_COLOUR_ACCENT] = "#ff9d8f",
                [TD_COLOUR_PAGE] = "#121110",
                [TD_COLOUR_PAPER] = "#1c1b19",
                [TD_COLOUR_INK] = "#ece7de",
                [TD_COLOUR_QUIET] = "#b9b1a4",
                [TD_COLOUR_RULE] = "#45413a",
                [TD_COLOUR_TINT] = "#26241f",
            },
        .text_font = "Georgia,'Times New Roman',Times,serif",
        .label_font = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
        .logo_width = 240,
    };
    return &theme;
}

const char *td_colour_name(enum td_colour colour, bool dark)
{
    static const char *const names[TD_COLOURS][2] = {
        [TD_COLOUR_ACCENT] = {"accent", "accent_dark"},
        [TD_COLOUR_PAGE] = {"page", "page_dark"},
        [TD_COLOUR_PAPER] = {"paper", "paper_dark"},
        [TD_COLOUR_INK] = {"ink", "ink_dark"},
        [TD_COLOUR_QUIET] = {"quiet", "quiet_dark"},
        [TD_COLOUR_RULE] = {"rule", "rule_dark"},
        [TD_COLOUR_TINT] = {"tint", "tint_dark"},
    };
    return names[colour][dark];
}

static int digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    if (at == NULL)
        return -1;
    const int n = (int)(at - digits);
    return n < 16 ? n : n - 6;
}

bool td_colour_valid(const char *text)
{
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    for (const char *c = text + 1; *c != '\0'; c++)
        if (digit(*c) < 0)
            return false;
    return true;
}

/* Relative luminance as WCAG 2.2 defines it, of sRGB. */
static double luminance(const char *colour)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const double c =
            (digit(colour[1 + 2 * i]) * 16 + digit(colour[2 + 2 * i])) / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double td_contrast(const char *a, const char *b)
{
    const double x = luminance(a);
    const double y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

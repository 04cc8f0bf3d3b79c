/*
 * theme.h: the look of a newsletter's mails: colours for light and dark, fonts, a logo. Templates
 * name these values, so that a publisher changes the look without touching a template.
 */
#ifndef TD_MODEL_THEME_H
#define TD_MODEL_THEME_H

#include <stdbool.h>

/* Each is a colour of its own in light and in dark. */
enum td_colour {
    TD_COLOUR_ACCENT, /* links, times of a live blog, an alert's banner */
    TD_COLOUR_PAGE,   /* around and behind everything */
    TD_COLOUR_PAPER,  /* behind the words */
    TD_COLOUR_INK,    /* words */
    TD_COLOUR_QUIET,  /* dates, standfirst, foot */
    TD_COLOUR_RULE,   /* lines */
    TD_COLOUR_TINT,   /* behind the also-list */
};
#define TD_COLOURS 7

/* Strings are "#rrggbb" in lower case; all of them are set. */
struct td_theme {
    const char *light[TD_COLOURS]; /* by colour */
    const char *dark[TD_COLOURS];
    const char *text_font;  /* CSS font families: headings and words */
    const char *label_font; /* dates, times, foot */
    const char *logo_url;   /* https, or NULL */
    const char *logo_file;  /* absolute path of an image, or NULL */
    const char *logo_alt;   /* NULL: the newsletter's title */
    int logo_width;         /* CSS pixels */
};

/* The built-in look; what a publisher does not say is as here. */
const struct td_theme *td_theme_default(void);

/* "accent"; "accent_dark": as the configuration and the templates call them. */
const char *td_colour_name(enum td_colour colour, bool dark);

/* Whether text is "#" and six hexadecimal digits. */
bool td_colour_valid(const char *text);

/* How far apart two valid colours are, 1 to 21 (WCAG 2.2, 1.4.3): words want 4.5. */
double td_contrast(const char *a, const char *b);
#define TD_CONTRAST_LEAST 4.5

#endif

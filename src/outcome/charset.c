/*
 * charset.c: by iconv, for the sets that occur in mail. The name is looked up in a table: iconv
 * takes names such as "UTF-8//TRANSLIT" or paths of modules, and these come from strangers.
 */
#include "outcome/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static const char *const names[] = {
    "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",
    "ISO-8859-7",   "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-13",  "ISO-8859-15",
    "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254",
    "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "KOI8-R",       "KOI8-U",
    "ISO-2022-JP",  "SHIFT_JIS",    "EUC-JP",       "CP932",        "GB2312",
    "GBK",          "GB18030",      "BIG5",         "EUC-KR",       "ISO-2022-KR",
    "ISO-8859-6",   "ISO-8859-10",  "ISO-8859-14",  "ISO-8859-16",  "WINDOWS-1258",
    "CP1251",       "CP1252",       "KOI8-RU",      "TIS-620",      "CP949",
    "CP936",        "BIG5-HKSCS",   "WINDOWS-31J",  "MACINTOSH",    "IBM850",
    "UTF-16",       "UTF-16LE",     "UTF-16BE",
};

#define NAMES TD_ARRAY_LEN(names)

/* What mailers call them besides. */
static const struct {
    const char *name;
    const char *as;
} aliases[] = {
    {"KS_C_5601-1987", "CP949"},
    {"X-SJIS", "SHIFT_JIS"},
    {"SJIS", "SHIFT_JIS"},
    {"X-EUC-JP", "EUC-JP"},
    {"ISO-2022-JP-MS", "ISO-2022-JP"},
    {"CP50221", "ISO-2022-JP"},
    {"ISO-8859-8-I", "ISO-8859-8"},
    {"X-GBK", "GBK"},
    {"KOI8", "KOI8-R"},
};

struct td_charsets {
    iconv_t open[NAMES]; /* NULL: not yet; (iconv_t)-1: there is none here */
};

struct td_charsets *td_charsets_create(void)
{
    return td_xcalloc(1, sizeof(struct td_charsets));
}

static bool is_open(iconv_t cd)
{
    return cd != NULL && cd != (iconv_t)-1;
}

void td_charsets_destroy(struct td_charsets *sets)
{
    for (size_t i = 0; sets != NULL && i < NAMES; i++) {
        if (is_open(sets->open[i]))
            (void)iconv_close(sets->open[i]);
    }
    free(sets);
}

static struct td_slice without_alias(struct td_slice charset)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(aliases); i++) {
        if (td_slice_iis(charset, aliases[i].name))
            return td_slice(aliases[i].as);
    }
    return charset;
}

static iconv_t converter(struct td_charsets *sets, struct td_slice charset)
{
    charset = without_alias(charset);
    for (size_t i = 0; i < NAMES; i++) {
        if (!td_slice_iis(charset, names[i]))
            continue;
        if (sets->open[i] == NULL)
            sets->open[i] = iconv_open("UTF-8", names[i]);
        return sets->open[i];
    }
    return NULL;
}

/* Whether the bytes mean the same in UTF-8: no eighth bit, no escape sequence, no NUL. */
static bool is_plain(struct td_slice text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++)
        all |= (unsigned char)text.ptr[i];
    return all < 0x80 && memchr(text.ptr, 0x1B, text.len) == NULL &&
           memchr(text.ptr, 0, text.len) == NULL;
}

static struct td_slice convert(struct td_arena *arena, struct td_slice text, iconv_t cd)
{
    const size_t room = 4 * text.len + 16;
    char *out = td_arena_alloc(arena, room);
    char *to = out;
    size_t left = room;
    char *from = (char *)(uintptr_t)text.ptr; /* iconv reads through a char ** */
    size_t in = text.len;
    while (in > 0 && left > 4 && iconv(cd, &from, &in, &to, &left) == (size_t)-1) {
        if (errno == E2BIG)
            break;
        *to++ = '?';
        left--;
        from++;
        in--;
    }
    return td_slice_n(out, room - left);
}

struct td_slice td_charset_utf8(struct td_charsets *sets, struct td_arena *arena,
                                struct td_slice text, struct td_slice charset)
{
    if (sets == NULL || text.len == 0 || charset.len == 0)
        return text;
    iconv_t cd = is_plain(text) ? NULL : converter(sets, charset);
    if (!is_open(cd))
        return text;
    (void)iconv(cd, NULL, NULL, NULL, NULL); /* as if nothing had gone before */
    return convert(arena, text, cd);
}

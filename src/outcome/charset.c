/*
 * charset.c: by iconv, for the sets that occur in mail. The name is looked up in a table: iconv
 * takes names such as "UTF-8//TRANSLIT" or paths of modules, and these come from strangers.
 */
#include "outcome/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/err.h"

static const char *const sets[] = {
    "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",
    "ISO-8859-7",   "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-13",  "ISO-8859-15",
    "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254",
    "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "KOI8-R",       "KOI8-U",
    "ISO-2022-JP",  "SHIFT_JIS",    "EUC-JP",       "CP932",        "GB2312",
    "GBK",          "GB18030",      "BIG5",         "EUC-KR",       "ISO-2022-KR",
};

static const char *known_set(struct td_slice charset)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(sets); i++) {
        if (td_slice_iis(charset, sets[i]))
            return sets[i];
    }
    return NULL;
}

/* Whether the bytes mean the same in UTF-8: no eighth bit, no escape sequence. */
static bool is_plain(struct td_slice text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++)
        all |= (unsigned char)text.ptr[i];
    return all < 0x80 && memchr(text.ptr, 0x1B, text.len) == NULL;
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

struct td_slice td_charset_utf8(struct td_arena *arena, struct td_slice text,
                                struct td_slice charset)
{
    const char *set = text.len > 0 ? known_set(charset) : NULL;
    if (set == NULL || is_plain(text))
        return text;
    iconv_t cd = iconv_open("UTF-8", set);
    if (cd == (iconv_t)-1)
        return text;
    const struct td_slice out = convert(arena, text, cd);
    (void)iconv_close(cd);
    return out;
}

/* hush.c: secrets out of servers' words. */
#include "base/hush.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"

#define TELLS                                                                            \
    6 /* so much of a secret at its beginning is known again: the rest may be cut off */

#define SPACES " \t\r\n"

/* Blots out each place where start stands, with as much of whole (which begins like that) as follows, up
 * to the ends of the words. */
static void blot(char *text, const char *start, const char *whole)
{
    char *at = text;
    while ((at = strstr(at, start)) != NULL) {
        char *begin = at;
        while (begin > text && !strchr(SPACES, begin[-1]))
            begin--;
        for (const char *same = whole; *same != '\0' && *at == *same; same++)
            at++;
        at += strcspn(at, SPACES);
        memset(begin, '*', (size_t)(at - begin));
    }
}

/* The characters of base64 that stand for the secret alone where `before` other bytes precede it: those
 * at both ends, which hold bits of its neighbours, are left away. */
static void blot_base64(char *text, const char *secret, size_t len, size_t before)
{
    char bytes[2 + TELLS] = {0};
    struct td_buf encoded;
    td_buf_init(&encoded, 4 * sizeof bytes);
    memcpy(bytes + before, secret, len);
    td_base64(&encoded, bytes, before + len);
    size_t first = (8 * before + 5) / 6;
    size_t end = 8 * (before + len) / 6;
    encoded.ptr[end] = '\0';
    if (end > first)
        blot(text, encoded.ptr + first, encoded.ptr + first);
    explicit_bzero(encoded.ptr, encoded.len);
    explicit_bzero(bytes, sizeof bytes);
    td_buf_release(&encoded);
}

void td_hush(char *text, const char *secret)
{
    char start[TELLS + 1] = "";
    size_t len = secret ? strnlen(secret, TELLS) : 0;
    if (len == 0)
        return;
    memcpy(start, secret, len);
    blot(text, start, secret);
    for (size_t before = 0; before < 3; before++)
        blot_base64(text, secret, len, before);
    explicit_bzero(start, sizeof start);
}

/*
 * td_test.h: cmocka's includes in the order it needs, and the assertions of our own.
 */
#ifndef TD_TEST_H
#define TD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Fails with the error's text when status is not TD_OK. */
#define assert_ok(status, err)                                                           \
    do {                                                                                 \
        if ((status) != TD_OK)                                                           \
            fail_msg("expected success, got: %s", (err).text);                           \
    } while (0)

/* Fails unless the slice holds exactly the C string. */
#define assert_slice(s, text)                                                            \
    do {                                                                                 \
        struct td_slice got_ = (s);                                                      \
        if (!td_slice_is(got_, (text)))                                                  \
            fail_msg("expected \"%s\", got \"%.*s\"", (text), (int)got_.len,             \
                     got_.ptr ? got_.ptr : "(absent)");                                  \
    } while (0)

#define assert_contains(haystack, needle)                                                \
    do {                                                                                 \
        if (strstr((haystack), (needle)) == NULL)                                        \
            fail_msg("\"%s\" not in: %s", (needle), (haystack));                         \
    } while (0)

#endif

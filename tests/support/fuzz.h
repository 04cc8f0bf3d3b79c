/*
 * fuzz.h: what a fuzz target defines, and how it says what must hold for any input.
 */
#ifndef TD_TEST_FUZZ_H
#define TD_TEST_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Named by libFuzzer; support/fuzz_main.c calls it where there is none. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert, but there in every build. */
static inline void must(bool holds)
{
    if (!holds)
        abort();
}

#endif

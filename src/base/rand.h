/*
 * rand.h: random numbers as a value: seeded (jitter, tests, repeatable) or from the
 * system (keys).
 */
#ifndef TD_BASE_RAND_H
#define TD_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct td_rand {
    uint64_t state[2]; /* xoroshiro128++; not for secrets */
};

struct td_rand td_rand_seeded(uint64_t seed);
struct td_rand td_rand_from_system(void);
uint64_t td_rand_next(struct td_rand *rand);
uint64_t td_rand_below(struct td_rand *rand,
                       uint64_t n); /* 0..n-1, without bias; n > 0 */

/* Bytes of the system's CSPRNG (getentropy); panics if the kernel has none. For keys. */
void td_rand_bytes(void *out, size_t n);

#endif

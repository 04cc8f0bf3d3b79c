/* rand.c: xoroshiro128++ (Blackman, Vigna) seeded by splitmix64; the system's CSPRNG. */
#include "base/rand.h"

#include <unistd.h>

#include "base/err.h"

static uint64_t splitmix(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

struct td_rand td_rand_seeded(uint64_t seed)
{
    struct td_rand rand;
    rand.state[0] = splitmix(&seed);
    rand.state[1] = splitmix(&seed);
    return rand;
}

struct td_rand td_rand_from_system(void)
{
    uint64_t seed;
    td_rand_bytes(&seed, sizeof seed);
    return td_rand_seeded(seed);
}

uint64_t td_rand_next(struct td_rand *rand)
{
    const uint64_t a = rand->state[0];
    const uint64_t b = rand->state[1] ^ a;
    const uint64_t result = rotate(a + rand->state[1], 17) + a;
    rand->state[0] = rotate(a, 49) ^ b ^ (b << 21);
    rand->state[1] = rotate(b, 28);
    return result;
}

uint64_t td_rand_below(struct td_rand *rand, uint64_t n)
{
    if (n == 0) {
        TD_PANIC("a random number below 0");
    }
    /* The first 2^64 mod n values would make the small results likelier. */
    const uint64_t biased = (UINT64_MAX - n + 1) % n;
    uint64_t x;
    do {
        x = td_rand_next(rand);
    } while (x < biased);
    return x % n;
}

void td_rand_bytes(void *out, size_t n)
{
    const size_t most = 256; /* what getentropy gives at once */
    unsigned char *to = out;
    while (n > 0) {
        const size_t part = n < most ? n : most;
        if (getentropy(to, part) != 0) {
            TD_PANIC("the system gives no random bytes");
        }
        to += part;
        n -= part;
    }
}

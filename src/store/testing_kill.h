/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests share that kill a writer at any moment: how often, when, by which seed, and a
 * store that outlives it. Tests only.
 */
#ifndef SP_STORE_TESTING_KILL_H
#define SP_STORE_TESTING_KILL_H

#include "store/testing.h"

#include <signal.h>
#include <sys/time.h>

#include "signpost/base/random.h"

static inline unsigned long testing_number(const char *name, unsigned long otherwise)
{
    const char *const text = getenv(name);
    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

/* SIGNPOST_SEED, or another seed each time, which is printed. */
static inline void testing_seed(struct sp_random *random)
{
    const unsigned long number = testing_number("SIGNPOST_SEED", (unsigned)getpid());
    uint8_t seed[16] = {0};
    print_message("seed %lu\n", number);
    memcpy(seed, &number, sizeof number);
    sp_random_init(random, seed);
}

static inline void testing_die(int number)
{
    (void)number; /* there is one signal */
    kill(getpid(), SIGKILL);
}

/* Kills this process after so many microseconds, wherever it is then. */
static inline void testing_die_after(uint64_t moment_us)
{
    const struct itimerval timer = {.it_value = {.tv_usec = (suseconds_t)moment_us}};
    signal(SIGALRM, testing_die);
    setitimer(ITIMER_REAL, &timer, NULL);
}

#endif

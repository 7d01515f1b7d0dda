/* SPDX-License-Identifier: Apache-2.0
 *
 * What a look-up costs: lookup SPEC ROWS COUNT asks a store for COUNT of the ROWS numbers that
 * bench/import has put there, in no order, and for as many that are not there, and prints
 * nanoseconds of each as a pair: with the canonical key being made, as a server does it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "store/store.h"

enum {
    TURN = 32, /* look-ups between two renewals, as a batch of a server has them */
};

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static unsigned long number(const char *text)
{
    return strtoul(text, NULL, 10);
}

static size_t look_up(struct sp_store_reader *reader, unsigned long user)
{
    char text[64];
    struct sp_uri uri;
    struct sp_uri_key key;
    struct sp_route_match match;
    struct sp_writer writer;
    sp_writer_init(&writer, text, sizeof text);
    sp_write_text(&writer, "sip:");
    sp_write_u64(&writer, user);
    sp_write_text(&writer, "@example.com");
    if (sp_uri_parse(sp_span(text, writer.len), &uri) != SP_OK ||
        sp_uri_key(&uri, NULL, &key) != SP_OK)
        return 0;
    return sp_store_find_route(reader, &key, &match) == SP_OK;
}

/* Nanoseconds a look-up, of numbers from `first` on; dies unless all or none are found. */
static double measure(struct sp_store_reader *reader, unsigned long first, unsigned long rows,
                      unsigned long count)
{
    uint64_t state = 88172645463325252u; /* xorshift: its order is what matters */
    size_t found = 0;
    const double start = now_ns();
    for (unsigned long i = 0; i < count; i++) {
        if (i % TURN == 0 && sp_store_reader_renew(reader) != SP_OK)
            exit(1);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        found += look_up(reader, first + state % rows);
    }
    const double took = now_ns() - start;
    if (found != 0 && found != count) {
        fprintf(stderr, "lookup: found %zu of %lu\n", found, count);
        exit(1);
    }
    return took / (double)count;
}

int main(int argc, char **argv)
{
    const struct sp_store_options options = {.mode = SP_STORE_READ};
    struct sp_store *store = NULL;
    struct sp_store_reader *reader = NULL;
    struct sp_store_problem problem;
    if (argc != 4 || number(argv[2]) == 0) {
        fputs("usage: lookup SPEC ROWS COUNT\n", stderr);
        return 2;
    }
    if (sp_store_open(sp_span_of(argv[1]), &options, &store, &problem) != SP_OK ||
        sp_store_reader_new(store, &reader) != SP_OK) {
        fprintf(stderr, "lookup: %s\n", problem.text);
        return 1;
    }
    const unsigned long rows = number(argv[2]);
    const unsigned long count = number(argv[3]);
    (void)measure(reader, 15550000000, rows, count); /* once to touch what will be touched */
    const double hit = measure(reader, 15550000000, rows, count);
    const double miss = measure(reader, 25550000000, rows, count);
    printf("%.0f %.0f\n", hit, miss);
    sp_store_reader_free(&reader);
    sp_store_close(&store);
    return 0;
}

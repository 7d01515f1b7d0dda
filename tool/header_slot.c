/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds the perfect hash over the names of header fields: header_slot IN.tsv OUT.h tries factors
 * until no two names and compact forms of the table fall into one slot, with more slots when it
 * takes too long. OUT.h gets the factor and, a line each, slot,
 * number from 1 on, identifier and key of the names.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sip/name_key.h"

enum {
    NAMES_MAX = 512,
    BITS_MIN = 10,
    BITS_MAX = 14,
    TRIES_MAX = 1 << 20,
};

struct names {
    size_t count;
    struct {
        char id[64];
        struct sp_name_key key;
    } of[NAMES_MAX];
};

static bool add(struct names *names, const char *id, const char *name)
{
    const size_t id_len = strlen(id);
    if (names->count == NAMES_MAX || id_len >= sizeof names->of[0].id)
        return false;
    memcpy(names->of[names->count].id, id, id_len + 1);
    names->of[names->count++].key = sp_name_key(sp_span_of(name));
    return true;
}

/* Lines of identifier, name, compact form or nothing, and more; '#' begins a comment. */
static bool read_names(FILE *in, struct names *names)
{
    char line[512];
    while (fgets(line, sizeof line, in) != NULL) {
        char *const name = strchr(line, '\t');
        char *const compact = name != NULL ? strchr(name + 1, '\t') : NULL;
        char *const rest = compact != NULL ? strchr(compact + 1, '\t') : NULL;
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (rest == NULL)
            return false;
        *name = *compact = *rest = '\0';
        if (!add(names, line, name + 1) || (compact[1] != '\0' && !add(names, line, compact + 1)))
            return false;
    }
    return true;
}

static bool fits(const struct names *names, uint64_t factor, unsigned bits)
{
    uint8_t is_taken[1 << BITS_MAX] = {0};
    for (size_t i = 0; i < names->count; i++) {
        const size_t slot = sp_name_key_slot(names->of[i].key, factor, bits);
        if (is_taken[slot]++ != 0)
            return false;
    }
    return true;
}

static bool search(const struct names *names, uint64_t *factor, unsigned *bits)
{
    for (*bits = BITS_MIN; *bits <= BITS_MAX; ++*bits) {
        *factor = 1;
        for (int i = 0; i < TRIES_MAX; i++) {
            *factor = *factor * UINT64_C(6364136223846793005) + 2 * (uint64_t)i;
            if (fits(names, *factor | 1, *bits)) {
                *factor |= 1;
                return true;
            }
        }
    }
    return false;
}

static void write_slots(FILE *out, const struct names *names, uint64_t factor, unsigned bits)
{
    fprintf(out,
            "/* Made from the table of header fields by tool/header_slot. */\n"
            "#define SP_HEADER_SLOT_FACTOR UINT64_C(0x%016llx)\n"
            "#define SP_HEADER_SLOT_BITS %u\n"
            "#define SP_HEADER_SLOTS(X)",
            (unsigned long long)factor, bits);
    for (size_t i = 0; i < names->count; i++) {
        const struct sp_name_key key = names->of[i].key;
        fprintf(out, " \\\n    X(%zu, %zu, %s, UINT64_C(0x%016llx), UINT64_C(0x%016llx), %zu)",
                sp_name_key_slot(key, factor, bits), i + 1, names->of[i].id,
                (unsigned long long)key.head, (unsigned long long)key.tail, key.len);
    }
    fputc('\n', out);
}

int main(int argc, char **argv)
{
    static struct names names;
    uint64_t factor;
    unsigned bits;
    if (argc != 3) {
        fputs("usage: header_slot IN.tsv OUT.h\n", stderr);
        return 2;
    }
    FILE *const in = fopen(argv[1], "r");
    if (in == NULL || !read_names(in, &names) || !search(&names, &factor, &bits)) {
        fprintf(stderr, "%s: can't be made into slots\n", argv[1]);
        return 1;
    }
    fclose(in);
    FILE *const out = fopen(argv[2], "w");
    if (out == NULL) {
        perror(argv[2]);
        return 1;
    }
    write_slots(out, &names, factor, bits);
    return fclose(out) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the table and the messages beside it.
 */
#include "torture/torture.h"

#include <stdio.h>

#include "base/check.h"

static void read_octets(struct torture_case *torture)
{
    char path[512];
    const int len =
        snprintf(path, sizeof path, "%s/test/torture/%s", SIGNPOST_SOURCE_DIR, torture->name);
    SP_CHECK(len > 0 && (size_t)len < sizeof path);
    FILE *const file = fopen(path, "rb");
    SP_CHECK(file != NULL);
    torture->len = fread(torture->octets, 1, sizeof torture->octets, file);
    SP_CHECK(torture->len > 0 && torture->len < sizeof torture->octets);
    fclose(file);
}

const struct torture_case *torture_cases(void)
{
    static struct torture_case cases[TORTURE_MESSAGES];
    char line[256];
    int count = 0;
    FILE *const file = fopen(SIGNPOST_SOURCE_DIR "/test/torture/expect.tsv", "r");
    SP_CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        SP_CHECK(count < TORTURE_MESSAGES);
        struct torture_case *const torture = &cases[count++];
        SP_CHECK(sscanf(line, "%63[^\t]\t%31[^\t]\t%7[^\t]\t%7[^\t]\t%63[^\n]", torture->name,
                        torture->section, torture->datagram, torture->stream, torture->fault) == 5);
        read_octets(torture);
    }
    fclose(file);
    SP_CHECK(count == TORTURE_MESSAGES);
    return cases;
}

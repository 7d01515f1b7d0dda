/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over each file of a folder: replay FOLDER. Each input ends at an unreadable
 * page, and is also given empty and cut in half. A folder without inputs fails, so that no target
 * passes for want of seeds.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "support/guard.h"

enum {
    INPUT_MAX = 1 << 20,
};

static void run(struct guard *guard, struct sp_span input)
{
    const struct sp_span copy = guard_copy(guard, input);
    SP_CHECK(LLVMFuzzerTestOneInput((const uint8_t *)copy.ptr, copy.len) == 0);
}

static int replay_file(struct guard *guard, const char *folder, const char *name)
{
    static char input[INPUT_MAX];
    char path[4096];
    const int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = len > 0 && (size_t)len < sizeof path ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        perror(name);
        return 1;
    }
    const size_t size = fread(input, 1, sizeof input, file);
    const int failed = ferror(file);
    fclose(file);
    run(guard, sp_span(input, size));
    run(guard, sp_span(input, size / 2));
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: replay FOLDER\n", stderr);
        return 2;
    }
    DIR *folder = opendir(argv[1]);
    if (folder == NULL) {
        perror(argv[1]);
        return 1;
    }
    struct guard guard;
    guard_init(&guard, INPUT_MAX);
    run(&guard, SP_SPAN(""));
    int inputs = 0, failed = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        failed += replay_file(&guard, argv[1], entry->d_name);
        inputs++;
    }
    closedir(folder);
    guard_fini(&guard);
    printf("%d inputs replayed\n", inputs);
    return inputs == 0 || failed != 0;
}

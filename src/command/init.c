/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost init: a commented configuration to begin with.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/commands.h"
#include "server/config.h"

/* Root's server keeps its routes where the system expects it, another one's beside the file. */
static const char *choose_store(char *buffer, size_t max)
{
    char folder[PATH_MAX];
    if (geteuid() == 0 || getcwd(folder, sizeof folder) == NULL)
        return "lmdb:/var/lib/signpost";
    const int len = snprintf(buffer, max, "lmdb:%s/signpost-store", folder);
    return len > 0 && (size_t)len < max ? buffer : "lmdb:/var/lib/signpost";
}

static int run(const struct sp_command_line *line)
{
    char buffer[PATH_MAX + 32];
    const char *const path = line->argument_count > 0 ? line->arguments[0] : "signpost.conf";
    const char *store = sp_option_value(line, "store");
    if (store == NULL)
        store = choose_store(buffer, sizeof buffer);
    FILE *out = fopen(path, "wxe");
    if (out == NULL && errno == EEXIST)
        return sp_command_refuse(line, "%s is there already; move it away, or name another file",
                                 path);
    if (out == NULL)
        return sp_command_refuse(line, "%s can't be written: %s", path, strerror(errno));
    sp_config_write_sample(out, store);
    const bool has_failed = ferror(out) != 0;
    if (fclose(out) != 0 || has_failed) {
        (void)remove(path); /* half a file is worse than none, and there is no more to be done */
        return sp_command_refuse(line, "%s can't be written: %s", path, strerror(errno));
    }
    printf("%s written; name your domains in it, then: signpost serve --config %s\n", path, path);
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    {"store", "SPEC", "where routes will be kept: memory: or lmdb:DIRECTORY"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_init = {
    .name = "init",
    .summary = "write a commented configuration",
    .arguments = "[FILE]",
    .arguments_max = 1,
    .about =
        "Writes every key with its meaning and its default to FILE, signpost.conf when none is\n"
        "named. A file that is there is never written over.",
    .options = options,
    .examples = "  signpost init\n  signpost init /etc/signpost/signpost.conf\n",
    .run = run,
};

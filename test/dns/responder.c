/* SPDX-License-Identifier: Apache-2.0
 *
 * responder MANNER FILE: a name server over the zone lines of FILE (test/support/zone.h) on a free
 * port of 127.0.0.1, which it prints. It answers, or misbehaves as it is told, until it is ended.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/name_server.h"

int main(int count, char **arguments)
{
    static const char *const manners[] = {
        [NAME_SERVER_GOOD] = "good",         [NAME_SERVER_SILENT] = "silent",
        [NAME_SERVER_SLOW] = "slow",         [NAME_SERVER_RUBBISH] = "rubbish",
        [NAME_SERVER_WRONG] = "wrong",       [NAME_SERVER_CUT] = "cut",
        [NAME_SERVER_TRUNCATE] = "truncate", [NAME_SERVER_LOOP] = "loop",
        [NAME_SERVER_SICK] = "sick",         [NAME_SERVER_ALIAS] = "alias",
    };
    static char zone[1 << 16];
    static struct name_server server;
    size_t manner = 0;
    FILE *file = count == 3 ? fopen(arguments[2], "r") : NULL;
    if (file == NULL || fread(zone, 1, sizeof zone - 1, file) == 0)
        return 2;
    (void)fclose(file); /* it was only read */
    while (manner < sizeof manners / sizeof *manners && strcmp(arguments[1], manners[manner]) != 0)
        manner++;
    if (manner == sizeof manners / sizeof *manners)
        return 2;
    name_server_start(&server, zone, (enum name_server_manner)manner);
    printf("%u\n", server.address.port);
    (void)fflush(stdout);
    for (;;)
        (void)pause();
}

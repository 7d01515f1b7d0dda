/* SPDX-License-Identifier: Apache-2.0
 *
 * A DNS server for tests, on a free UDP port of 127.0.0.1 and a thread of its own: it answers out
 * of zone lines (zone.h), or misbehaves.
 */
#ifndef TEST_SUPPORT_NAME_SERVER_H
#define TEST_SUPPORT_NAME_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "signpost/base/address.h"

enum name_server_manner {
    NAME_SERVER_GOOD,
    NAME_SERVER_SILENT,   /* takes questions and never answers */
    NAME_SERVER_SLOW,     /* answers after a quarter of a second, one question after the other */
    NAME_SERVER_RUBBISH,  /* octets that are no answer, under the right number */
    NAME_SERVER_WRONG,    /* a good answer under another number, with another address */
    NAME_SERVER_CUT,      /* only the first half of the packet */
    NAME_SERVER_TRUNCATE, /* says that it was cut off, and there is no TCP to ask again */
    NAME_SERVER_LOOP,     /* a name whose compression points at itself */
    NAME_SERVER_SICK,     /* SERVFAIL */
    NAME_SERVER_ALIAS,    /* every name is an alias of itself */
};

struct name_server {
    struct sp_address address;
    const char *zone; /* must stay */
    enum name_server_manner manner;
    int fd;
    pthread_t thread;
    atomic_uint questions; /* that came in */
};

/* Stops the program when it cannot be started. */
void name_server_start(struct name_server *server, const char *zone,
                       enum name_server_manner manner);
void name_server_stop(struct name_server *server);

#endif

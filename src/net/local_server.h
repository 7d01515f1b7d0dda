/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's end of a Unix socket for the programs of one machine: a line asked, a line answered.
 * The socket's file has mode 0600, so that only its owner and root may ask.
 */
#ifndef SP_NET_LOCAL_SERVER_H
#define SP_NET_LOCAL_SERVER_H

#include "net/loop.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

struct sp_local_server; /* opaque */

enum {
    SP_LOCAL_LINE_MAX = 65536, /* octets of a question or an answer; longer ones end the client */
    SP_LOCAL_CLIENTS_MAX = 16, /* at a time; more are turned away */
};

/* Takes a question without its end of line and writes the answer, without one too. */
typedef void sp_local_ask_handler(void *context, struct sp_span question, struct sp_writer *answer);

/* Listens at `path`, in the place of a socket that a server which is gone has left there. Errors:
 * SP_ERR_BUSY (somebody listens there), SP_ERR_DUPLICATE (a file that is no socket is there),
 * SP_ERR_RANGE (the path is too long for a socket), SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_local_server_open(struct sp_loop *loop, const char *path,
                                             sp_local_ask_handler *handler, void *context,
                                             struct sp_local_server **server);

/* Ends all clients and removes the file. */
void sp_local_server_close(struct sp_local_server **server);

#endif

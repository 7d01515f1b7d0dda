/* SPDX-License-Identifier: Apache-2.0
 *
 * Listens for HTTP in a thread of its own and has each request answered by a function. It serves
 * GET and HEAD; other methods are answered 405, a request line and header beyond 16 KiB 414 or 431,
 * and on a loopback address a Host that is neither localhost nor an address 421; an answer that
 * there is no memory for 503. There are at most 64 connections, each silent for at most 10 seconds
 * and alive for at most a minute; while all places are taken, for two seconds, so that those who
 * say nothing, or an octet now and then, don't keep others out.
 */
#ifndef SP_ADMIN_HTTP_H
#define SP_ADMIN_HTTP_H

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_HTTP_BODY_MAX = 1 << 20, /* octets that an answer may have */
    SP_HTTP_LOCATION_MAX = 256,
};

struct sp_http; /* opaque */

/* As they came: nothing is decoded, any octet may stand there. Absent when the field is. */
struct sp_http_request {
    struct sp_span target; /* path and query */
    struct sp_span accept, accept_language, user_agent;
};

enum sp_http_keep {
    SP_HTTP_KEEP_NOTHING, /* what is true now only */
    SP_HTTP_KEEP_ASKING,  /* may be kept, and asked whether it is still so */
    SP_HTTP_KEEP_FOREVER, /* its address changes when it does */
};

struct sp_http_answer {
    unsigned status;      /* 200 when nothing else is set */
    const char *type;     /* Content-Type */
    const char *language; /* Content-Language; NULL: none */
    enum sp_http_keep keep;
    bool depends;               /* on what the client accepts, or who it is */
    struct sp_writer *body;     /* up to SP_HTTP_BODY_MAX octets */
    struct sp_writer *location; /* of a redirect */
};

/* Called in the thread of the server, one request at a time. */
typedef void sp_http_handler(void *context, const struct sp_http_request *request,
                             struct sp_http_answer *answer);

/* Errors: SP_ERR_BUSY (the port is in use), SP_ERR_ABSENT (no address of this machine),
 * SP_ERR_REFUSED (not allowed), SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_http_open(const struct sp_address *address, sp_http_handler *handler,
                                     void *context, struct sp_http **http);

/* Ends the thread, within a quarter of a second once the handler has returned. */
void sp_http_close(struct sp_http **http);

/* Where it listens, with its real port. */
struct sp_address sp_http_address(const struct sp_http *http);

#endif

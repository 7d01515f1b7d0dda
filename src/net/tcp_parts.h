/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of net/tcp, for its three files: tcp.c (listeners, and how connections begin),
 * tcp_connection.c (what happens to one, and how it ends) and tcp_write.c.
 */
#ifndef SP_NET_TCP_PARTS_H
#define SP_NET_TCP_PARTS_H

#include "base/slab.h"
#include "net/loop_uv.h"
#include "net/tcp.h"
#include "net/tcp_queue.h"

enum {
    SP_TCP_IN_OCTETS = 64 << 10,      /* of one read */
    SP_TCP_GATHER_OCTETS = 256 << 10, /* of messages that wait for the end of the turn */
    SP_TCP_FINISHING_MAX = 256,       /* connections whose other end is given time to read */
};

enum sp_tcp_state {
    SP_TCP_CONNECTING,
    SP_TCP_OPEN,
    SP_TCP_FINISHING, /* the user knows nothing of it any more */
    SP_TCP_CLOSED,    /* until libuv lets go of it */
};

struct sp_tcp_connection {
    uv_poll_t poll;
    struct sp_tcp *tcp;
    int fd;
    int watched; /* what for: UV_READABLE, UV_WRITABLE */
    enum sp_tcp_state state;
    bool is_choked;   /* by what waits */
    bool has_ended;   /* the other end sends no more */
    bool is_shut;     /* we send no more */
    enum sp_err lost; /* why it can't go on; SP_OK while it can */
    struct sp_address remote, local;
    void *user;
    struct sp_tcp_queue queue;
    struct sp_tcp_connection *next, *prev; /* of the list that it is in */
    sp_time due;                           /* while SP_TCP_FINISHING */
};

struct sp_tcp_listener {
    uv_poll_t poll;
    struct sp_tcp *tcp;
    int fd;
    size_t index;
};

struct sp_tcp_list {
    struct sp_tcp_connection *first, *last;
};

struct sp_tcp {
    struct sp_loop *loop;
    struct sp_tcp_options options;
    struct sp_slab *connections, *blocks;
    struct sp_tcp_list used, finishing;
    size_t used_count, finishing_count;
    struct sp_alarm *alarm; /* of the first that is finishing */
    struct sp_tcp_listener *listeners[SP_TCP_LISTENERS_MAX];
    size_t listener_count;
    size_t handles; /* of libuv, which may stay for a turn behind the last call */
    bool is_freed;
    struct sp_tcp_counts counts;
    int spare_fd; /* given up to take and end a connection when there are no descriptors */
    struct sp_tcp_connection *gathering; /* whose messages are in `out` from `gathered` on */
    size_t gathered, gather_len;
    char *in, *out;
};

/* Puts a connection into a list, takes it out of the one that it is in. */
void sp_tcp_list_add(struct sp_tcp_list *list, struct sp_tcp_connection *connection);
void sp_tcp_list_remove(struct sp_tcp_list *list, struct sp_tcp_connection *connection);

/* What the loop calls for a connection. */
void sp_tcp_happened(uv_poll_t *poll, int status, int events);
/* Those that still finish have had their time. */
void sp_tcp_finishing_is_due(void *context);
/* Ends it for good. Its memory is given back when libuv has let go of it. */
void sp_tcp_end(struct sp_tcp_connection *connection);
/* Frees what sp_tcp_free could not, when the last handle is gone. */
void sp_tcp_let_go(struct sp_tcp *tcp);

/* Has the loop watch a connection for what it needs now. */
void sp_tcp_watch(struct sp_tcp_connection *connection);
bool sp_tcp_is_reading(const struct sp_tcp_connection *connection);
/* Whether an error of send(2) or recv(2) passes by itself. */
bool sp_tcp_is_passing(int error);
/* Sends what is gathered; sends what waits, as far as the system takes it. */
void sp_tcp_send_gathered(struct sp_tcp *tcp);
void sp_tcp_send_queue(struct sp_tcp_connection *connection);

#endif

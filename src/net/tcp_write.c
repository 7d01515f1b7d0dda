/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written gathers in one block of memory and goes out with one send(2) for each connection;
 * only what the system does not take is copied into the connection's queue. Trouble is told by the
 * loop, in an event of its own: whoever writes is never called back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

#include "base/check.h"
#include "net/tcp_parts.h"

enum {
    CHOKED_OCTETS = 64 << 10,   /* that wait to be sent: what comes is not read any more */
    UNCHOKED_OCTETS = 16 << 10, /* until it is only so much */
};

/* What a connection is to be watched for now. */
static int wanted(const struct sp_tcp_connection *connection)
{
    int events = 0;
    if (connection->lost != SP_OK)
        return UV_READABLE | UV_WRITABLE; /* to be told at once */
    if (connection->state == SP_TCP_CONNECTING)
        return UV_WRITABLE;
    if (!connection->has_ended && !connection->is_choked)
        events |= UV_READABLE;
    if (connection->queue.octets > 0)
        events |= UV_WRITABLE;
    return events;
}

bool sp_tcp_is_reading(const struct sp_tcp_connection *connection)
{
    return connection->lost == SP_OK && (wanted(connection) & UV_READABLE) != 0;
}

void sp_tcp_watch(struct sp_tcp_connection *connection)
{
    const int events = wanted(connection);
    if (connection->state == SP_TCP_CLOSED || events == connection->watched)
        return;
    connection->watched = events;
    SP_CHECK(uv_poll_start(&connection->poll, events, sp_tcp_happened) == 0);
}

/* From within a write: the loop will tell. */
static void doom(struct sp_tcp_connection *connection, enum sp_err why)
{
    connection->lost = why;
    (void)shutdown(connection->fd, SHUT_RDWR); /* makes it readable, if it is not already */
    sp_tcp_watch(connection);
}

static void watch_queue(struct sp_tcp_connection *connection)
{
    const size_t waiting = connection->queue.octets;
    if (waiting > CHOKED_OCTETS)
        connection->is_choked = true;
    else if (waiting <= UNCHOKED_OCTETS)
        connection->is_choked = false;
    sp_tcp_watch(connection);
}

bool sp_tcp_is_passing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS ||
           error == ENOMEM;
}

/* Sends what waits, as far as the system takes it. */
void sp_tcp_send_queue(struct sp_tcp_connection *connection)
{
    struct iovec parts[SP_TCP_QUEUE_PARTS];
    while (connection->queue.octets > 0) {
        struct msghdr message = {.msg_iov = parts};
        message.msg_iovlen = (size_t)sp_tcp_queue_parts(&connection->queue, parts);
        const ssize_t sent = sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (!sp_tcp_is_passing(errno))
                doom(connection, SP_ERR_IO);
            break;
        }
        sp_tcp_queue_drop(&connection->queue, connection->tcp->blocks, (size_t)sent);
    }
    watch_queue(connection);
}

/* Sends the gathered messages of one connection. */
void sp_tcp_send_gathered(struct sp_tcp *tcp)
{
    struct sp_tcp_connection *const connection = tcp->gathering;
    struct sp_span octets = sp_span(tcp->out + tcp->gathered, tcp->gather_len);
    tcp->gathered += tcp->gather_len;
    tcp->gather_len = 0;
    tcp->gathering = NULL;
    if (connection == NULL || connection->lost != SP_OK)
        return;
    if (connection->state != SP_TCP_CONNECTING && connection->queue.octets == 0) {
        const ssize_t sent =
            send(connection->fd, octets.ptr, octets.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && !sp_tcp_is_passing(errno))
            doom(connection, SP_ERR_IO);
        if (sent > 0)
            octets = sp_span_after(octets, (size_t)sent);
    }
    if (connection->lost != SP_OK || octets.len == 0)
        return;
    if (sp_tcp_queue_put(&connection->queue, tcp->blocks, octets) != SP_OK)
        doom(connection, SP_ERR_FULL); /* half a message would mislead all that follow */
    watch_queue(connection);
}

void sp_tcp_begin(struct sp_tcp *tcp, struct sp_writer *writer)
{
    if (SP_TCP_GATHER_OCTETS - tcp->gathered - tcp->gather_len < SP_TCP_OCTETS_MAX) {
        sp_tcp_send_gathered(tcp);
        tcp->gathered = 0;
    }
    sp_writer_init(writer, tcp->out + tcp->gathered + tcp->gather_len, SP_TCP_OCTETS_MAX);
}

enum sp_err sp_tcp_commit(struct sp_tcp *tcp, struct sp_tcp_connection *connection,
                          const struct sp_writer *writer)
{
    struct sp_span octets;
    const enum sp_err err = sp_writer_end(writer, &octets);
    if (err != SP_OK)
        return err;
    SP_CHECK(octets.ptr == tcp->out + tcp->gathered + tcp->gather_len);
    if (connection->lost != SP_OK)
        return connection->lost;
    if (connection != tcp->gathering)
        sp_tcp_send_gathered(tcp); /* `gathered` is now where the new message begins */
    if (connection->queue.octets + tcp->gather_len + octets.len > SP_TCP_QUEUE_MAX)
        return SP_ERR_FULL;
    tcp->gathering = connection;
    tcp->gather_len += octets.len;
    return SP_OK;
}

bool sp_tcp_is_lost(const struct sp_tcp_connection *connection)
{
    return connection->lost != SP_OK;
}

void sp_tcp_flush(struct sp_tcp *tcp)
{
    sp_tcp_send_gathered(tcp);
    tcp->gathered = 0;
}

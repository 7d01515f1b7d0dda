/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens to a connection, and how it ends. One that ends for its user while something still
 * waits goes on without him for a moment.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/tcp_parts.h"
#include "net/tcp_socket.h"

enum {
    READS_MAX = 4,       /* of one connection in a row: others want their turn too */
    FINISHING_MS = 2000, /* which the other end has to read what was sent last */
};

static void give_back(uv_handle_t *handle)
{
    struct sp_tcp_connection *connection = handle->data;
    struct sp_tcp *const tcp = connection->tcp;
    sp_slab_give(tcp->connections, (void **)&connection);
    sp_tcp_let_go(tcp);
}

void sp_tcp_end(struct sp_tcp_connection *connection)
{
    struct sp_tcp *const tcp = connection->tcp;
    const bool is_finishing = connection->state == SP_TCP_FINISHING;
    if (tcp->gathering == connection)
        tcp->gathering = NULL;
    sp_tcp_list_remove(is_finishing ? &tcp->finishing : &tcp->used, connection);
    *(is_finishing ? &tcp->finishing_count : &tcp->used_count) -= 1;
    connection->state = SP_TCP_CLOSED;
    sp_tcp_queue_drop(&connection->queue, tcp->blocks, connection->queue.octets);
    uv_close((uv_handle_t *)&connection->poll, give_back);
    (void)close(connection->fd); /* what was not sent is lost with it */
}

/* Ends it and tells the user, who has not ended it. */
static void lose(struct sp_tcp_connection *connection, enum sp_err why)
{
    struct sp_tcp *const tcp = connection->tcp;
    const bool is_told = connection->state != SP_TCP_FINISHING;
    if (connection->state == SP_TCP_CONNECTING)
        tcp->counts.failed++;
    else if (connection->queue.octets > 0)
        tcp->counts.lost++;
    if (is_told)
        tcp->options.events->closed(tcp->options.context, connection, why);
    if (connection->state != SP_TCP_CLOSED)
        sp_tcp_end(connection);
}

/* A connection that is over for the user: what waits is sent, then our end is shut, then what the
 * other end still says is thrown away until it ends. Else the system would reset the connection,
 * and what was sent last would be lost. */
static void go_on_finishing(struct sp_tcp_connection *connection)
{
    if (connection->queue.octets == 0 && !connection->is_shut) {
        connection->is_shut = true;
        (void)shutdown(connection->fd, SHUT_WR); /* it fails when there is nobody to tell */
    }
    if (connection->is_shut && connection->has_ended)
        sp_tcp_end(connection);
}

static void read_on(struct sp_tcp_connection *connection)
{
    struct sp_tcp *const tcp = connection->tcp;
    const struct sp_tcp_events *const events = tcp->options.events;
    for (int i = 0; i < READS_MAX && sp_tcp_is_reading(connection); i++) {
        const ssize_t got = recv(connection->fd, tcp->in, SP_TCP_IN_OCTETS, MSG_DONTWAIT);
        if (got < 0) {
            if (!sp_tcp_is_passing(errno))
                lose(connection, SP_ERR_IO);
            return;
        }
        if (got == 0) {
            connection->has_ended = true;
            if (connection->state == SP_TCP_OPEN)
                events->ended(tcp->options.context, connection);
            return;
        }
        if (connection->state == SP_TCP_OPEN)
            events->received(tcp->options.context, connection, sp_span(tcp->in, (size_t)got));
        if (connection->state == SP_TCP_CLOSED || got < SP_TCP_IN_OCTETS)
            return;
    }
}

/* The socket has an error to tell. */
static void read_error(struct sp_tcp_connection *connection)
{
    struct sp_address unused;
    connection->watched = 0; /* libuv has stopped watching */
    if (sp_tcp_socket_outcome(connection->fd, &unused) != SP_OK)
        lose(connection, SP_ERR_IO);
}

static void finish_connect(struct sp_tcp_connection *connection)
{
    struct sp_tcp *const tcp = connection->tcp;
    const enum sp_err err = sp_tcp_socket_outcome(connection->fd, &connection->local);
    if (err != SP_OK) {
        lose(connection, err);
        return;
    }
    connection->state = SP_TCP_OPEN;
    tcp->counts.opened++;
    tcp->options.events->opened(tcp->options.context, connection);
    if (connection->state != SP_TCP_CLOSED)
        sp_tcp_send_queue(connection);
}

void sp_tcp_happened(uv_poll_t *poll, int status, int events)
{
    struct sp_tcp_connection *const connection = poll->data;
    if (connection->lost != SP_OK)
        lose(connection, connection->lost);
    else if (connection->state == SP_TCP_CONNECTING)
        finish_connect(connection);
    else if (status < 0)
        read_error(connection);
    else if ((events & UV_WRITABLE) != 0)
        sp_tcp_send_queue(connection);
    if ((events & UV_READABLE) != 0 && connection->state != SP_TCP_CLOSED)
        read_on(connection);
    if (connection->state == SP_TCP_FINISHING)
        go_on_finishing(connection);
    sp_tcp_watch(connection);
}

static void drop_first_finishing(struct sp_tcp *tcp)
{
    sp_tcp_socket_set_reset(tcp->finishing.first->fd);
    sp_tcp_end(tcp->finishing.first);
}

void sp_tcp_finishing_is_due(void *context)
{
    struct sp_tcp *const tcp = context;
    const sp_time now = sp_clock_now();
    while (tcp->finishing.first != NULL && tcp->finishing.first->due <= now)
        drop_first_finishing(tcp);
    sp_alarm_set(tcp->alarm,
                 tcp->finishing.first != NULL ? tcp->finishing.first->due : SP_TIME_NEVER);
}

static void begin_finishing(struct sp_tcp_connection *connection)
{
    struct sp_tcp *const tcp = connection->tcp;
    if (tcp->finishing_count == SP_TCP_FINISHING_MAX)
        drop_first_finishing(tcp);
    sp_tcp_list_remove(&tcp->used, connection);
    tcp->used_count--;
    connection->state = SP_TCP_FINISHING;
    connection->due = sp_clock_now() + FINISHING_MS * SP_MILLISECOND;
    sp_tcp_list_add(&tcp->finishing, connection);
    if (tcp->finishing_count++ == 0)
        sp_alarm_set(tcp->alarm, connection->due);
    go_on_finishing(connection);
    sp_tcp_watch(connection);
}

void sp_tcp_close(struct sp_tcp_connection **connection, enum sp_tcp_close how)
{
    struct sp_tcp_connection *const gone = *connection;
    *connection = NULL;
    if (how == SP_TCP_FINISH && gone->tcp->gathering == gone)
        sp_tcp_send_gathered(gone->tcp);
    if (how == SP_TCP_FINISH && gone->state == SP_TCP_OPEN && gone->lost == SP_OK) {
        begin_finishing(gone);
        return;
    }
    if (how == SP_TCP_RESET)
        sp_tcp_socket_set_reset(gone->fd);
    sp_tcp_end(gone);
}

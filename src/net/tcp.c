/* SPDX-License-Identifier: Apache-2.0
 *
 * Listeners, and how connections begin, over file descriptors of our own that libuv only watches.
 */
#define _GNU_SOURCE
#include "net/tcp.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "net/tcp_parts.h"
#include "net/tcp_socket.h"

enum {
    ACCEPTS_MAX = 64,  /* of a listener in a row: others want their turn too */
    CLOSING_MAX = 256, /* connections that libuv has not yet let go of */
};

void sp_tcp_list_add(struct sp_tcp_list *list, struct sp_tcp_connection *connection)
{
    connection->next = NULL;
    connection->prev = list->last;
    if (list->last == NULL)
        list->first = connection;
    else
        list->last->next = connection;
    list->last = connection;
}

void sp_tcp_list_remove(struct sp_tcp_list *list, struct sp_tcp_connection *connection)
{
    if (connection->prev == NULL)
        list->first = connection->next;
    else
        connection->prev->next = connection->next;
    if (connection->next == NULL)
        list->last = connection->prev;
    else
        connection->next->prev = connection->prev;
}

/* Starts to watch a socket. It becomes the connection's, or is closed. */
static struct sp_tcp_connection *take_socket(struct sp_tcp *tcp, int fd, enum sp_tcp_state state)
{
    struct sp_tcp_connection *made = NULL;
    if (tcp->used_count < tcp->options.connections_max)
        made = sp_slab_take(tcp->connections);
    if (made != NULL && uv_poll_init(sp_loop_uv(tcp->loop), &made->poll, fd) != 0)
        sp_slab_give(tcp->connections, (void **)&made);
    if (made == NULL) {
        sp_tcp_socket_set_reset(fd);
        (void)close(fd); /* never used */
        return NULL;
    }
    tcp->handles++;
    made->poll.data = made;
    made->tcp = tcp;
    made->fd = fd;
    made->state = state;
    sp_tcp_list_add(&tcp->used, made);
    tcp->used_count++;
    return made;
}

/* The oldest connection waits in vain while there is no descriptor for it, and the loop turns
 * without end; so it is taken with the spare one and ended. */
static void turn_away(struct sp_tcp *tcp, int listener)
{
    (void)close(tcp->spare_fd); /* nothing was ever in it */
    const int stranger = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (stranger >= 0)
        (void)close(stranger); /* that is all it gets */
    tcp->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void accept_one(struct sp_tcp_listener *listener, int fd, const struct sp_address *remote,
                       const struct sp_address *local)
{
    struct sp_tcp *const tcp = listener->tcp;
    struct sp_tcp_connection *connection = take_socket(tcp, fd, SP_TCP_OPEN);
    if (connection == NULL) {
        tcp->counts.refused++;
        return;
    }
    connection->remote = *remote;
    connection->local = *local;
    if (!tcp->options.events->accepted(tcp->options.context, listener->index, connection)) {
        tcp->counts.refused++;
        sp_tcp_close(&connection, SP_TCP_RESET);
        return;
    }
    tcp->counts.accepted++;
    sp_tcp_watch(connection);
}

static void have_connections(uv_poll_t *poll, int status, int events)
{
    struct sp_tcp_listener *const listener = poll->data;
    (void)events;   /* it watches for reading only */
    if (status < 0) /* libuv has stopped watching */
        SP_CHECK(uv_poll_start(poll, UV_READABLE, have_connections) == 0);
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        struct sp_address remote, local;
        int fd;
        const enum sp_err err = sp_tcp_socket_accept(listener->fd, &fd, &remote, &local);
        if (err == SP_ERR_ABSENT)
            return;
        if (err == SP_ERR_FULL) {
            turn_away(listener->tcp, listener->fd);
            listener->tcp->counts.refused++;
        }
        if (err == SP_OK)
            accept_one(listener, fd, &remote, &local);
    }
}

enum sp_err sp_tcp_connect(struct sp_tcp *tcp, const struct sp_address *remote,
                           const struct sp_address *local, void *user,
                           struct sp_tcp_connection **connection)
{
    int fd;
    if (!sp_address_is_sendable(remote))
        return SP_ERR_REFUSED;
    if (tcp->used_count == tcp->options.connections_max)
        return SP_ERR_FULL;
    const enum sp_err err = sp_tcp_socket_connect(remote, local, &fd);
    if (err != SP_OK)
        return err;
    struct sp_tcp_connection *const made = take_socket(tcp, fd, SP_TCP_CONNECTING);
    if (made == NULL)
        return SP_ERR_FULL;
    made->remote = *remote;
    made->user = user;
    sp_tcp_watch(made);
    *connection = made;
    return SP_OK;
}

static void free_memory(struct sp_tcp *tcp)
{
    sp_alarm_free(&tcp->alarm);
    sp_slab_free(&tcp->connections);
    sp_slab_free(&tcp->blocks);
    if (tcp->spare_fd >= 0)
        (void)close(tcp->spare_fd); /* nothing was ever in it */
    free(tcp->in);
    free(tcp->out);
    free(tcp);
}

void sp_tcp_let_go(struct sp_tcp *tcp)
{
    tcp->handles--;
    if (tcp->is_freed && tcp->handles == 0)
        free_memory(tcp);
}

static enum sp_err take_memory(struct sp_tcp *tcp, struct sp_loop *loop)
{
    const size_t max = tcp->options.connections_max + SP_TCP_FINISHING_MAX + CLOSING_MAX;
    enum sp_err err = sp_slab_new("tcp", sizeof(struct sp_tcp_connection), max, &tcp->connections);
    if (err == SP_OK)
        err = sp_tcp_blocks_new(tcp->options.waiting_max, &tcp->blocks);
    if (err == SP_OK)
        err = sp_alarm_new(loop, sp_tcp_finishing_is_due, tcp, &tcp->alarm);
    tcp->in = malloc(SP_TCP_IN_OCTETS);
    tcp->out = malloc(SP_TCP_GATHER_OCTETS);
    if (err == SP_OK && (tcp->in == NULL || tcp->out == NULL))
        err = SP_ERR_MEMORY;
    return err;
}

enum sp_err sp_tcp_new(struct sp_loop *loop, const struct sp_tcp_options *options,
                       struct sp_tcp **tcp)
{
    struct sp_tcp *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->loop = loop;
    made->options = *options;
    made->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const enum sp_err err = take_memory(made, loop);
    if (err != SP_OK)
        free_memory(made);
    else
        *tcp = made;
    return err;
}

static void free_listener(uv_handle_t *handle)
{
    struct sp_tcp_listener *const listener = handle->data;
    struct sp_tcp *const tcp = listener->tcp;
    free(listener);
    sp_tcp_let_go(tcp);
}

void sp_tcp_deafen(struct sp_tcp *tcp)
{
    for (size_t i = 0; i < tcp->listener_count; i++) {
        uv_close((uv_handle_t *)&tcp->listeners[i]->poll, free_listener);
        (void)close(tcp->listeners[i]->fd); /* whom nobody accepted is reset */
    }
    tcp->listener_count = 0;
}

void sp_tcp_free(struct sp_tcp **tcp)
{
    struct sp_tcp *const gone = *tcp;
    if (gone == NULL)
        return;
    sp_tcp_deafen(gone);
    while (gone->used.first != NULL)
        sp_tcp_end(gone->used.first);
    while (gone->finishing.first != NULL)
        sp_tcp_end(gone->finishing.first);
    gone->is_freed = true;
    gone->handles++;
    sp_tcp_let_go(gone); /* at once when nothing was open */
    *tcp = NULL;
}

enum sp_err sp_tcp_listen(struct sp_tcp *tcp, const struct sp_tcp_listen *listen, size_t *listener,
                          struct sp_address *address)
{
    int fd;
    if (tcp->listener_count == SP_TCP_LISTENERS_MAX)
        return SP_ERR_FULL;
    struct sp_tcp_listener *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    enum sp_err err = sp_tcp_socket_listen(listen, &fd, address);
    if (err == SP_OK && uv_poll_init(sp_loop_uv(tcp->loop), &made->poll, fd) != 0) {
        (void)close(fd); /* never used */
        err = SP_ERR_IO;
    }
    if (err != SP_OK) {
        free(made);
        return err;
    }
    tcp->handles++;
    made->poll.data = made;
    made->tcp = tcp;
    made->fd = fd;
    made->index = tcp->listener_count;
    tcp->listeners[tcp->listener_count++] = made;
    SP_CHECK(uv_poll_start(&made->poll, UV_READABLE, have_connections) == 0);
    *listener = made->index;
    return SP_OK;
}

void sp_tcp_set_user(struct sp_tcp_connection *connection, void *user)
{
    connection->user = user;
}

void *sp_tcp_user(const struct sp_tcp_connection *connection)
{
    return connection->user;
}

struct sp_address sp_tcp_remote(const struct sp_tcp_connection *connection)
{
    return connection->remote;
}

struct sp_address sp_tcp_local(const struct sp_tcp_connection *connection)
{
    return connection->local;
}

size_t sp_tcp_count(const struct sp_tcp *tcp)
{
    return tcp->used_count;
}

struct sp_tcp_counts sp_tcp_counts(const struct sp_tcp *tcp)
{
    return tcp->counts;
}

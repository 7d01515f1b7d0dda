/* SPDX-License-Identifier: Apache-2.0
 *
 * A listening libuv pipe and its clients, each with room for one question and one answer. A client
 * is not read while its answer is on the way, so it can't ask faster than it reads.
 */
#include "net/local_server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "net/loop_uv.h"

struct client {
    uv_pipe_t pipe;
    uv_write_t write;
    struct sp_local_server *server;
    size_t used; /* octets of `question` */
    char question[SP_LOCAL_LINE_MAX];
    char answer[SP_LOCAL_LINE_MAX];
};

struct sp_local_server {
    uv_pipe_t pipe;
    struct client *clients[SP_LOCAL_CLIENTS_MAX]; /* NULL: a free place */
    sp_local_ask_handler *handler;
    void *context;
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

static void answer_question(struct client *client);

static void free_client(uv_handle_t *handle)
{
    free(handle->data);
}

static void end_client(struct client *client)
{
    struct client **places = client->server->clients;
    for (size_t i = 0; i < SP_LOCAL_CLIENTS_MAX; i++) {
        if (places[i] == client)
            places[i] = NULL;
    }
    if (!uv_is_closing((uv_handle_t *)&client->pipe))
        uv_close((uv_handle_t *)&client->pipe, free_client);
}

static void offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    (void)suggested; /* there is what there is */
    struct client *client = handle->data;
    *room = uv_buf_init(client->question + client->used,
                        (unsigned)(sizeof client->question - client->used));
}

static void have_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    (void)room; /* it is the client's own */
    struct client *client = stream->data;
    if (count < 0) {
        end_client(client);
        return;
    }
    client->used += (size_t)count;
    answer_question(client);
}

static void have_written(uv_write_t *write, int status)
{
    struct client *client = write->data;
    if (uv_is_closing((uv_handle_t *)&client->pipe))
        return;
    if (status < 0 || uv_read_start((uv_stream_t *)&client->pipe, offer_room, have_read) != 0) {
        end_client(client);
        return;
    }
    answer_question(client);
}

/* Answers the first whole line that has come, if there is one. */
static void answer_question(struct client *client)
{
    const struct sp_span got = sp_span(client->question, client->used);
    const size_t len = sp_span_find(got, '\n');
    if (len == got.len) {
        if (got.len == sizeof client->question)
            end_client(client);
        return;
    }
    struct sp_writer writer;
    struct sp_span answer;
    sp_writer_init(&writer, client->answer, sizeof client->answer);
    client->server->handler(client->server->context, sp_span_first(got, len), &writer);
    sp_write_octet(&writer, '\n');
    client->used -= len + 1;
    memmove(client->question, client->question + len + 1, client->used);
    if (sp_writer_end(&writer, &answer) != SP_OK) {
        end_client(client);
        return;
    }
    (void)uv_read_stop((uv_stream_t *)&client->pipe); /* always succeeds */
    uv_buf_t octets = uv_buf_init(client->answer, (unsigned)answer.len);
    client->write.data = client;
    if (uv_write(&client->write, (uv_stream_t *)&client->pipe, &octets, 1, have_written) != 0)
        end_client(client);
}

static struct client **free_place(struct sp_local_server *server)
{
    for (size_t i = 0; i < SP_LOCAL_CLIENTS_MAX; i++) {
        if (server->clients[i] == NULL)
            return &server->clients[i];
    }
    return NULL;
}

static void free_stranger(uv_handle_t *handle)
{
    free(handle);
}

/* Takes the connection only to end it. */
static void turn_away(struct sp_local_server *server)
{
    uv_pipe_t *stranger = malloc(sizeof *stranger);
    if (stranger == NULL)
        return;
    SP_CHECK(uv_pipe_init(server->pipe.loop, stranger, 0) == 0);
    (void)uv_accept((uv_stream_t *)&server->pipe, (uv_stream_t *)stranger); /* closed either way */
    uv_close((uv_handle_t *)stranger, free_stranger);
}

static void have_connection(uv_stream_t *stream, int status)
{
    struct sp_local_server *server = stream->data;
    if (status < 0)
        return;
    struct client **place = free_place(server);
    struct client *client = place == NULL ? NULL : malloc(sizeof *client);
    if (client == NULL) {
        turn_away(server);
        return;
    }
    client->server = server;
    client->used = 0;
    SP_CHECK(uv_pipe_init(stream->loop, &client->pipe, 0) == 0);
    client->pipe.data = client;
    *place = client;
    if (uv_accept(stream, (uv_stream_t *)&client->pipe) != 0 ||
        uv_read_start((uv_stream_t *)&client->pipe, offer_room, have_read) != 0)
        end_client(client);
}

/* Takes away what a server that is gone has left, and nothing else. */
static enum sp_err clear_place(int fd, const struct sockaddr_un *address)
{
    struct stat about;
    if (lstat(address->sun_path, &about) != 0)
        return SP_OK; /* nothing there, or bind will say what is wrong */
    if (!S_ISSOCK(about.st_mode))
        return SP_ERR_DUPLICATE;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN)
        return SP_ERR_BUSY;
    return unlink(address->sun_path) == 0 ? SP_OK : SP_ERR_IO;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* A bound socket that nobody but the owner could ever open. */
static enum sp_err open_socket(const struct sockaddr_un *address, int *fd)
{
    const int visitor = new_socket();
    const int made = new_socket();
    enum sp_err err = visitor < 0 || made < 0 ? SP_ERR_IO : clear_place(visitor, address);
    if (err == SP_OK) {
        const mode_t before = umask(0177);
        if (bind(made, (const struct sockaddr *)address, sizeof *address) != 0)
            err = SP_ERR_IO;
        (void)umask(before); /* always succeeds */
    }
    if (visitor >= 0)
        (void)close(visitor); /* it has said nothing */
    if (err == SP_OK)
        *fd = made;
    else if (made >= 0)
        (void)close(made); /* never used */
    return err;
}

static void free_server(uv_handle_t *handle)
{
    free(handle->data);
}

enum sp_err sp_local_server_open(struct sp_loop *loop, const char *path,
                                 sp_local_ask_handler *handler, void *context,
                                 struct sp_local_server **server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return SP_ERR_RANGE;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path); /* it fits */
    struct sp_local_server *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    int fd;
    const enum sp_err err = open_socket(&address, &fd);
    if (err != SP_OK) {
        free(made);
        return err;
    }
    memcpy(made->path, address.sun_path, sizeof made->path);
    made->handler = handler;
    made->context = context;
    SP_CHECK(uv_pipe_init(sp_loop_uv(loop), &made->pipe, 0) == 0);
    made->pipe.data = made;
    if (uv_pipe_open(&made->pipe, fd) != 0 ||
        uv_listen((uv_stream_t *)&made->pipe, SP_LOCAL_CLIENTS_MAX, have_connection) != 0) {
        uv_close((uv_handle_t *)&made->pipe, free_server);
        return SP_ERR_IO;
    }
    *server = made;
    return SP_OK;
}

void sp_local_server_close(struct sp_local_server **server)
{
    if (*server == NULL)
        return;
    for (size_t i = 0; i < SP_LOCAL_CLIENTS_MAX; i++) {
        if ((*server)->clients[i] != NULL)
            end_client((*server)->clients[i]);
    }
    (void)unlink((*server)->path); /* a file that is left is taken over by the next server */
    uv_close((uv_handle_t *)&(*server)->pipe, free_server);
    *server = NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The door of libmicrohttpd. It reads and frames; what it would make of a target (unescaping, a
 * table of arguments) is left alone: the raw octets go to the handler, which is tested without it.
 */
#include "admin/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/siphash.h"
#include "net/clock.h"
#include "net/sockaddr.h"

enum {
    CONNECTIONS_MAX = 64,
    SILENCE_S = 10,            /* of a connection */
    LIFE_S = 60,               /* the same */
    CROWDED_S = 2,             /* the same, while all places are taken */
    REQUEST_OCTETS = 16 << 10, /* of a connection: its request line and header fields */
    TURN_MS = 250,             /* after which the thread looks whether it is to end */
    ETAG_MAX = 24,             /* "\"0123456789abcdef\"" and its end */
};

/* A request from its first line to its end. */
struct exchange {
    bool is_begun; /* its header fields were seen, and nothing follows them */
    size_t len;
    char target[];
};

struct connection {
    struct MHD_Connection *connection; /* NULL: the place is free */
    sp_time since;
};

struct sp_http {
    struct MHD_Daemon *daemon;
    struct sp_address address;
    sp_http_handler *handler;
    void *context;
    pthread_t thread;
    atomic_bool is_ending;
    struct MHD_Response *excuse; /* made at the start: what is sent when nothing can be made */
    struct connection connections[CONNECTIONS_MAX];
    size_t connection_count;
    char body[SP_HTTP_BODY_MAX]; /* of the answer in hand */
    char location[SP_HTTP_LOCATION_MAX];
};

/* Of every answer. Nothing is taken from elsewhere, nothing is run but our own script, nobody
 * frames the pages, and nobody learns from where a link was followed. */
static const struct {
    const char *name, *value;
} fixed[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

static const char *const keeps[] = {
    [SP_HTTP_KEEP_NOTHING] = "no-store",
    [SP_HTTP_KEEP_ASKING] = "no-cache",
    [SP_HTTP_KEEP_FOREVER] = "public, max-age=31536000, immutable",
};

static struct sp_span field(struct MHD_Connection *connection, const char *name)
{
    const char *const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == NULL ? sp_span_absent() : sp_span_of(value);
}

/* A copy of the target, before the library takes it apart. */
static void *begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    const size_t len = strlen(target);
    struct exchange *exchange = malloc(sizeof *exchange + len);
    (void)context;
    (void)connection;
    if (exchange == NULL)
        return NULL;
    exchange->is_begun = false;
    exchange->len = len;
    memcpy(exchange->target, target, len);
    return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode why)
{
    (void)context;
    (void)connection;
    (void)why;
    free(*exchange);
    *exchange = NULL;
}

static struct connection *place_of(struct sp_http *http, const struct MHD_Connection *connection)
{
    for (size_t k = 0; k < CONNECTIONS_MAX; k++)
        if (http->connections[k].connection == connection)
            return &http->connections[k];
    return NULL;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **own,
                               enum MHD_ConnectionNotificationCode what)
{
    struct sp_http *http = context;
    const bool is_new = what == MHD_CONNECTION_NOTIFY_STARTED;
    struct connection *place = place_of(http, is_new ? NULL : connection);
    (void)own;
    if (place == NULL)
        return; /* there are as many places as the library takes connections */
    http->connection_count += is_new ? 1 : (size_t)-1;
    *place = (struct connection){.connection = is_new ? connection : NULL, .since = sp_clock_now()};
}

/* A connection that is too old is shut; the library sees its end and takes it away. Where all
 * places are taken, those who have had theirs for a while make room. */
static void end_old_connections(struct sp_http *http, sp_time now)
{
    const bool is_crowded = http->connection_count == CONNECTIONS_MAX;
    const sp_time life = (is_crowded ? CROWDED_S : LIFE_S) * SP_SECOND;
    for (size_t k = 0; k < CONNECTIONS_MAX; k++) {
        struct connection *place = &http->connections[k];
        if (place->connection == NULL || now - place->since < life)
            continue;
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(place->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (info != NULL)
            (void)shutdown(info->connect_fd, SHUT_RDWR); /* it may have ended by itself */
    }
}

/* A name for the body, so that a client that has it need not get it again. */
static void write_etag(struct sp_span body, char etag[ETAG_MAX])
{
    static const struct sp_hash_key key = {0, 0};
    (void)snprintf(etag, ETAG_MAX, "\"%016llx\"",
                   (unsigned long long)sp_siphash_of(&key, body)); /* it fits */
}

/* False: there is no memory for it. */
static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_fixed(struct MHD_Response *response)
{
    bool is_whole = true;
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++)
        is_whole = is_whole && add(response, fixed[k].name, fixed[k].value);
    return is_whole;
}

static bool add_fields(struct MHD_Response *response, const struct sp_http_answer *answer)
{
    bool is_whole = add_fixed(response);
    is_whole = is_whole && add(response, MHD_HTTP_HEADER_CACHE_CONTROL, keeps[answer->keep]);
    is_whole = is_whole && add(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (answer->language != NULL)
        is_whole = is_whole && add(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE, answer->language);
    if (answer->depends)
        is_whole =
            is_whole && add(response, MHD_HTTP_HEADER_VARY, "Accept, Accept-Language, User-Agent");
    return is_whole;
}

/* What an answer becomes when it is sent. */
struct sheet {
    unsigned status;
    struct sp_span body;
    char etag[ETAG_MAX];
};

static void fill_sheet(struct MHD_Connection *connection, const struct sp_http_answer *answer,
                       struct sheet *sheet)
{
    sheet->status = answer->status;
    if (sp_writer_end(answer->body, &sheet->body) != SP_OK) {
        sheet->status = MHD_HTTP_INTERNAL_SERVER_ERROR; /* a page larger than any should be */
        sheet->body = SP_SPAN("This page does not fit.\n");
    }
    write_etag(sheet->body, sheet->etag);
    if (sheet->status == MHD_HTTP_OK && answer->keep != SP_HTTP_KEEP_NOTHING &&
        sp_span_equal(field(connection, MHD_HTTP_HEADER_IF_NONE_MATCH), sp_span_of(sheet->etag))) {
        sheet->status = MHD_HTTP_NOT_MODIFIED;
        sheet->body.len = 0;
    }
}

static bool add_all(struct MHD_Response *response, const struct sp_http_answer *answer,
                    const struct sheet *sheet)
{
    struct sp_span location;
    bool is_whole = add_fields(response, answer);
    if (answer->keep != SP_HTTP_KEEP_NOTHING)
        is_whole = is_whole && add(response, MHD_HTTP_HEADER_ETAG, sheet->etag);
    if (sheet->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        is_whole = is_whole && add(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (answer->location->len > 0 && sp_writer_end(answer->location, &location) == SP_OK) {
        answer->location->ptr[location.len] = '\0';
        is_whole = is_whole && add(response, MHD_HTTP_HEADER_LOCATION, location.ptr);
    }
    return is_whole;
}

/* Sends what was answered; 503 when there is no memory for it. */
static enum MHD_Result send_answer(struct sp_http *http, struct MHD_Connection *connection,
                                   const struct sp_http_answer *answer)
{
    struct sheet sheet;
    fill_sheet(connection, answer, &sheet);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sheet.body.len, (void *)sheet.body.ptr, MHD_RESPMEM_MUST_COPY);
    const bool is_whole = response != NULL && add_all(response, answer, &sheet);
    const enum MHD_Result result =
        is_whole ? MHD_queue_response(connection, sheet.status, response)
                 : MHD_queue_response(connection, MHD_HTTP_SERVICE_UNAVAILABLE, http->excuse);
    if (response != NULL)
        MHD_destroy_response(response);
    return result;
}

/* NULL: there is no memory. */
static struct MHD_Response *make_excuse(void)
{
    static const char text[] = "There is no memory for this page now.\n";
    struct MHD_Response *excuse =
        MHD_create_response_from_buffer(sizeof text - 1, (void *)text, MHD_RESPMEM_PERSISTENT);
    if (excuse == NULL || (add_fixed(excuse) &&
                           add(excuse, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8") &&
                           add(excuse, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store")))
        return excuse;
    MHD_destroy_response(excuse);
    return NULL;
}

static bool is_served(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

/* The library calls twice, when the header fields and when all of a request is there. Who is
 * answered at once can't ask again on the same connection, which suits those who send a body. */
static bool is_to_wait(struct MHD_Connection *connection, const char *method,
                       struct exchange *exchange)
{
    if (exchange->is_begun || !is_served(method) ||
        !sp_span_is_absent(field(connection, MHD_HTTP_HEADER_CONTENT_LENGTH)) ||
        !sp_span_is_absent(field(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING)))
        return false;
    exchange->is_begun = true;
    return true;
}

/* Whether a request was meant for somebody else: who listens on loopback alone is asked by an
 * address or as localhost. Else a page of a stranger, whose name is made to lead here, could read
 * in the browser of an operator what calls there are (DNS rebinding). */
static bool is_misdirected(const struct sp_http *http, struct MHD_Connection *connection)
{
    const struct sp_span host = field(connection, MHD_HTTP_HEADER_HOST);
    struct sp_address address;
    if (!sp_address_is_loopback(&http->address) || sp_span_is_absent(host) ||
        sp_address_parse(host, 80, &address) == SP_OK)
        return false;
    const struct sp_span name = sp_span_first(host, sp_span_find(host, ':'));
    return !sp_span_equal_nocase(name, SP_SPAN("localhost"));
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **own)
{
    struct sp_http *http = context;
    struct exchange *exchange = *own;
    struct sp_writer body;
    struct sp_writer location;
    (void)url; /* it is the target without its escapes */
    (void)version;
    (void)upload;
    *upload_size = 0; /* what comes with a request is not read */
    if (exchange == NULL)
        return MHD_NO;
    if (is_to_wait(connection, method, exchange))
        return MHD_YES;
    sp_writer_init(&body, http->body, sizeof http->body);
    sp_writer_init(&location, http->location, sizeof http->location - 1); /* and its end */
    struct sp_http_answer answer = {
        .status = MHD_HTTP_OK,
        .type = "text/plain; charset=utf-8",
        .body = &body,
        .location = &location,
    };
    const struct sp_http_request request = {
        .target = sp_span(exchange->target, exchange->len),
        .accept = field(connection, MHD_HTTP_HEADER_ACCEPT),
        .accept_language = field(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE),
        .user_agent = field(connection, MHD_HTTP_HEADER_USER_AGENT),
    };
    if (!is_served(method)) {
        answer.status = MHD_HTTP_METHOD_NOT_ALLOWED;
        sp_write_text(&body, "Only GET and HEAD are served here.\n");
    } else if (is_misdirected(http, connection)) {
        answer.status = MHD_HTTP_MISDIRECTED_REQUEST;
        sp_write_text(&body, "This port is for this machine: ask for localhost or an address.\n");
    } else {
        http->handler(http->context, &request, &answer);
    }
    return send_answer(http, connection, &answer);
}

static void *run(void *context)
{
    struct sp_http *http = context;
    while (!atomic_load(&http->is_ending)) {
        (void)MHD_run_wait(http->daemon, TURN_MS); /* what fails is a connection's own trouble */
        end_old_connections(http, sp_clock_now());
    }
    return NULL;
}

static enum sp_err error_of(int number)
{
    if (number == EADDRINUSE)
        return SP_ERR_BUSY;
    if (number == EADDRNOTAVAIL)
        return SP_ERR_ABSENT;
    return number == EACCES || number == EPERM ? SP_ERR_REFUSED : SP_ERR_IO;
}

static enum sp_err start(struct sp_http *http)
{
    struct sockaddr_storage socket_address;
    (void)sp_sockaddr_from(&http->address, &socket_address); /* it has a family */
    unsigned flags = MHD_USE_EPOLL;
    if (http->address.family == SP_FAMILY_IPV6)
        flags |= MHD_USE_IPv6;
    errno = 0;
    http->daemon = MHD_start_daemon(
        flags, http->address.port, NULL, NULL, handle, http, /* nobody is turned away by address */
        MHD_OPTION_SOCK_ADDR, &socket_address, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_OCTETS, MHD_OPTION_URI_LOG_CALLBACK,
        begin_exchange, http, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, http,
        MHD_OPTION_NOTIFY_CONNECTION, connection_changed, http, MHD_OPTION_END);
    if (http->daemon == NULL)
        return error_of(errno);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info != NULL)
        http->address.port = info->port;
    if (pthread_create(&http->thread, NULL, run, http) == 0)
        return SP_OK;
    MHD_stop_daemon(http->daemon);
    return SP_ERR_IO;
}

enum sp_err sp_http_open(const struct sp_address *address, sp_http_handler *handler, void *context,
                         struct sp_http **http)
{
    struct sp_http *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->address = *address;
    made->handler = handler;
    made->context = context;
    made->excuse = make_excuse();
    const enum sp_err err = made->excuse == NULL ? SP_ERR_MEMORY : start(made);
    if (err == SP_OK) {
        *http = made;
        return SP_OK;
    }
    if (made->excuse != NULL)
        MHD_destroy_response(made->excuse);
    free(made);
    return err;
}

void sp_http_close(struct sp_http **http)
{
    struct sp_http *gone = *http;
    if (gone == NULL)
        return;
    atomic_store(&gone->is_ending, true);
    SP_CHECK(pthread_join(gone->thread, NULL) == 0);
    MHD_stop_daemon(gone->daemon);
    MHD_destroy_response(gone->excuse);
    free(gone);
    *http = NULL;
}

struct sp_address sp_http_address(const struct sp_http *http)
{
    return http->address;
}

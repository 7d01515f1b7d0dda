/* SPDX-License-Identifier: Apache-2.0
 *
 * Two workers that share a port, over real sockets on loopback: every request is answered once,
 * wherever it lands and whoever owns it.
 */
#include "server/worker.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum {
    WORKERS = 2,
    REQUESTS = 200,
    WINDOW = 40, /* at a time: what the asking socket can surely hold */
    WAIT_MS = 5000,
};

struct fixture {
    struct sp_config *config;
    struct sp_worker_shared shared;
    atomic_size_t working;
    struct sp_worker *workers[WORKERS];
    pthread_t threads[WORKERS];
    int fd;
};

static void ignore_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void *run(void *worker)
{
    sp_worker_run(worker);
    return NULL;
}

static struct sp_config *read_config(const char *text)
{
    struct sp_problems problems = {.count = 0};
    struct sp_config *config;
    assert_int_equal(sp_config_parse(text, &problems, &config), SP_OK);
    return config;
}

/* The address of a listener, all of which are on loopback. */
static struct sockaddr_in listener_at(const struct fixture *fixture, size_t at)
{
    const struct sp_address *const address = &fixture->config->listeners[at].address;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&to.sin_addr, address->ip, sizeof to.sin_addr);
    return to;
}

static void start(struct fixture *fixture, const char *configuration)
{
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_store_problem problem;
    size_t listener;
    *fixture = (struct fixture){.config = read_config(configuration), .working = WORKERS};
    fixture->shared = (struct sp_worker_shared){
        .sink = ignore_line,
        .count = WORKERS,
        .working = &fixture->working,
        .workers = fixture->workers,
    };
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &options, &fixture->shared.store, &problem),
                     SP_OK);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(
            sp_worker_new(&fixture->shared, i, fixture->config, &listener, &fixture->workers[i]),
            SP_OK);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&fixture->threads[i], NULL, run, fixture->workers[i]), 0);
    fixture->fd = socket(AF_INET, SOCK_DGRAM, 0);
    const struct sockaddr_in to = listener_at(fixture, 0);
    assert_int_equal(connect(fixture->fd, (const struct sockaddr *)&to, sizeof to), 0);
}

/* Waits for the threads, which have been told to end. */
static void join(struct fixture *fixture)
{
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_join(fixture->threads[i], NULL), 0);
}

static void clear(struct fixture *fixture)
{
    for (size_t i = 0; i < WORKERS; i++)
        sp_worker_free(&fixture->workers[i]);
    sp_store_close(&fixture->shared.store);
    sp_config_release(&fixture->config);
    assert_int_equal(close(fixture->fd), 0);
}

static void finish(struct fixture *fixture)
{
    join(fixture);
    clear(fixture);
}

static void send_request_to(const struct fixture *fixture, size_t listener, const char *method,
                            unsigned number)
{
    const struct sockaddr_in to = listener_at(fixture, listener);
    char text[512];
    const int len = snprintf(text, sizeof text,
                             "%s sip:a@example.com SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%u;rport\r\n"
                             "From: <sip:b@example.net>;tag=1\r\n"
                             "To: <sip:a@example.com>\r\n"
                             "Call-ID: %u@example.net\r\n"
                             "CSeq: 1 %s\r\n\r\n",
                             method, number, number, method);
    assert_int_equal(
        sendto(fixture->fd, text, (size_t)len, 0, (const struct sockaddr *)&to, sizeof to), len);
}

static void send_request(const struct fixture *fixture, const char *method, unsigned number)
{
    send_request_to(fixture, 0, method, number);
}

/* Takes one answer, and whose it is; its status, 0 when none comes. */
static int take_answer(const struct fixture *fixture, unsigned *number)
{
    char text[2048];
    struct pollfd waiting = {.fd = fixture->fd, .events = POLLIN};
    if (poll(&waiting, 1, WAIT_MS) != 1)
        return 0;
    const ssize_t len = recv(fixture->fd, text, sizeof text - 1, 0);
    assert_true(len > 0);
    text[len] = '\0';
    const char *call_id = strstr(text, "Call-ID: ");
    assert_non_null(call_id);
    *number = (unsigned)strtoul(call_id + 9, NULL, 10);
    return (int)strtol(text + 8, NULL, 10);
}

static void ask_all(const struct fixture *fixture, const char *method, int status)
{
    unsigned answers[REQUESTS] = {0};
    for (unsigned i = 0; i < REQUESTS; i++) {
        unsigned number = REQUESTS;
        if (i % WINDOW == 0) {
            for (unsigned k = 0; k < WINDOW; k++)
                send_request(fixture, method, i + k);
        }
        assert_int_equal(take_answer(fixture, &number), status);
        assert_in_range(number, 0, REQUESTS - 1);
        answers[number]++;
    }
    for (unsigned i = 0; i < REQUESTS; i++)
        assert_int_equal(answers[i], 1);
}

/* A letter to a worker is read when its turn comes: asks until the answers of a whole row, which
 * falls on all workers, are as told. */
static void ask_until(const struct fixture *fixture, const char *method, int status)
{
    unsigned in_row = 0, asked = 0;
    while (in_row < REQUESTS && asked < 1000 * REQUESTS) {
        unsigned number = 0;
        send_request(fixture, method, asked++ % REQUESTS);
        in_row = take_answer(fixture, &number) == status ? in_row + 1 : 0;
    }
    assert_int_equal(in_row, REQUESTS);
}

static uint64_t counted(const struct fixture *fixture, enum sp_metric metric)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < WORKERS; i++)
        sum += sp_metric_get(sp_worker_metrics(fixture->workers[i]), metric);
    return sum;
}

static void tell_all(struct fixture *fixture, enum sp_err (*tell)(struct sp_worker *))
{
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(tell(fixture->workers[i]), SP_OK);
}

static void every_request_is_answered_once_without_memory(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\" } domain \"example.com\" { role = redirect }");
    ask_all(&fixture, "OPTIONS", 404);
    tell_all(&fixture, sp_worker_drain); /* nothing to wait for */
    for (size_t i = 0; i < WORKERS; i++)
        assert_true(
            sp_metric_get(sp_worker_metrics(fixture.workers[i]), SP_METRIC_REQUESTS_RECEIVED) > 0);
    finish(&fixture);
}

static void every_request_is_answered_once_by_the_owner_of_its_call(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\" } redirect-state = transaction\n"
                    "domain \"example.com\" { role = redirect }");
    ask_all(&fixture, "OPTIONS", 404);
    ask_all(&fixture, "OPTIONS", 404); /* the same again: out of the transactions */
    assert_int_equal(counted(&fixture, SP_METRIC_NOT_FOUND), REQUESTS);
    assert_int_equal(counted(&fixture, SP_METRIC_REQUESTS_RECEIVED), 2 * REQUESTS);
    assert_int_equal(counted(&fixture, SP_METRIC_LETTERS_LOST), 0);
    tell_all(&fixture, sp_worker_stop);
    finish(&fixture);
}

/* The answers to all requests, which were sent on one connection, come back on it. */
static void ask_all_on_one_connection(const struct fixture *fixture)
{
    static char text[REQUESTS * 1024];
    const struct sockaddr_in to = listener_at(fixture, 0);
    const struct timeval wait = {.tv_sec = WAIT_MS / 1000};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0;
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    for (unsigned i = 0; i < REQUESTS; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "OPTIONS sip:a@example.com SIP/2.0\r\n"
                                "Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK%u\r\n"
                                "From: <sip:b@example.net>;tag=1\r\nTo: <sip:a@example.com>\r\n"
                                "Call-ID: %u@example.net\r\nCSeq: 1 OPTIONS\r\n"
                                "Content-Length: 0\r\n\r\n",
                                i, i);
    assert_int_equal(send(fd, text, len, 0), len);
    unsigned answers = 0;
    for (len = 0; answers < REQUESTS;) {
        const ssize_t got = recv(fd, text + len, sizeof text - 1 - len, 0);
        assert_true(got > 0);
        len += (size_t)got;
        text[len] = '\0';
        answers = 0;
        for (const char *at = text; (at = strstr(at, "SIP/2.0 404 ")) != NULL; at++)
            answers++;
    }
    assert_int_equal(close(fd), 0);
}

static void answers_of_both_workers_go_back_on_the_connection(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "listen = { \"tcp:127.0.0.1:0\" } redirect-state = transaction\n"
                    "domain \"example.com\" { role = redirect }");
    ask_all_on_one_connection(&fixture);
    for (size_t i = 0; i < WORKERS; i++)
        assert_true(sp_metric_get(sp_worker_metrics(fixture.workers[i]), SP_METRIC_NOT_FOUND) > 0);
    assert_int_equal(counted(&fixture, SP_METRIC_TCP_ACCEPTED), 1);
    assert_int_equal(counted(&fixture, SP_METRIC_TCP_MESSAGES), REQUESTS);
    tell_all(&fixture, sp_worker_stop);
    finish(&fixture);
}

static void a_request_that_comes_again_elsewhere_is_answered_where_it_came_first(void **state)
{
    (void)state;
    struct fixture fixture;
    unsigned number = REQUESTS;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\", \"udp:127.0.0.2:0\" }\n"
                    "redirect-state = transaction\n"
                    "domain \"example.com\" { role = redirect }");
    send_request(&fixture, "OPTIONS", 1);
    assert_int_equal(take_answer(&fixture, &number), 404);
    send_request_to(&fixture, 1, "OPTIONS", 1);
    assert_int_equal(take_answer(&fixture, &number), 404);
    tell_all(&fixture, sp_worker_stop);
    finish(&fixture);
}

static void a_refusal_is_sent_once_and_keeps_no_transaction(void **state)
{
    (void)state;
    struct fixture fixture;
    unsigned number = REQUESTS;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\" } redirect-state = transaction\n"
                    "domain \"example.org\" { role = redirect }");
    send_request(&fixture, "OPTIONS", 1); /* of example.com, which is not ours */
    assert_int_equal(take_answer(&fixture, &number), 404);
    tell_all(&fixture, sp_worker_drain); /* nothing to wait for */
    join(&fixture);
    assert_int_equal(counted(&fixture, SP_METRIC_TRANSACTIONS), 0);
    assert_int_equal(counted(&fixture, SP_METRIC_DATAGRAMS_SENT), 1);
    clear(&fixture);
}

static void what_has_been_sent_is_counted(void **state)
{
    (void)state;
    struct fixture fixture;
    unsigned number = REQUESTS;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\" } domain \"example.com\" { role = redirect }");
    send_request(&fixture, "OPTIONS", 1);
    assert_int_equal(take_answer(&fixture, &number), 404);
    tell_all(&fixture, sp_worker_stop);
    join(&fixture);
    assert_int_equal(counted(&fixture, SP_METRIC_DATAGRAMS_SENT), 1);
    clear(&fixture);
}

static void a_new_configuration_holds_for_all(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "listen = { \"udp:127.0.0.1:0\" } domain \"example.com\" { role = redirect }");
    ask_all(&fixture, "CANCEL", 200);
    struct sp_config *other = read_config("tel-domain = \"example.org\"");
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(sp_worker_configure(fixture.workers[i], other), SP_OK);
    sp_config_release(&other);
    ask_until(&fixture, "CANCEL", 481); /* the domain is not ours any more */
    tell_all(&fixture, sp_worker_stop);
    finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_is_answered_once_without_memory),
        cmocka_unit_test(every_request_is_answered_once_by_the_owner_of_its_call),
        cmocka_unit_test(answers_of_both_workers_go_back_on_the_connection),
        cmocka_unit_test(a_request_that_comes_again_elsewhere_is_answered_where_it_came_first),
        cmocka_unit_test(a_refusal_is_sent_once_and_keeps_no_transaction),
        cmocka_unit_test(what_has_been_sent_is_counted),
        cmocka_unit_test(a_new_configuration_holds_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

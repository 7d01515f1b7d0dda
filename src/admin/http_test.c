/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP server when there is no memory for an answer: the library's function that takes some is
 * put before the real one here, and fails when it is told to.
 */
#define _GNU_SOURCE
#include "admin/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int left; /* header fields that there is memory for */

enum MHD_Result MHD_add_response_header(struct MHD_Response *response, const char *name,
                                        const char *value)
{
    enum MHD_Result (*real)(struct MHD_Response *, const char *, const char *);
    *(void **)&real = dlsym(RTLD_NEXT, "MHD_add_response_header");
    return atomic_fetch_sub(&left, 1) > 0 ? real(response, name, value) : MHD_NO;
}

static void say_hello(void *context, const struct sp_http_request *request,
                      struct sp_http_answer *answer)
{
    (void)context;
    (void)request;
    answer->keep = SP_HTTP_KEEP_ASKING;
    sp_write_text(answer->body, "hello");
}

/* Asks for a page; what came is closed by a NUL. */
static void get(const struct sp_address *at, char *page, size_t max)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(at->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0;
    ssize_t got = 0;
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    while (len + 1 < max && (got = recv(fd, page + len, max - 1 - len, 0)) > 0)
        len += (size_t)got;
    page[len] = '\0';
    close(fd);
}

static void without_memory_for_an_answer_it_is_503(void **state)
{
    const struct sp_address at = {.family = SP_FAMILY_IPV4, .ip = {127, 0, 0, 1}};
    struct sp_http *http = NULL;
    char page[4096];
    (void)state;
    atomic_store(&left, 100);
    assert_int_equal(sp_http_open(&at, say_hello, NULL, &http), SP_OK);
    const struct sp_address bound = sp_http_address(http);
    for (int memory = 0; memory <= 8; memory++) {
        const bool is_enough = memory == 8; /* five fixed ones, Cache-Control, type and ETag */
        atomic_store(&left, memory);
        get(&bound, page, sizeof page);
        if (strncmp(page, is_enough ? "HTTP/1.1 200 " : "HTTP/1.1 503 ", 13) != 0 ||
            strstr(page, "X-Content-Type-Options: nosniff\r\n") == NULL)
            fail_msg("with room for %d: %s", memory, page);
    }
    sp_http_close(&http);
}

static void without_memory_it_does_not_open(void **state)
{
    const struct sp_address at = {.family = SP_FAMILY_IPV4, .ip = {127, 0, 0, 1}};
    struct sp_http *http = NULL;
    (void)state;
    atomic_store(&left, 3);
    assert_int_equal(sp_http_open(&at, say_hello, NULL, &http), SP_ERR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_for_an_answer_it_is_503),
        cmocka_unit_test(without_memory_it_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

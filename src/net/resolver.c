/* SPDX-License-Identifier: Apache-2.0
 *
 * getaddrinfo in libuv's threads. A question that was given up stays until the system has answered,
 * and then frees itself without telling anybody.
 */
#include "net/resolver.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop_uv.h"
#include "net/sockaddr.h"

enum {
    NAME_MAX_OCTETS = 253, /* of a host name (RFC 1035 §2.3.4) */
};

struct sp_resolver {
    uv_getaddrinfo_t request;
    struct sp_resolver_question question; /* answer NULL: given up; host: not kept */
    struct sp_resolver **owner;           /* the caller's pointer, nulled when it is over */
};

static size_t collect(const struct addrinfo *from, uint16_t port,
                      struct sp_address addresses[SP_RESOLVER_ADDRESSES_MAX])
{
    size_t count = 0;
    for (; from != NULL && count < SP_RESOLVER_ADDRESSES_MAX; from = from->ai_next) {
        struct sp_address address = sp_sockaddr_to(from->ai_addr);
        address.port = port;
        if (sp_address_is_sendable(&address))
            addresses[count++] = address;
    }
    return count;
}

static void resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *from)
{
    struct sp_resolver *resolver = request->data;
    struct sp_address addresses[SP_RESOLVER_ADDRESSES_MAX];
    const size_t count = status == 0 ? collect(from, resolver->question.port, addresses) : 0;
    uv_freeaddrinfo(from);
    const struct sp_resolver_question question = resolver->question;
    if (question.answer != NULL)
        *resolver->owner = NULL;
    free(resolver);
    if (question.answer != NULL)
        question.answer(question.context, addresses, count);
}

static bool is_name(struct sp_span host)
{
    return host.len > 0 && host.len <= NAME_MAX_OCTETS && memchr(host.ptr, '\0', host.len) == NULL;
}

enum sp_err sp_resolver_ask(struct sp_loop *loop, const struct sp_resolver_question *question,
                            struct sp_resolver **resolver)
{
    const struct sp_span host = question->host;
    struct sp_address numeric;
    *resolver = NULL;
    if (sp_address_parse_ip(host, &numeric) == SP_OK) {
        numeric.port = question->port;
        question->answer(question->context, &numeric, sp_address_is_sendable(&numeric) ? 1 : 0);
        return SP_OK;
    }
    if (!is_name(host))
        return SP_ERR_SYNTAX;
    char name[NAME_MAX_OCTETS + 1];
    memcpy(name, host.ptr, host.len);
    name[host.len] = '\0';
    struct sp_resolver *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->question = *question;
    made->owner = resolver;
    made->request.data = made;
    const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG};
    if (uv_getaddrinfo(sp_loop_uv(loop), &made->request, resolved, name, NULL, &hints) != 0) {
        free(made);
        return SP_ERR_MEMORY;
    }
    *resolver = made;
    return SP_OK;
}

void sp_resolver_cancel(struct sp_resolver **resolver)
{
    if (*resolver == NULL)
        return;
    (*resolver)->question.answer = NULL;
    (void)uv_cancel((uv_req_t *)&(*resolver)->request); /* too late is as good */
    *resolver = NULL;
}

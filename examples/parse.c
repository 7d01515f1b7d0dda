/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads one SIP message from standard input and says what it is: the library as it is installed, no
 * socket, no clock, and no memory but what main has on its stack.
 *
 *     cc parse.c $(pkg-config --cflags --libs signpost) -o parse && ./parse < message
 *
 * Ends with 1 and the answer that RFC 3261 asks for when the message cannot be accepted.
 */
#include <stdio.h>

#include <signpost/base/arena.h>
#include <signpost/sip/message.h>
#include <signpost/sip/session_expires.h>
#include <signpost/sip/uri.h>

static void print_span(const char *name, struct sp_span span)
{
    printf("%s: %.*s\n", name, (int)span.len, span.ptr);
}

static void print_request(struct sp_message *message)
{
    const struct sp_uri *uri = NULL;
    struct sp_uri_key key;
    print_span("method", message->method_name);
    print_span("uri", message->request_uri);
    if (sp_message_uri(message, &uri) == SP_OK && sp_uri_key(uri, NULL, &key) == SP_OK)
        print_span("key", key.key);
}

static void print_session_interval(const struct sp_message *message)
{
    struct sp_span value;
    struct sp_session_expires interval;
    if (sp_message_field(message, SP_HEADER_SESSION_EXPIRES, &value) == SP_OK &&
        sp_session_expires_parse(value, &interval) == SP_OK)
        printf("session interval: %u s\n", interval.interval_s);
}

int main(void)
{
    char octets[65536], memory[65536];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    const struct sp_span input = {octets, fread(octets, 1, sizeof octets, stdin)};

    sp_arena_init(&arena, memory, sizeof memory);
    if (sp_message_parse(input, SP_FRAMING_DATAGRAM, sizeof octets, &arena, &message, &fault) !=
            SP_OK ||
        sp_message_check(&message, &fault) != SP_OK) {
        printf("refused: %u %s\n", fault.status, fault.phrase);
        return 1;
    }
    if (message.is_request)
        print_request(&message);
    else
        printf("status: %u\n", message.status);
    print_span("call", sp_message_call_id(&message));
    print_session_interval(&message);
    printf("body: %zu octets\n", message.body.len);
    return 0;
}

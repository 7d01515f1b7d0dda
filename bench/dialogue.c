/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of a call: see dialogue.h. Printed anew each time, since what generates load is not
 * what is measured; read by looking for the few lines that matter. The offer is what a telephone
 * sends, an INVITE of some 800 octets.
 */
#define _GNU_SOURCE
#include "dialogue.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

static const char OFFER[] = "v=0\r\n"
                            "o=load 20260101 20260101 IN IP4 192.0.2.10\r\n"
                            "s=-\r\n"
                            "c=IN IP4 192.0.2.10\r\n"
                            "t=0 0\r\n"
                            "m=audio 30000 RTP/AVP 8 0 101\r\n"
                            "a=rtpmap:8 PCMA/8000\r\n"
                            "a=rtpmap:0 PCMU/8000\r\n"
                            "a=rtpmap:101 telephone-event/8000\r\n"
                            "a=fmtp:101 0-15\r\n"
                            "a=sendrecv\r\n";

/* The length that snprintf gave, when it fits. */
static size_t checked(int len)
{
    return len > 0 && len < DATAGRAM_MAX ? (size_t)len : 0;
}

size_t dialogue_invite(const struct dialogue_plan *plan, const struct dialogue *call, char *out)
{
    return checked(snprintf(out, DATAGRAM_MAX,
                            "INVITE sip:%s%0*" PRIu64 "@%s SIP/2.0\r\n"
                            "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK%016" PRIx64 "i;rport\r\n"
                            "Max-Forwards: 70\r\n"
                            "From: \"Load\" <sip:load@%s>;tag=%016" PRIx64 "\r\n"
                            "To: <sip:%s%0*" PRIu64 "@%s>\r\n"
                            "Call-ID: %016" PRIx64 "@load.example.org\r\n"
                            "CSeq: 1 INVITE\r\n"
                            "Contact: <sip:load@127.0.0.1:%u>\r\n"
                            "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK\r\n"
                            "Supported: timer, replaces, 100rel\r\n"
                            "User-Agent: load\r\n"
                            "Content-Type: application/sdp\r\n"
                            "Content-Length: %zu\r\n\r\n%s",
                            plan->prefix, plan->digits, call->number, plan->domain,
                            plan->caller_port, call->name, plan->domain, call->name, plan->prefix,
                            plan->digits, call->number, plan->domain, call->name, plan->caller_port,
                            sizeof OFFER - 1, OFFER));
}

/* What goes to the callee's Contact, by the route that was recorded. */
static size_t write_within(const struct dialogue_plan *plan, const struct dialogue *call,
                           const char *method, char *out)
{
    const bool has_route = call->route[0] != '\0';
    const bool is_bye = method[0] == 'B';
    return checked(snprintf(out, DATAGRAM_MAX,
                            "%s sip:callee@127.0.0.1:%u SIP/2.0\r\n"
                            "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK%016" PRIx64 "%c;rport\r\n"
                            "Max-Forwards: 70\r\n"
                            "%s%s%s"
                            "From: \"Load\" <sip:load@%s>;tag=%016" PRIx64 "\r\n"
                            "To: <sip:%s%0*" PRIu64 "@%s>;tag=%s\r\n"
                            "Call-ID: %016" PRIx64 "@load.example.org\r\n"
                            "CSeq: %d %s\r\n"
                            "Contact: <sip:load@127.0.0.1:%u>\r\n"
                            "User-Agent: load\r\n"
                            "Content-Length: 0\r\n\r\n",
                            method, plan->callee_port, plan->caller_port, call->name,
                            is_bye ? 'b' : 'a', has_route ? "Route: " : "", call->route,
                            has_route ? "\r\n" : "", plan->domain, call->name, plan->prefix,
                            plan->digits, call->number, plan->domain, call->tag, call->name,
                            is_bye ? 2 : 1, method, plan->caller_port));
}

size_t dialogue_ack(const struct dialogue_plan *plan, const struct dialogue *call, char *out)
{
    return write_within(plan, call, "ACK", out);
}

size_t dialogue_bye(const struct dialogue_plan *plan, const struct dialogue *call, char *out)
{
    return write_within(plan, call, "BYE", out);
}

/* The line that begins with `name` and a colon, from `from` on, without its end; NULL: none. */
static const char *find_line(const struct dialogue_message *message, const char *from,
                             const char *name, size_t *len)
{
    const char *const end = message->octets + message->len;
    const size_t name_len = strlen(name);
    for (const char *line = from; line < end;) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL || line_end - line < 2)
            return NULL;
        *len = (size_t)(line_end - line) - 1;
        if (*len > name_len && memcmp(line, name, name_len) == 0 && line[name_len] == ':')
            return line;
        line = line_end + 1;
    }
    return NULL;
}

/* Copies all lines of a name into an answer. */
static char *copy_lines(const struct dialogue_message *message, const char *name, char *to)
{
    size_t len;
    for (const char *line = find_line(message, message->octets, name, &len); line != NULL;
         line = find_line(message, line + len + 2, name, &len))
        to = mempcpy(to, line, len + 2);
    return to;
}

/* Prints at `at` in the DATAGRAM_MAX octets of `out`, which have room; what follows. */
static char *__attribute__((format(printf, 3, 4)))
print(const char *out, char *at, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const int len = vsnprintf(at, DATAGRAM_MAX - (size_t)(at - out), format, values);
    va_end(values);
    return at + (len > 0 ? len : 0);
}

size_t dialogue_answer(const struct dialogue_plan *plan, const struct dialogue_message *request,
                       int status, char *out)
{
    static const char *const copied[] = {"Via", "Record-Route", "From", "Call-ID", "CSeq"};
    const bool has_body = status == 200 && request->kind == DIALOGUE_INVITE;
    size_t to_len;
    const char *to_line = find_line(request, request->octets, "To", &to_len);
    if (to_line == NULL || request->len > DATAGRAM_MAX - 1024)
        return 0;
    char *at = print(out, out, "SIP/2.0 %d %s\r\n", status, status == 180 ? "Ringing" : "OK");
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        at = copy_lines(request, copied[i], at);
    at = mempcpy(at, to_line, to_len);
    if (request->kind == DIALOGUE_INVITE)
        at = print(out, at, ";tag=c%" PRIx64, request->name);
    at = print(out, at, "\r\nContact: <sip:callee@127.0.0.1:%u>\r\n%s", plan->callee_port,
               has_body ? "Content-Type: application/sdp\r\n" : "");
    at = print(out, at, "Content-Length: %zu\r\n\r\n%s", has_body ? sizeof OFFER - 1 : 0,
               has_body ? OFFER : "");
    return (size_t)(at - out);
}

static enum dialogue_kind kind_of(const char *octets, size_t len)
{
    static const struct {
        const char *begin;
        enum dialogue_kind kind;
    } kinds[] = {
        {"SIP/2.0 ", DIALOGUE_ANSWER},
        {"INVITE ", DIALOGUE_INVITE},
        {"ACK ", DIALOGUE_ACK},
        {"BYE ", DIALOGUE_BYE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (len > strlen(kinds[i].begin) &&
            memcmp(octets, kinds[i].begin, strlen(kinds[i].begin)) == 0)
            return kinds[i].kind;
    }
    return DIALOGUE_OTHER;
}

bool dialogue_read(const char *octets, size_t len, struct dialogue_message *message)
{
    size_t line_len;
    *message = (struct dialogue_message){
        .kind = kind_of(octets, len),
        .octets = octets,
        .len = len,
    };
    const char *line = find_line(message, octets, "Call-ID", &line_len);
    if (message->kind == DIALOGUE_OTHER || line == NULL || line_len < 25)
        return false;
    char name[17] = "";
    memcpy(name, line + 9, 16);
    message->name = strtoull(name, NULL, 16);
    if (message->kind == DIALOGUE_ANSWER)
        message->status = (int)strtol(octets + 8, NULL, 10);
    line = find_line(message, octets, "CSeq", &line_len);
    message->is_of_bye = line != NULL && memmem(line, line_len, "BYE", 3) != NULL;
    return true;
}

bool dialogue_learn(const struct dialogue_message *answer, struct dialogue *call)
{
    size_t len;
    const char *line = find_line(answer, answer->octets, "To", &len);
    const char *tag = line == NULL ? NULL : memmem(line, len, ";tag=", 5);
    if (tag == NULL)
        return false;
    const size_t tag_len = (size_t)(line + len - tag) - 5;
    if (tag_len >= sizeof call->tag)
        return false;
    *(char *)mempcpy(call->tag, tag + 5, tag_len) = '\0';
    call->route[0] = '\0';
    line = find_line(answer, answer->octets, "Record-Route", &len);
    if (line == NULL)
        return true;
    const size_t skip = sizeof "Record-Route: " - 1;
    if (len - skip >= sizeof call->route)
        return false;
    *(char *)mempcpy(call->route, line + skip, len - skip) = '\0';
    return true;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The load's messages: see exchange.h. A form is printed with marks, '$' repeated for the
 * transaction's name and '#' for the digits, whose places are then noted. The INVITE is
 * what a telephone sends: an offer of two codecs, session timer, the usual lists; some 800 octets.
 */
#define _GNU_SOURCE
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char NAME_MARK[] = "$$$$$$$$$$$$$$$$";
static const char DIGIT_MARK[] = "###############";

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

static void find_places(struct form *form, int digits)
{
    for (size_t at = 0; at + TXN_NAME_LEN <= form->len; at++) {
        if (form->places < FORM_PLACES && memcmp(form->octets + at, NAME_MARK, TXN_NAME_LEN) == 0) {
            form->at[form->places++] = at;
            at += TXN_NAME_LEN - 1;
        } else if (form->number_places < FORM_PLACES &&
                   memcmp(form->octets + at, DIGIT_MARK, (size_t)digits) == 0) {
            form->number_at[form->number_places++] = at;
            at += (size_t)digits - 1;
        }
    }
}

static bool print_request(struct form *form, const struct exchange_plan *plan)
{
    const bool is_invite = strcmp(plan->method, "INVITE") == 0;
    const int len = snprintf(
        form->octets, FORM_MAX,
        "%s sip:%s%.*s@%s SIP/2.0\r\n"
        "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s;rport\r\n"
        "Max-Forwards: 70\r\n"
        "From: \"Load\" <sip:load@%s>;tag=%s\r\n"
        "To: <sip:%s%.*s@%s>\r\n"
        "Call-ID: %s@load.example.org\r\n"
        "CSeq: 1 %s\r\n"
        "Contact: <sip:load@%s:%u>\r\n"
        "User-Agent: load\r\n"
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\n"
        "Supported: timer, replaces\r\n"
        "%sContent-Length: %zu\r\n\r\n%s",
        plan->method, plan->prefix, plan->digits, DIGIT_MARK, plan->domain, plan->local,
        (unsigned)plan->local_port, NAME_MARK, plan->domain, NAME_MARK, plan->prefix, plan->digits,
        DIGIT_MARK, plan->domain, NAME_MARK, plan->method, plan->local, (unsigned)plan->local_port,
        is_invite ? "Session-Expires: 1800\r\nMin-SE: 90\r\nContent-Type: application/sdp\r\n" : "",
        is_invite ? sizeof OFFER - 1 : 0, is_invite ? OFFER : "");
    if (len < 0 || len >= FORM_MAX)
        return false;
    form->len = (size_t)len;
    find_places(form, plan->digits);
    return true;
}

static bool print_ack(struct form *form, const struct exchange_plan *plan)
{
    const int len =
        snprintf(form->octets, FORM_MAX,
                 "ACK sip:%s%.*s@%s SIP/2.0\r\n"
                 "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s;rport\r\n"
                 "Max-Forwards: 70\r\n"
                 "From: \"Load\" <sip:load@%s>;tag=%s\r\n"
                 "Call-ID: %s@load.example.org\r\n"
                 "CSeq: 1 ACK\r\n"
                 "Content-Length: 0\r\n",
                 plan->prefix, plan->digits, DIGIT_MARK, plan->domain, plan->local,
                 (unsigned)plan->local_port, NAME_MARK, plan->domain, NAME_MARK, NAME_MARK);
    if (len < 0 || len >= FORM_MAX)
        return false;
    form->len = (size_t)len;
    find_places(form, plan->digits);
    return true;
}

bool exchange_init(struct exchange *exchange, const struct exchange_plan *plan)
{
    memset(exchange, 0, sizeof *exchange);
    return plan->digits >= 1 && plan->digits <= NUMBER_LEN_MAX &&
           print_request(&exchange->request, plan) && print_ack(&exchange->ack, plan);
}

static void put_hex(char out[8], uint32_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 4)
        out[i] = "0123456789abcdef"[value & 15];
}

static bool get_hex(const char in[8], uint32_t *value)
{
    uint32_t sum = 0;
    for (int i = 0; i < 8; i++) {
        const char c = in[i];
        if (c >= '0' && c <= '9')
            sum = sum << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            sum = sum << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *value = sum;
    return true;
}

static void fill(struct form *form, const char name[TXN_NAME_LEN], const char *number,
                 size_t digits)
{
    for (int i = 0; i < form->places; i++)
        memcpy(form->octets + form->at[i], name, TXN_NAME_LEN);
    for (int i = 0; i < form->number_places; i++)
        memcpy(form->octets + form->number_at[i], number, digits);
}

void exchange_name(struct exchange *exchange, uint32_t slot, uint32_t generation, uint64_t number,
                   int digits)
{
    char name[TXN_NAME_LEN];
    char text[NUMBER_LEN_MAX];
    put_hex(name, slot);
    put_hex(name + 8, generation);
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
    fill(&exchange->request, name, text, (size_t)digits);
    fill(&exchange->ack, name, text, (size_t)digits);
}

size_t exchange_ack(const struct exchange *exchange, const struct answer *answer, char *out,
                    size_t room)
{
    const size_t len = exchange->ack.len + answer->to_len + 2;
    if (len > room || answer->to == NULL)
        return 0;
    memcpy(out, exchange->ack.octets, exchange->ack.len);
    memcpy(out + exchange->ack.len, answer->to, answer->to_len);
    memcpy(out + len - 2, "\r\n", 2);
    return len;
}

bool answer_read(const char *octets, size_t len, struct answer *answer)
{
    static const char version[] = "SIP/2.0 ";
    static const char cookie[] = "branch=z9hG4bK";
    const char *end = octets + len;
    if (len < 16 || memcmp(octets, version, sizeof version - 1) != 0)
        return false;
    const char *branch = memmem(octets, len, cookie, sizeof cookie - 1);
    if (branch == NULL || end - branch < (ptrdiff_t)(sizeof cookie - 1 + TXN_NAME_LEN))
        return false;
    const char *name = branch + sizeof cookie - 1;
    if (!get_hex(name, &answer->slot) || !get_hex(name + 8, &answer->generation))
        return false;
    answer->status = (int)strtol(octets + sizeof version - 1, NULL, 10);
    answer->to = memmem(octets, len, "\r\nTo:", 5);
    answer->to_len = 0;
    if (answer->to != NULL) {
        answer->to += 2;
        const char *line_end = memchr(answer->to, '\n', (size_t)(end - answer->to));
        answer->to_len = line_end == NULL ? 0 : (size_t)(line_end + 1 - answer->to);
    }
    return true;
}

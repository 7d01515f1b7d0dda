/* SPDX-License-Identifier: Apache-2.0
 *
 * write_capture OUT.pcap [OPTION...] FLOW: makes a capture of a flow (flow.h).
 * write_capture OUT.pcap [OPTION...] raw FILE...: each file is the payload of one datagram.
 *
 * Options: link=0..7 (enum frame_link), ip=6, tcp, ng (pcapng), fragment=N (octets of UDP, a
 * multiple of 8), segment=N (octets of TCP), reorder (two pieces change places), twice (each
 * frame).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "flow.h"
#include "support/frame.h"

enum {
    FILE_MAX = 65000,
    BEGIN_S = 1767225600, /* 2026-01-01 */
};

struct writing {
    FILE *out;
    struct frame_plan plan;
    bool is_ng, is_reordered, is_twice;
    size_t fragment, segment;
    uint32_t next_id;
    uint32_t sequences[26][26]; /* of TCP, by sender and receiver */
};

static void put32(FILE *out, uint32_t value)
{
    SP_CHECK(fwrite(&value, sizeof value, 1, out) == 1);
}

static void put_octets(FILE *out, const void *octets, size_t len)
{
    SP_CHECK(len == 0 || fwrite(octets, len, 1, out) == 1);
}

static void write_header(const struct writing *writing)
{
    const uint32_t link = frame_link_number(writing->plan.link);
    if (writing->is_ng) {
        const uint32_t section[] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28};
        const uint32_t interface[] = {1, 20, link, 0, 20};
        put_octets(writing->out, section, sizeof section);
        put_octets(writing->out, interface, sizeof interface);
        return;
    }
    const uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, link};
    put_octets(writing->out, header, sizeof header);
}

static void write_frame(struct writing *writing, const struct frame *frame, int64_t at_ms)
{
    const uint64_t us = (uint64_t)BEGIN_S * 1000000 + (uint64_t)at_ms * 1000;
    const uint32_t len = (uint32_t)frame->len, padding = (4 - len % 4) % 4;
    if (!writing->is_ng) {
        put32(writing->out, (uint32_t)(us / 1000000));
        put32(writing->out, (uint32_t)(us % 1000000));
        put32(writing->out, len);
        put32(writing->out, len);
        put_octets(writing->out, frame->octets, len);
        return;
    }
    const uint32_t packet[] = {6,  32 + len + padding, 0, (uint32_t)(us >> 32), (uint32_t)us, len,
                               len};
    put_octets(writing->out, packet, sizeof packet);
    put_octets(writing->out, frame->octets, len);
    put_octets(writing->out, "\0\0\0", padding);
    put32(writing->out, 32 + len + padding);
}

static struct sp_address address_of(const struct writing *writing, char party)
{
    const unsigned number = (unsigned)(party - 'A') + 1;
    struct sp_address address = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 0}};
    if (writing->plan.src.family == SP_FAMILY_IPV6) {
        address = (struct sp_address){
            .family = SP_FAMILY_IPV6, .port = 5060, .ip = {0x20, 0x01, 0x0d, 0xb8}};
        address.ip[15] = (uint8_t)number;
    }
    if (address.family == SP_FAMILY_IPV4)
        address.ip[3] = (uint8_t)number;
    return address;
}

/* The pieces that a message is cut into, whole when it is not to be cut. */
static size_t piece_of(const struct writing *writing, size_t len)
{
    const size_t piece = writing->plan.is_tcp ? writing->segment : writing->fragment;
    return piece > 0 ? piece : len;
}

static void write_piece(struct writing *writing, struct frame_plan plan, size_t from, int64_t at_ms)
{
    static struct frame frame; /* too large for a stack */
    const struct sp_span payload = plan.payload;
    if (plan.is_tcp) {
        plan.payload = sp_span_first(sp_span_after(payload, from), piece_of(writing, payload.len));
        plan.sequence += (uint32_t)from;
    } else if (writing->fragment > 0) {
        plan.fragment_from = from;
        plan.fragment_len = writing->fragment;
    }
    frame_make(&plan, &frame);
    write_frame(writing, &frame, at_ms);
    if (writing->is_twice)
        write_frame(writing, &frame, at_ms);
}

static void write_message(struct writing *writing, struct frame_plan plan, int64_t at_ms)
{
    const size_t len = plan.is_tcp ? plan.payload.len : frame_transport_len(&plan);
    const size_t piece = piece_of(writing, len);
    plan.id = writing->next_id++;
    /* A stream is recognised by its first segment, which stays the first. */
    const bool is_first = plan.is_tcp && plan.sequence == 0;
    for (size_t from = 0; from < len; from += piece) {
        if (writing->is_reordered && !is_first && from + piece < len) {
            write_piece(writing, plan, from + piece, at_ms);
            write_piece(writing, plan, from, at_ms);
            from += piece;
            continue;
        }
        write_piece(writing, plan, from, at_ms);
    }
}

static size_t read_file(const char *name, char *octets)
{
    FILE *const in = fopen(name, "rb");
    SP_CHECK(in != NULL);
    const size_t len = fread(octets, 1, FILE_MAX, in);
    fclose(in);
    return len;
}

static void write_flow(struct writing *writing, const char *name)
{
    static char text[FILE_MAX];
    static struct flow_step step;
    struct sp_span rest = sp_span(text, read_file(name, text));
    while (flow_next(&rest, &step)) {
        struct frame_plan plan = writing->plan;
        const char from = step.from != 0 ? step.from : 'A', to = step.to != 0 ? step.to : 'B';
        uint32_t *const sequence = &writing->sequences[from - 'A'][to - 'A'];
        plan.src = address_of(writing, from);
        plan.dst = address_of(writing, to);
        plan.payload = sp_span(step.octets, step.len);
        plan.sequence = *sequence;
        *sequence += (uint32_t)step.len;
        if (step.from == 0)
            plan.payload = SP_SPAN("the capture ends");
        write_message(writing, plan, step.at_ms);
    }
}

static void write_raw(struct writing *writing, const char *name, int64_t at_ms)
{
    static char octets[FILE_MAX];
    struct frame_plan plan = writing->plan;
    plan.src = address_of(writing, 'A');
    plan.dst = address_of(writing, 'B');
    plan.payload = sp_span(octets, read_file(name, octets));
    if (plan.is_tcp) {
        plan.sequence = writing->sequences[0][1];
        writing->sequences[0][1] += (uint32_t)plan.payload.len;
    }
    write_message(writing, plan, at_ms);
}

static bool read_option(struct writing *writing, const char *option)
{
    const char *const value = strchr(option, '=');
    uint32_t number = 0;
    if (value != NULL && sp_span_to_u32(sp_span_of(value + 1), 65535, &number) != SP_OK)
        return false;
    const struct sp_span name =
        sp_span(option, value != NULL ? (size_t)(value - option) : strlen(option));
    if (sp_span_equal(name, SP_SPAN("link")))
        writing->plan.link = (enum frame_link)number;
    else if (sp_span_equal(name, SP_SPAN("ip")))
        writing->plan.src.family = (uint8_t)number;
    else if (sp_span_equal(name, SP_SPAN("tcp")))
        writing->plan.is_tcp = true;
    else if (sp_span_equal(name, SP_SPAN("ng")))
        writing->is_ng = true;
    else if (sp_span_equal(name, SP_SPAN("fragment")))
        writing->fragment = number;
    else if (sp_span_equal(name, SP_SPAN("segment")))
        writing->segment = number;
    else if (sp_span_equal(name, SP_SPAN("reorder")))
        writing->is_reordered = true;
    else if (sp_span_equal(name, SP_SPAN("twice")))
        writing->is_twice = true;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    static struct writing writing = {.plan = {.src = {.family = SP_FAMILY_IPV4}}};
    int k = 2;
    if (argc < 3 || (writing.out = fopen(argv[1], "wb")) == NULL) {
        fputs("usage: write_capture OUT.pcap [OPTION...] FLOW|raw FILE...\n", stderr);
        return 2;
    }
    while (k < argc && read_option(&writing, argv[k]))
        k++;
    write_header(&writing);
    if (k < argc && strcmp(argv[k], "raw") == 0)
        for (int64_t at_ms = 0; ++k < argc; at_ms += 10)
            write_raw(&writing, argv[k], at_ms);
    else if (k < argc)
        write_flow(&writing, argv[k]);
    return fclose(writing.out) == 0 ? 0 : 1;
}

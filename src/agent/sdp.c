/* SPDX-License-Identifier: Apache-2.0
 *
 * Offers and answers without sound.
 */
#include "agent/sdp.h"

#include <stdbool.h>

enum {
    DISCARD_PORT = 9, /* nothing is ever received */
};

static void write_session(struct sp_writer *writer, const struct sp_address *local,
                          uint64_t session)
{
    const char *kind = local->family == SP_FAMILY_IPV6 ? "IN IP6 " : "IN IP4 ";
    sp_write_text(writer, "v=0\r\no=- ");
    sp_write_u64(writer, session >> 1); /* as a signed number it stays positive */
    sp_write_text(writer, " 1 ");
    sp_write_text(writer, kind);
    sp_address_print_bare(writer, local);
    sp_write_text(writer, "\r\ns=-\r\nc=");
    sp_write_text(writer, kind);
    sp_address_print_bare(writer, local);
    sp_write_text(writer, "\r\nt=0 0\r\n");
}

static void write_audio(struct sp_writer *writer)
{
    sp_write_text(writer, "m=audio ");
    sp_write_u64(writer, DISCARD_PORT);
    sp_write_text(writer, " RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=inactive\r\n");
}

void sp_sdp_write_offer(struct sp_writer *writer, const struct sp_address *local, uint64_t session)
{
    write_session(writer, local, session);
    write_audio(writer);
}

/* The next word of a line, up to a space. */
static struct sp_span next_word(struct sp_span *rest)
{
    const struct sp_span word = sp_span_first(*rest, sp_span_find(*rest, ' '));
    *rest = sp_span_after(*rest, word.len + 1);
    return word;
}

/* Refuses a stream: its line again, with port 0. */
static void write_refused(struct sp_writer *writer, struct sp_span line)
{
    sp_write_text(writer, "m=");
    sp_write_span(writer, next_word(&line));
    sp_write_text(writer, " 0 ");
    (void)next_word(&line); /* the port that was offered */
    sp_write_span(writer, line);
    sp_write_text(writer, "\r\n");
}

static bool is_pcmu_audio(struct sp_span line)
{
    if (!sp_span_equal(next_word(&line), SP_SPAN("audio")))
        return false;
    if (sp_span_equal(next_word(&line), SP_SPAN("0")))
        return false; /* a stream that the offer itself has put away */
    if (!sp_span_equal(next_word(&line), SP_SPAN("RTP/AVP")))
        return false;
    while (line.len > 0)
        if (sp_span_equal(next_word(&line), SP_SPAN("0")))
            return true;
    return false;
}

void sp_sdp_write_answer(struct sp_writer *writer, const struct sp_address *local, uint64_t session,
                         struct sp_span offer)
{
    bool has_audio = false;
    write_session(writer, local, session);
    while (offer.len > 0) {
        struct sp_span line = sp_span_first(offer, sp_span_find(offer, '\n'));
        offer = sp_span_after(offer, line.len + 1);
        line = sp_span_trim(line);
        if (!sp_span_has_prefix(line, SP_SPAN("m=")))
            continue;
        line = sp_span_after(line, 2);
        if (!has_audio && is_pcmu_audio(line)) {
            has_audio = true;
            write_audio(writer);
        } else {
            write_refused(writer, line);
        }
    }
}

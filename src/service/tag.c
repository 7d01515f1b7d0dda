/* SPDX-License-Identifier: Apache-2.0
 *
 * The ACK of a non-2xx answer has the INVITE's top Via, Call-ID, From and CSeq number (RFC 3261
 * §17.1.1.3), hence the same hash. The Via goes in by its parts: a client may write its parameters
 * in another order.
 */
#include "service/tag.h"

#include "signpost/base/writer.h"

struct sp_tag sp_tag_of(const struct sp_hash_key *key, struct sp_message *request)
{
    const struct sp_via *via;
    const struct sp_cseq *cseq;
    struct sp_siphash hash;
    uint32_t number = 0;
    uint16_t port = 0;
    sp_siphash_init(&hash, key);
    if (sp_message_via(request, &via) == SP_OK) {
        port = via->port;
        sp_siphash_add(&hash, via->host);
        sp_siphash_add(&hash, via->branch);
    }
    if (sp_message_cseq(request, &cseq) == SP_OK)
        number = cseq->number;
    sp_siphash_add(&hash, sp_span((const char *)&port, sizeof port));
    sp_siphash_add(&hash, sp_message_call_id(request));
    sp_siphash_add(&hash, sp_message_from_tag(request));
    sp_siphash_add(&hash, sp_span((const char *)&number, sizeof number));

    struct sp_tag tag;
    struct sp_writer writer;
    sp_writer_init(&writer, tag.text, sizeof tag.text);
    sp_write_hex64(&writer, sp_siphash_end(&hash));
    return tag;
}

bool sp_tag_is_ours(const struct sp_hash_key *key, struct sp_message *request)
{
    const struct sp_span bears = sp_message_to_tag(request);
    if (bears.len != SP_TAG_LEN)
        return false;
    const struct sp_tag ours = sp_tag_of(key, request);
    return sp_span_equal(bears, sp_tag_span(&ours));
}

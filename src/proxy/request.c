/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a request may be proxied (RFC 3261 §16.3 as RFC 5393 corrects it). Stateless: what is
 * refused here has cost no memory.
 */
#include "proxy/parts.h"

/* Fields are those that decide where a request goes; the method is none of them (RFC 5393 §4.2.1).
 * Call-ID, tags and CSeq keep two requests from being taken for one. */
static uint64_t loop_of(const struct sp_proxy *proxy, struct sp_message *request)
{
    static const enum sp_header fields[] = {SP_HEADER_ROUTE, SP_HEADER_PROXY_REQUIRE,
                                            SP_HEADER_PROXY_AUTHORIZATION};
    struct sp_siphash hash;
    const struct sp_cseq *cseq = NULL;
    sp_siphash_init(&hash, &proxy->loop_key);
    sp_siphash_add(&hash, request->request_uri);
    sp_siphash_add(&hash, sp_message_call_id(request));
    sp_siphash_add(&hash, sp_message_from_tag(request));
    sp_siphash_add(&hash, sp_message_to_tag(request));
    if (sp_message_cseq(request, &cseq) == SP_OK)
        sp_siphash_add(&hash, sp_span((const char *)&cseq->number, sizeof cseq->number));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        uint16_t at = request->first[fields[i]];
        while (at != 0) {
            const struct sp_field *field = &request->fields[at - 1];
            sp_siphash_add(&hash, field->value);
            at = field->next != 0 ? (uint16_t)(field->next + 1) : 0;
        }
    }
    return sp_siphash_end(&hash);
}

/* Whether a Via is ours, and says that the request went the same way. */
static bool bears(const struct sp_via *via, struct sp_span part)
{
    return via->branch.len == SP_PROXY_BRANCH && sp_span_has_prefix(via->branch, part);
}

/* Whether one of the Vias is ours with the same loop part. A Via that cannot be read is somebody
 * else's business (RFC 5393 §4.2.4); the topmost has been read. */
static bool has_looped(struct sp_message *request, uint64_t loop)
{
    char text[7 + SP_PROXY_LOOP];
    const struct sp_via *top = NULL;
    struct sp_writer writer;
    struct sp_values values;
    struct sp_span value;
    struct sp_via via;
    sp_writer_init(&writer, text, sizeof text);
    sp_write_span(&writer, SP_SPAN("z9hG4bK"));
    sp_write_hex64(&writer, loop);
    const struct sp_span part = sp_span(text, sizeof text);
    if (sp_message_via(request, &top) == SP_OK && bears(top, part))
        return true;
    sp_values_begin(&values, request, SP_HEADER_VIA);
    for (bool is_top = true; sp_values_next(&values, &value) == SP_OK; is_top = false)
        if (!is_top && sp_via_parse(value, &via) == SP_OK && bears(&via, part))
            return true;
    return false;
}

static enum sp_err refuse(struct sp_proxy *proxy, struct sp_proxy_refusal *refusal, uint16_t status,
                          const char *phrase)
{
    proxy->counters.refused++;
    proxy->counters.looped += status == 482;
    refusal->status = status;
    refusal->phrase = phrase;
    return SP_ERR_REFUSED;
}

/* RFC 3261 §16.6 step 3: where there is none it is taken for 71, and 70 are sent. */
static enum sp_err check_max_forwards(struct sp_proxy *proxy, struct sp_message *request,
                                      struct sp_proxy_way *way, struct sp_proxy_refusal *refusal)
{
    uint8_t hops = 71;
    const enum sp_err err = sp_message_max_forwards(request, &hops);
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return refuse(proxy, refusal, 400, "Malformed Max-Forwards");
    if (hops == 0 && request->method == SP_METHOD_OPTIONS)
        return refuse(proxy, refusal, 200, "OK");
    if (hops == 0)
        return refuse(proxy, refusal, 483, "Too Many Hops");
    way->max_forwards = (uint8_t)(hops - 1);
    return SP_OK;
}

/* RFC 5393 §5.3.3: what is absent or above our maximum counts as our maximum. */
static enum sp_err check_max_breadth(struct sp_proxy *proxy, const struct sp_message *request,
                                     struct sp_proxy_way *way, struct sp_proxy_refusal *refusal)
{
    uint32_t breadth = SP_PROXY_BREADTH_MAX;
    const enum sp_err err = sp_message_seconds(request, SP_HEADER_MAX_BREADTH, &breadth);
    if (err == SP_ERR_SYNTAX)
        return refuse(proxy, refusal, 400, "Malformed Max-Breadth");
    if (err == SP_OK && breadth == 0)
        return refuse(proxy, refusal, 440, "Max-Breadth Exceeded");
    way->max_breadth = (uint8_t)(breadth < SP_PROXY_BREADTH_MAX ? breadth : SP_PROXY_BREADTH_MAX);
    return SP_OK;
}

/* RFC 3261 §16.3 step 5: no extension needs anything of this proxy. */
static enum sp_err check_proxy_require(struct sp_proxy *proxy, const struct sp_message *request,
                                       struct sp_arena *arena, struct sp_proxy_refusal *refusal)
{
    struct sp_values values;
    struct sp_span tag;
    struct sp_writer writer;
    sp_values_begin(&values, request, SP_HEADER_PROXY_REQUIRE);
    if (sp_values_next(&values, &tag) != SP_OK)
        return request->first[SP_HEADER_PROXY_REQUIRE] == 0 || values.field == 0
                   ? SP_OK
                   : refuse(proxy, refusal, 400, "Malformed Proxy-Require");
    char *text = sp_arena_alloc(arena, request->octets.len);
    sp_writer_init(&writer, text, text != NULL ? request->octets.len : 0);
    do {
        if (writer.len > 0)
            sp_write_span(&writer, SP_SPAN(", "));
        sp_write_span(&writer, tag);
    } while (sp_values_next(&values, &tag) == SP_OK);
    if (sp_writer_end(&writer, &refusal->unsupported) != SP_OK)
        return refuse(proxy, refusal, 503, "Service Unavailable");
    return refuse(proxy, refusal, 420, "Bad Extension");
}

static enum sp_err examine(struct sp_proxy *proxy, const struct sp_proxy_arrival *arrival,
                           struct sp_arena *arena, struct sp_proxy_way *way,
                           struct sp_proxy_refusal *refusal)
{
    struct sp_message *request = arrival->request;
    enum sp_err err = sp_proxy_preprocess(proxy, arrival, arena, way);
    if (err == SP_ERR_FULL)
        return refuse(proxy, refusal, 503, "Service Unavailable");
    if (err != SP_OK)
        return refuse(proxy, refusal, 400, "Malformed Route");
    if (way->uri.scheme == SP_SCHEME_OTHER)
        return refuse(proxy, refusal, 416, "Unsupported URI Scheme");
    way->is_in_dialog = !sp_span_is_absent(sp_message_to_tag(request));
    way->loop = loop_of(proxy, request);
    err = check_max_forwards(proxy, request, way, refusal);
    if (err == SP_OK)
        err = check_max_breadth(proxy, request, way, refusal);
    if (err == SP_OK && has_looped(request, way->loop))
        err = refuse(proxy, refusal, 482, "Loop Detected");
    if (err == SP_OK)
        err = check_proxy_require(proxy, request, arena, refusal);
    return err;
}

enum sp_err sp_proxy_examine(struct sp_proxy *proxy, const struct sp_proxy_arrival *arrival,
                             struct sp_arena *arena, struct sp_proxy_way *way,
                             struct sp_proxy_refusal *refusal)
{
    struct sp_proxy_way found = {0};
    *refusal = (struct sp_proxy_refusal){.phrase = "", .unsupported = sp_span_absent()};
    const enum sp_err err = examine(proxy, arrival, arena, &found, refusal);
    if (err == SP_OK)
        *way = found;
    else if (arrival->request->method == SP_METHOD_ACK)
        refusal->status = 0; /* RFC 3261 §17: an ACK is never answered */
    return err;
}

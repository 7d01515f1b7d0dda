/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields of a message, read when they are asked for. What nearly everybody asks for is read once
 * and remembered, with how that went.
 */
#include "signpost/sip/message.h"

#include "sip/open.h"
#include "sip/param_take.h"

/* The slots of message->read. */
enum slot {
    SLOT_URI,
    SLOT_VIA,
    SLOT_FROM,
    SLOT_TO,
    SLOT_CSEQ,
};

enum {
    MAX_FORWARDS_MAX = 255,
};

static bool is_known(const struct sp_message *message, enum slot slot)
{
    return (message->read.known >> slot & 1) != 0;
}

static void remember(struct sp_message *message, enum slot slot, enum sp_err err)
{
    message->read.known = (uint8_t)(message->read.known | 1U << slot);
    message->read.err[slot] = (uint8_t)err;
}

static enum sp_err outcome(const struct sp_message *message, enum slot slot)
{
    return (enum sp_err)message->read.err[slot];
}

enum sp_err sp_message_field(const struct sp_message *message, enum sp_header id,
                             struct sp_span *value)
{
    const uint16_t first = message->first[id];
    if (first == 0)
        return SP_ERR_ABSENT;
    *value = message->fields[first - 1].value;
    return SP_OK;
}

enum sp_err sp_message_uri(struct sp_message *message, const struct sp_uri **uri)
{
    if (!is_known(message, SLOT_URI))
        remember(message, SLOT_URI,
                 message->is_request ? sp_uri_open(message->request_uri, &message->read.uri)
                                     : SP_ERR_ABSENT);
    if (outcome(message, SLOT_URI) == SP_OK)
        *uri = &message->read.uri;
    return outcome(message, SLOT_URI);
}

static enum sp_err read_via(struct sp_message *message)
{
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, message, SP_HEADER_VIA);
    const enum sp_err err = sp_values_next(&values, &value);
    return err == SP_OK ? sp_via_open(value, &message->read.via) : err;
}

enum sp_err sp_message_via(struct sp_message *message, const struct sp_via **via)
{
    if (!is_known(message, SLOT_VIA))
        remember(message, SLOT_VIA, read_via(message));
    if (outcome(message, SLOT_VIA) == SP_OK)
        *via = &message->read.via;
    return outcome(message, SLOT_VIA);
}

/* All parameters of From or To, for the tag; absent when there is none. Errors: SP_ERR_SYNTAX (also
 * when the tag has no value, or there are two, of which two readers could take a different one). */
static enum sp_err read_tag(struct sp_span params, struct sp_span *tag)
{
    struct sp_scan scan = sp_scan_of(params);
    struct sp_param param;
    enum sp_err err;
    *tag = sp_span_absent();
    while ((err = sp_param_take(&scan, &param)) == SP_OK) {
        if (!sp_scan_is_named(param.name, SP_SPAN("tag")))
            continue;
        if (sp_span_is_absent(param.value) || !sp_span_is_absent(*tag))
            return SP_ERR_SYNTAX;
        *tag = param.value;
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static enum sp_err read_party(const struct sp_message *message, enum sp_header id,
                              struct sp_name_addr *party, struct sp_span *tag)
{
    struct sp_span value;
    struct sp_span found = sp_span_absent();
    enum sp_err err = sp_message_field(message, id, &value);
    if (err == SP_OK)
        err = sp_name_addr_open(value, party);
    if (err == SP_OK)
        err = read_tag(party->params, &found);
    *tag = err == SP_OK ? found : sp_span_absent();
    return err;
}

enum sp_err sp_message_from(struct sp_message *message, const struct sp_name_addr **from)
{
    if (!is_known(message, SLOT_FROM))
        remember(message, SLOT_FROM,
                 read_party(message, SP_HEADER_FROM, &message->read.from, &message->read.from_tag));
    if (outcome(message, SLOT_FROM) == SP_OK)
        *from = &message->read.from;
    return outcome(message, SLOT_FROM);
}

enum sp_err sp_message_to(struct sp_message *message, const struct sp_name_addr **to)
{
    if (!is_known(message, SLOT_TO))
        remember(message, SLOT_TO,
                 read_party(message, SP_HEADER_TO, &message->read.to, &message->read.to_tag));
    if (outcome(message, SLOT_TO) == SP_OK)
        *to = &message->read.to;
    return outcome(message, SLOT_TO);
}

enum sp_err sp_message_cseq(struct sp_message *message, const struct sp_cseq **cseq)
{
    if (!is_known(message, SLOT_CSEQ)) {
        struct sp_span value;
        const enum sp_err err = sp_message_field(message, SP_HEADER_CSEQ, &value);
        remember(message, SLOT_CSEQ,
                 err == SP_OK ? sp_cseq_parse(value, &message->read.cseq) : err);
    }
    if (outcome(message, SLOT_CSEQ) == SP_OK)
        *cseq = &message->read.cseq;
    return outcome(message, SLOT_CSEQ);
}

struct sp_span sp_message_from_tag(struct sp_message *message)
{
    const struct sp_name_addr *from;
    return sp_message_from(message, &from) == SP_OK ? message->read.from_tag : sp_span_absent();
}

struct sp_span sp_message_to_tag(struct sp_message *message)
{
    const struct sp_name_addr *to;
    return sp_message_to(message, &to) == SP_OK ? message->read.to_tag : sp_span_absent();
}

struct sp_span sp_message_call_id(const struct sp_message *message)
{
    struct sp_span call_id;
    const enum sp_err err = sp_message_field(message, SP_HEADER_CALL_ID, &call_id);
    return err == SP_OK ? call_id : sp_span_absent();
}

enum sp_err sp_message_max_forwards(const struct sp_message *message, uint8_t *hops)
{
    struct sp_span value;
    uint32_t read = 0;
    enum sp_err err = sp_message_field(message, SP_HEADER_MAX_FORWARDS, &value);
    if (err == SP_OK)
        err = sp_scan_only_number(value, MAX_FORWARDS_MAX, &read);
    if (err == SP_OK)
        *hops = (uint8_t)read;
    return err;
}

enum sp_err sp_message_seconds(const struct sp_message *message, enum sp_header id,
                               uint32_t *seconds)
{
    struct sp_span value;
    const enum sp_err err = sp_message_field(message, id, &value);
    if (err != SP_OK)
        return err;
    if (id == SP_HEADER_RETRY_AFTER) {
        /* RFC 3261 §20.33: a comment and parameters may follow. */
        struct sp_scan scan = sp_scan_of(value);
        const struct sp_span digits = sp_scan_run(&scan, SP_ASCII_DIGIT);
        if (!sp_scan_is_done(&scan) && *scan.at != ' ' && *scan.at != '(' && *scan.at != ';')
            return SP_ERR_SYNTAX;
        value = digits;
    }
    return sp_scan_only_number(value, UINT32_MAX, seconds);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What every message must have before anybody acts on it (RFC 3261 §8.1.1, §8.2, §16.3). The answer
 * to a refused one says which field was wrong.
 */
#include "sip/fault.h"
#include "sip/scan.h"
#include "signpost/sip/contact.h"
#include "signpost/sip/message.h"
#include "signpost/sip/session_expires.h"

struct check {
    struct sp_message *message;
    struct sp_fault *fault;
};

/* Tells a fault, at the first field of a kind when there is one. */
static enum sp_err refuse_with(const struct check *check, uint16_t status, enum sp_err err,
                               enum sp_header id, const char *phrase)
{
    const struct sp_message *const message = check->message;
    const uint16_t first = message->first[id];
    const char *const at = first != 0 ? message->fields[first - 1].name.ptr : message->octets.ptr;
    *check->fault = (struct sp_fault){
        .status = sp_fault_may_be_told(message) ? status : 0,
        .phrase = phrase,
        .offset = (size_t)(at - message->octets.ptr),
    };
    return err;
}

static enum sp_err refuse(const struct check *check, enum sp_err err, enum sp_header id,
                          const char *phrase)
{
    return refuse_with(check, 400, err, id, phrase);
}

static const char *duplicate_phrase(enum sp_header id)
{
    static const char *const phrases[SP_HEADER_COUNT] = {
#define PHRASE(id_, name, compact, is_single) [SP_HEADER_##id_] = "Two " name " fields",
        SP_HEADER_TABLE(PHRASE)
#undef PHRASE
    };
    return phrases[id];
}

static enum sp_err check_duplicates(const struct check *check)
{
    const struct sp_message *const message = check->message;
    for (uint16_t i = 0; i < message->field_count; i++) {
        const struct sp_field *const field = &message->fields[i];
        if (field->next != 0 && sp_header_is_single(field->id))
            return refuse(check, SP_ERR_DUPLICATE, field->id, duplicate_phrase(field->id));
    }
    return SP_OK;
}

static enum sp_err check_via(const struct check *check)
{
    const struct sp_via *via;
    const enum sp_err err = sp_message_via(check->message, &via);
    if (err == SP_OK)
        return SP_OK;
    return refuse(check, err, SP_HEADER_VIA,
                  err == SP_ERR_ABSENT ? "Missing Via" : "Malformed Via");
}

static enum sp_err check_from(const struct check *check)
{
    const struct sp_name_addr *from;
    const enum sp_err err = sp_message_from(check->message, &from);
    if (err == SP_OK)
        return SP_OK;
    return refuse(check, err, SP_HEADER_FROM,
                  err == SP_ERR_ABSENT ? "Missing From" : "Malformed From");
}

static enum sp_err check_to(const struct check *check)
{
    const struct sp_name_addr *to;
    const enum sp_err err = sp_message_to(check->message, &to);
    if (err == SP_OK)
        return SP_OK;
    return refuse(check, err, SP_HEADER_TO, err == SP_ERR_ABSENT ? "Missing To" : "Malformed To");
}

/* word [ "@" word ] */
static enum sp_err check_call_id(const struct check *check)
{
    const struct sp_span call_id = sp_message_call_id(check->message);
    if (sp_span_is_absent(call_id))
        return refuse(check, SP_ERR_ABSENT, SP_HEADER_CALL_ID, "Missing Call-ID");
    struct sp_scan scan = sp_scan_of(call_id);
    bool is_whole = sp_scan_run(&scan, SP_ASCII_WORD).len > 0;
    if (sp_scan_take(&scan, '@'))
        is_whole = is_whole && sp_scan_run(&scan, SP_ASCII_WORD).len > 0;
    if (!is_whole || !sp_scan_is_done(&scan))
        return refuse(check, SP_ERR_SYNTAX, SP_HEADER_CALL_ID, "Malformed Call-ID");
    return SP_OK;
}

/* RFC 4475 §3.1.2.18: when the method is unknown as well, that is what the answer says. */
static enum sp_err check_cseq(const struct check *check)
{
    const struct sp_message *const message = check->message;
    const struct sp_cseq *cseq;
    const enum sp_err err = sp_message_cseq(check->message, &cseq);
    if (err == SP_ERR_ABSENT)
        return refuse(check, err, SP_HEADER_CSEQ, "Missing CSeq");
    if (err == SP_ERR_RANGE)
        return refuse(check, err, SP_HEADER_CSEQ, "CSeq number above 4294967295");
    if (err != SP_OK)
        return refuse(check, err, SP_HEADER_CSEQ, "Malformed CSeq");
    if (!message->is_request || sp_span_equal(cseq->method_name, message->method_name))
        return SP_OK;
    if (message->method == SP_METHOD_OTHER)
        return refuse_with(check, 501, SP_ERR_SYNTAX, SP_HEADER_CSEQ, "Not Implemented");
    return refuse(check, SP_ERR_SYNTAX, SP_HEADER_CSEQ, "CSeq method differs");
}

static enum sp_err check_request_uri(const struct check *check)
{
    const struct sp_uri *uri;
    const enum sp_err err = sp_message_uri(check->message, &uri);
    if (err != SP_OK)
        return refuse(check, err, SP_HEADER_OTHER, "Malformed Request-URI");
    /* RFC 3261 §19.1.1 table 1; RFC 4475 §3.1.2.11: they could become fields of a request. */
    if (!sp_span_is_absent(uri->headers))
        return refuse(check, SP_ERR_SYNTAX, SP_HEADER_OTHER, "Header fields in Request-URI");
    return SP_OK;
}

/* RFC 3261 §8.1.1.8, RFC 6665 §3.1.2, RFC 3515 §2.2: without it nobody could be called back. An
 * INVITE of RFC 2543, whose branch has no cookie, may go without. */
static bool needs_contact(struct sp_message *message)
{
    const struct sp_via *via;
    if (message->method == SP_METHOD_INVITE)
        return sp_message_via(message, &via) == SP_OK && sp_via_has_cookie(via);
    return message->method == SP_METHOD_SUBSCRIBE || message->method == SP_METHOD_REFER;
}

static enum sp_err check_contacts(const struct check *check)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_contact contact;
    enum sp_err err;
    if (check->message->first[SP_HEADER_CONTACT] == 0 && needs_contact(check->message))
        return refuse(check, SP_ERR_ABSENT, SP_HEADER_CONTACT, "Missing Contact");
    sp_values_begin(&values, check->message, SP_HEADER_CONTACT);
    while ((err = sp_values_next(&values, &value)) == SP_OK) {
        err = sp_contact_parse(value, &contact);
        if (err == SP_OK && contact.is_star && check->message->method != SP_METHOD_REGISTER)
            err = SP_ERR_SYNTAX;
        if (err != SP_OK)
            break;
    }
    return err == SP_ERR_ABSENT ? SP_OK
                                : refuse(check, err, SP_HEADER_CONTACT, "Malformed Contact");
}

/* Numbers that decide how far and how long: absent or well formed. */
static enum sp_err check_numbers(const struct check *check)
{
    struct sp_message *const message = check->message;
    struct sp_span value;
    struct sp_session_expires interval;
    uint32_t seconds;
    uint8_t hops;
    enum sp_err err = sp_message_max_forwards(message, &hops);
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return refuse(check, err, SP_HEADER_MAX_FORWARDS,
                      err == SP_ERR_RANGE ? "Max-Forwards above 255" : "Malformed Max-Forwards");
    err = sp_message_seconds(message, SP_HEADER_EXPIRES, &seconds);
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return refuse(check, err, SP_HEADER_EXPIRES, "Malformed Expires");
    if (sp_message_field(message, SP_HEADER_SESSION_EXPIRES, &value) == SP_OK) {
        err = sp_session_expires_parse(value, &interval);
        if (err != SP_OK)
            return refuse(check, err, SP_HEADER_SESSION_EXPIRES, "Malformed Session-Expires");
    }
    if (sp_message_field(message, SP_HEADER_MIN_SE, &value) == SP_OK) {
        err = sp_min_se_parse(value, &seconds);
        if (err != SP_OK)
            return refuse(check, err, SP_HEADER_MIN_SE, "Malformed Min-SE");
    }
    return SP_OK;
}

enum sp_err sp_message_check(struct sp_message *message, struct sp_fault *fault)
{
    typedef enum sp_err step(const struct check *check);
    static step *const steps[] = {check_via,         check_from,    check_to,
                                  check_call_id,     check_cseq,    check_duplicates,
                                  check_request_uri, check_numbers, check_contacts};
    enum {
        STEPS_OF_RESPONSE = 6
    };
    const struct check check = {.message = message, .fault = fault};
    const size_t count =
        message->is_request ? sizeof steps / sizeof steps[0] : (size_t)STEPS_OF_RESPONSE;
    for (size_t i = 0; i < count; i++) {
        const enum sp_err err = steps[i](&check);
        if (err != SP_OK)
            return err;
    }
    return SP_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a Contact value (RFC 3261 §20.10) and qvalues (§25.1).
 */
#include "signpost/sip/contact.h"

#include "sip/open.h"
#include "sip/param_take.h"

enum {
    Q_ONE = 1000,
    EXPIRES_MALFORMED_S = 3600,
};

enum sp_err sp_q_parse(struct sp_span text, uint16_t *q)
{
    struct sp_scan scan = sp_scan_of(text);
    uint16_t scale = Q_ONE;
    uint16_t value = 0;
    const struct sp_span whole = sp_scan_run(&scan, SP_ASCII_DIGIT);
    if (whole.len != 1)
        return SP_ERR_SYNTAX;
    value = (uint16_t)((*whole.ptr - '0') * Q_ONE);
    if (sp_scan_take(&scan, '.')) {
        for (; scale > 1 && scan.at < scan.end && sp_ascii_is(*scan.at, SP_ASCII_DIGIT);
             scan.at++) {
            scale /= 10;
            value = (uint16_t)(value + (*scan.at - '0') * scale);
        }
    }
    if (!sp_scan_is_done(&scan))
        return SP_ERR_SYNTAX;
    if (value > Q_ONE)
        return SP_ERR_RANGE;
    *q = value;
    return SP_OK;
}

static enum sp_err keep_param(struct sp_param param, struct sp_contact *contact)
{
    if (!contact->has_q && sp_scan_is_named(param.name, SP_SPAN("q"))) {
        contact->has_q = true;
        return sp_q_parse(param.value, &contact->q);
    }
    if (!contact->has_expires && sp_scan_is_named(param.name, SP_SPAN("expires"))) {
        contact->has_expires = true;
        if (sp_scan_only_number(param.value, UINT32_MAX, &contact->expires_s) != SP_OK)
            contact->expires_s = EXPIRES_MALFORMED_S;
    }
    return SP_OK;
}

enum sp_err sp_contact_parse(struct sp_span text, struct sp_contact *contact)
{
    struct sp_contact read;
    struct sp_param param;
    read.is_star = read.has_q = read.has_expires = false;
    read.q = Q_ONE;
    read.expires_s = 0;
    enum sp_err err = sp_name_addr_open(text, &read.addr);
    if (err != SP_OK && sp_span_equal(sp_span_trim(text), SP_SPAN("*"))) {
        *contact = (struct sp_contact){.is_star = true, .q = Q_ONE};
        return SP_OK;
    }
    struct sp_scan scan = sp_scan_of(err == SP_OK ? read.addr.params : sp_span_absent());
    while (err == SP_OK && (err = sp_param_take(&scan, &param)) == SP_OK)
        err = keep_param(param, &read);
    if (err != SP_ERR_ABSENT)
        return err;
    *contact = read;
    return SP_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The registered Reason-Phrases.
 */
#include "signpost/base/table/status.h"
#include "signpost/sip/response.h"

/* Absent when the code is not registered. */
static struct sp_span registered(uint16_t status)
{
    switch (status) {
#define PHRASE(code, phrase)                                                                       \
    case code:                                                                                     \
        return SP_SPAN(phrase);
        SP_STATUS_TABLE(PHRASE)
#undef PHRASE
    default:
        return sp_span_absent();
    }
}

struct sp_span sp_status_phrase(uint16_t status)
{
    const struct sp_span phrase = registered(status);
    if (!sp_span_is_absent(phrase))
        return phrase;
    /* RFC 3261 §8.1.3.2: an unknown code is the x00 of its class, a provisional one 183. */
    if (status < 200)
        return registered(183);
    return registered(status < 700 ? (uint16_t)(status / 100 * 100) : 500);
}

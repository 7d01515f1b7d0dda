/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a Contact may be kept, and how it is read out of an answer.
 */
#include "base/ascii.h"
#include "service/moves.h"
#include "signpost/sip/contact.h"

/* What becomes of the parameters of a URI; every other one refuses the whole target. */
static const struct {
    struct sp_span name;
    bool is_kept;
} params[] = {
    {{"transport", 9}, true}, /* where: which protocol */
    {{"user", 4}, true},      /* whether the user is a telephone number */
    {{"gr", 2}, true},        /* one of the user's instances, for good (RFC 5627) */
    {{"lr", 2}, false},       /* about routes: a Contact is none (RFC 3261 §19.1.1) */
    {{"method", 6}, false},   /* not honoured in a Contact (RFC 3261 §19.1.5) */
    {{"ob", 2}, false},       /* about a flow of the moment (RFC 5626) */
    {{"ttl", 3}, false},      /* of multicast */
    {{"comp", 4}, false},     /* how to compress (RFC 3486) */
    {{"cause", 5}, false},    /* why it was redirected, this time (RFC 4458) */
    {{"reason", 6}, false},   /* the same, before there was an RFC */
};

enum {
    PARAMS = sizeof params / sizeof *params
};

/* Whether all of a URI's parameters are known. */
static bool check_params(const struct sp_uri *uri, const char **why)
{
    for (struct sp_span rest = uri->params; rest.len > 0;) {
        rest = sp_span_after(rest, 1); /* the ';' */
        const struct sp_span param = sp_span_first(rest, sp_span_find(rest, ';'));
        const struct sp_span name = sp_span_first(param, sp_span_find(param, '='));
        size_t i = 0;
        while (i < PARAMS && !sp_span_equal_nocase(name, params[i].name))
            i++;
        if (i == PARAMS) {
            *why = sp_span_equal_nocase(name, SP_SPAN("maddr"))
                       ? "maddr would send it to another host than it names"
                       : "it has a parameter that may be of this call only";
            return false;
        }
        rest = sp_span_after(rest, param.len);
    }
    return true;
}

static void write_lower(struct sp_writer *writer, struct sp_span text)
{
    for (size_t i = 0; i < text.len; i++)
        sp_write_octet(writer, sp_ascii_lower(text.ptr[i]));
}

static void write_params(struct sp_writer *writer, const struct sp_uri *uri)
{
    for (size_t i = 0; i < PARAMS; i++) {
        struct sp_span value;
        if (!params[i].is_kept || sp_uri_param(uri, params[i].name, &value) != SP_OK)
            continue;
        sp_write_octet(writer, ';');
        sp_write_span(writer, params[i].name);
        if (value.len == 0)
            continue;
        sp_write_octet(writer, '=');
        if (i == 0)
            write_lower(writer, value); /* TCP is tcp */
        else
            sp_write_span(writer, value);
    }
}

enum sp_err sp_moves_target(struct sp_span text, struct sp_writer *writer, const char **why)
{
    struct sp_uri uri;
    if (text.len > SP_MOVES_URI_MAX || sp_uri_parse(text, &uri) != SP_OK) {
        *why = "it cannot be read";
        return SP_ERR_SYNTAX;
    }
    if (uri.scheme != SP_SCHEME_SIP && uri.scheme != SP_SCHEME_SIPS) {
        *why = "it is neither sip nor sips";
        return SP_ERR_REFUSED;
    }
    if (!sp_span_is_absent(uri.password)) {
        *why = "it has a password";
        return SP_ERR_REFUSED;
    }
    if (sp_route_target_wants_user(text)) {
        *why = "it has {user} in it";
        return SP_ERR_REFUSED;
    }
    if (!check_params(&uri, why))
        return SP_ERR_REFUSED;
    sp_write_text(writer, uri.scheme == SP_SCHEME_SIPS ? "sips:" : "sip:");
    if (!sp_span_is_absent(uri.user)) {
        sp_write_span(writer, uri.user);
        sp_write_octet(writer, '@');
    }
    write_lower(writer, uri.host);
    if (uri.port != 0) {
        sp_write_octet(writer, ':');
        sp_write_u64(writer, uri.port);
    }
    write_params(writer, &uri);
    *why = "it is too long";
    return writer->err;
}

/* A malformed Expires holds for an hour, as in a Contact (RFC 3261 §20.10, §20.19). */
static bool read_expires(const struct sp_message *response, uint32_t *seconds)
{
    const enum sp_err err = sp_message_seconds(response, SP_HEADER_EXPIRES, seconds);
    if (err == SP_ERR_ABSENT)
        return false;
    if (err != SP_OK)
        *seconds = SP_MOVES_EXPIRES_S;
    return true;
}

void sp_moves_read(struct sp_moves_proof *proof, const struct sp_message *response)
{
    uint32_t expires_s = 0;
    const bool has_expires = read_expires(response, &expires_s);
    struct sp_values values;
    struct sp_span text = {0};
    proof->status = response->status;
    proof->call_id = sp_message_call_id(response);
    proof->contact_count = 0;
    sp_values_begin(&values, response, SP_HEADER_CONTACT);
    while (proof->contact_count < SP_ROUTE_TARGETS_MAX && sp_values_next(&values, &text) == SP_OK) {
        struct sp_contact contact;
        if (sp_contact_parse(text, &contact) != SP_OK || contact.is_star)
            continue;
        proof->contact[proof->contact_count++] = (struct sp_moves_contact){
            .uri = contact.addr.uri.text,
            .has_q = contact.has_q,
            .q = contact.q,
            .has_expires = contact.has_expires || has_expires,
            .expires_s = contact.has_expires ? contact.expires_s : expires_s,
        };
    }
}

/* How often a peer has taught. */

static int64_t minute_of(struct sp_wall now)
{
    return now.unix_ms > 0 ? now.unix_ms / 60000 : 0;
}

static void turn_to(struct sp_moves_rate *rate, int64_t minute)
{
    const int64_t count = sizeof rate->counts / sizeof *rate->counts;
    const int64_t passed = minute - rate->minute;
    if (passed < 0 && passed > -count)
        return; /* the clock was set back a little: what was counted stays counted */
    if (passed < 0)
        *rate = (struct sp_moves_rate){.minute = minute}; /* it was wrong before, or is now */
    for (int64_t i = 1; i <= passed && i <= count; i++)
        rate->counts[(rate->minute + i) % count] = 0;
    rate->minute = minute;
}

uint32_t sp_moves_rate_hour(struct sp_moves_rate *rate, struct sp_wall now)
{
    uint32_t sum = 0;
    turn_to(rate, minute_of(now));
    for (size_t i = 0; i < sizeof rate->counts / sizeof *rate->counts; i++)
        sum += rate->counts[i];
    return sum;
}

void sp_moves_rate_add(struct sp_moves_rate *rate, struct sp_wall now)
{
    turn_to(rate, minute_of(now));
    uint16_t *const count =
        &rate->counts[rate->minute % (int64_t)(sizeof rate->counts / sizeof *rate->counts)];
    *count = (uint16_t)(*count + (*count < UINT16_MAX));
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys at the top of the file, and those of session-timer.
 */
#include <string.h>

#include "base/ascii.h"
#include "server/config_value.h"

/* Whether somebody may be answered from there: not a multicast or broadcast address. */
static bool is_listenable(struct sp_address address)
{
    address.port = 1; /* which one does not matter here */
    return sp_address_is_any(&address) || sp_address_is_sendable(&address);
}

/* A transport that is to come; NULL: none of them. */
static const char *later_transport(struct sp_span value)
{
    static const char *const later[] = {"tls:", "ws:", "wss:"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (sp_span_has_prefix(value, sp_span_of(later[i])))
            return later[i];
    }
    return NULL;
}

/* "udp:192.0.2.1:5060". Errors: SP_ERR_SYNTAX. */
static enum sp_err read_listen(struct sp_span value, struct sp_listen *listen)
{
    struct sp_listen read;
    const size_t colon = sp_span_find(value, ':');
    read.transport = sp_transport_find(sp_span_first(value, colon));
    if (read.transport == SP_TRANSPORT_NONE ||
        sp_address_parse(sp_span_after(value, colon + 1), sp_transport_default_port(read.transport),
                         &read.address) != SP_OK ||
        !is_listenable(read.address))
        return SP_ERR_SYNTAX;
    *listen = read;
    return SP_OK;
}

void sp_take_listen(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    struct sp_listen listen;
    const char *const later = later_transport(value);
    if (later != NULL) {
        sp_problem_add(reading->problems, reading->line,
                       "listen '%.*s': %s is not there yet; write udp:ADDRESS:PORT or "
                       "tcp:ADDRESS:PORT",
                       SP_PRINTED(value), later);
        return;
    }
    if (read_listen(value, &listen) != SP_OK) {
        sp_value_refuse(reading, key, value);
        return;
    }
    struct sp_config *config = reading->config;
    for (size_t i = 0; i < reading->listeners; i++) {
        const struct sp_listen *other = &config->listeners[i];
        if (listen.address.port != 0 && other->transport == listen.transport &&
            sp_address_equal(&other->address, &listen.address)) {
            sp_problem_add(reading->problems, reading->line, "listen has '%.*s' twice",
                           SP_PRINTED(value));
            return;
        }
    }
    if (reading->listeners == SP_LISTENERS_MAX) {
        sp_problem_add(reading->problems, reading->line, "listen has more than %d addresses",
                       SP_LISTENERS_MAX);
        return;
    }
    config->listeners[reading->listeners++] = listen;
    config->listener_count = reading->listeners;
}

void sp_take_store(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    if (sp_span_has_prefix(value, SP_SPAN("redis:")))
        sp_problem_add(reading->problems, reading->line,
                       "store '%.*s': redis: is not there yet; write %s", SP_PRINTED(value),
                       sp_config_row(key)->allowed);
    else if (sp_span_equal(value, SP_SPAN("memory:")) ||
             (sp_span_has_prefix(value, SP_SPAN("lmdb:")) && value.len > 5))
        reading->config->store = sp_value_keep(reading, value);
    else
        sp_value_refuse(reading, key, value);
}

void sp_take_control(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    if (value.len == 0)
        sp_value_refuse(reading, key, value);
    else
        reading->config->control = sp_value_keep(reading, value);
}

void sp_take_cdr(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    if (value.len == 0)
        sp_value_refuse(reading, key, value);
    else
        reading->config->cdr = sp_value_keep(reading, value);
}

void sp_take_admin(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    struct sp_address address;
    if (sp_address_parse(value, 8060, &address) != SP_OK || !is_listenable(address)) {
        sp_value_refuse(reading, key, value);
        return;
    }
    if (!sp_address_is_loopback(&address))
        sp_problem_warn(reading->problems, reading->line,
                        "admin '%.*s' is open to others without a password or encryption; write "
                        "127.0.0.1:%u and put a reverse proxy before it",
                        SP_PRINTED(value), (unsigned)address.port);
    reading->config->admin = address;
}

/* What may stand in a URI of HTTP (RFC 3986 §2) but for the braces of "{code}". */
static bool is_address_octet(char octet)
{
    return sp_ascii_is(octet, SP_ASCII_ALPHA | SP_ASCII_DIGIT) ||
           (octet != '\0' && strchr("-._~:/?#[]@!$&'()*+,;=%", octet) != NULL);
}

static bool is_address_part(struct sp_span part)
{
    for (size_t i = 0; i < part.len; i++)
        if (!is_address_octet(part.ptr[i]))
            return false;
    return true;
}

void sp_take_error_info(struct sp_config_reading *reading, enum sp_config_key key,
                        struct sp_span value)
{
    const struct sp_span place = SP_SPAN("{code}");
    const struct sp_span kept = sp_value_keep(reading, value);
    const struct sp_span before = sp_span_first(kept, sp_span_find(kept, '{'));
    const struct sp_span rest = sp_span_after(kept, before.len);
    const struct sp_span after = sp_span_after(rest, place.len);
    const bool is_web = sp_span_has_prefix(before, SP_SPAN("http://")) ||
                        sp_span_has_prefix(before, SP_SPAN("https://"));
    if (!is_web || !sp_span_has_prefix(rest, place) || kept.len > SP_ERROR_INFO_MAX ||
        !is_address_part(before) || !is_address_part(after))
        sp_value_refuse(reading, key, value);
    else
        reading->config->error_info = (struct sp_error_info){before, after};
}

void sp_take_log(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    static const char *const names[] = {"error", "warning", "info", "debug", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->config->log = (enum sp_log_level)chosen;
}

void sp_take_numbers(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    static const char *const names[] = {"exact", "e164", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->config->key_rules.is_e164 = chosen == 1;
}

static void take_digits(struct sp_config_reading *reading, enum sp_config_key key,
                        struct sp_span value, struct sp_span *digits)
{
    const size_t max = key == SP_KEY_COUNTRY ? 3 : 4;
    if (value.len <= max && sp_ascii_all(value, SP_ASCII_DIGIT))
        *digits = sp_value_keep(reading, value);
    else
        sp_value_refuse(reading, key, value);
}

void sp_take_country(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    take_digits(reading, key, value, &reading->config->key_rules.country);
}

void sp_take_national_prefix(struct sp_config_reading *reading, enum sp_config_key key,
                             struct sp_span value)
{
    take_digits(reading, key, value, &reading->config->key_rules.national_prefix);
}

void sp_take_tel_domain(struct sp_config_reading *reading, enum sp_config_key key,
                        struct sp_span value)
{
    (void)key; /* a host says itself what it must be */
    reading->config->key_rules.tel_domain = sp_value_host(reading, value);
}

void sp_take_redirect_state(struct sp_config_reading *reading, enum sp_config_key key,
                            struct sp_span value)
{
    static const char *const names[] = {"stateless", "transaction", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->config->keeps_transactions = chosen == 1;
}

void sp_take_dns(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    struct sp_address address;
    if (sp_address_parse(value, 53, &address) == SP_OK && sp_address_is_sendable(&address))
        reading->config->dns = address;
    else
        sp_value_refuse(reading, key, value);
}

void sp_take_timer_mode(struct sp_config_reading *reading, enum sp_config_key key,
                        struct sp_span value)
{
    static const char *const names[] = {"off", "observe", "enforce", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->timer->mode = (enum sp_timer_mode)(SP_TIMER_MODE_OFF + chosen);
}

void sp_take_end_expired(struct sp_config_reading *reading, enum sp_config_key key,
                         struct sp_span value)
{
    static const char *const names[] = {"no", "bye", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->timer->expired = (enum sp_expired_call)(SP_EXPIRED_FORGET + chosen);
}

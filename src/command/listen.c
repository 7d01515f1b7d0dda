/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads listening addresses, and those of name servers, from the command line.
 */
#include "command/listen.h"

/* The transport in front of the first colon, stepped over; SP_TRANSPORT_NONE when none is there. */
static enum sp_transport take_transport(struct sp_span *text)
{
    const size_t colon = sp_span_find(*text, ':');
    const enum sp_transport transport = sp_transport_find(sp_span_first(*text, colon));
    if (transport == SP_TRANSPORT_NONE || transport == SP_TRANSPORT_TLS || colon == text->len)
        return SP_TRANSPORT_NONE;
    *text = sp_span_after(*text, colon + 1);
    return transport;
}

enum sp_err sp_listen_split(struct sp_span text, uint16_t default_port,
                            struct sp_listen_parts *parts)
{
    const enum sp_transport transport = take_transport(&text);
    const bool is_bracketed = text.len > 0 && text.ptr[0] == '[';
    const size_t end = is_bracketed ? sp_span_find(text, ']') + 1 : sp_span_find(text, ':');
    if (end == 0 || end > text.len)
        return SP_ERR_SYNTAX;
    uint32_t number = default_port;
    if (end < text.len) {
        if (text.ptr[end] != ':')
            return SP_ERR_SYNTAX;
        const enum sp_err err = sp_span_to_u32(sp_span_after(text, end + 1), UINT16_MAX, &number);
        if (err != SP_OK)
            return err;
    }
    *parts = (struct sp_listen_parts){transport, sp_span_first(text, end), (uint16_t)number};
    return SP_OK;
}

int sp_listen_option(const struct sp_command_line *line, struct sp_listen_place *place)
{
    const char *text = sp_option_value(line, "listen");
    struct sp_listen_parts parts = {.host = SP_SPAN("0.0.0.0")};
    struct sp_address read;
    if ((text != NULL && sp_listen_split(sp_span_of(text), 5060, &parts) != SP_OK) ||
        sp_address_parse_ip(parts.host, &read) != SP_OK)
        return sp_command_misused(line,
                                  "--listen is udp:ADDRESS:PORT or tcp:ADDRESS:PORT, such as "
                                  "udp:192.0.2.1:5060, not '%s'",
                                  text);
    read.port = parts.port;
    place->address = read;
    place->transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TCP;
    if (parts.transport != SP_TRANSPORT_NONE)
        place->transports = (uint8_t)parts.transport;
    return SP_EXIT_DONE;
}

int sp_dns_option(const struct sp_command_line *line, struct sp_address *address)
{
    enum {
        DNS_PORT = 53,
    };
    const char *text = sp_option_value(line, "dns");
    *address = (struct sp_address){.family = SP_FAMILY_NONE};
    if (text != NULL && (sp_address_parse(sp_span_of(text), DNS_PORT, address) != SP_OK ||
                         !sp_address_is_sendable(address)))
        return sp_command_misused(
            line, "--dns is ADDRESS or ADDRESS:PORT, such as 127.0.0.1:5353, not '%s'", text);
    return SP_EXIT_DONE;
}

int sp_listen_refuse(const struct sp_command_line *line, const struct sp_listen_place *place,
                     enum sp_err err)
{
    char text[SP_ADDRESS_TEXT_MAX];
    const char *const transport = (place->transports & SP_TRANSPORT_UDP) != 0 ? "udp" : "tcp";
    (void)sp_address_text(&place->address, text);
    if (err == SP_ERR_BUSY)
        return sp_command_refuse(line,
                                 "%s:%s is in use: stop what listens there, or choose "
                                 "another port with --listen",
                                 transport, text);
    if (err == SP_ERR_ABSENT)
        return sp_command_refuse(line, "%s:%s is no address of this machine: change --listen",
                                 transport, text);
    return sp_command_refuse(line, "cannot listen on %s:%s: %s", transport, text, sp_err_text(err));
}

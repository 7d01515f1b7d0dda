/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads listening addresses, and those of name servers, from the command line.
 */
#include "command/listen.h"

enum sp_err sp_listen_split(struct sp_span text, uint16_t default_port, struct sp_span *host,
                            uint16_t *port)
{
    const struct sp_span transport = SP_SPAN("udp:");
    if (sp_span_has_prefix(text, transport))
        text = sp_span_after(text, transport.len);
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
    *host = sp_span_first(text, end);
    *port = (uint16_t)number;
    return SP_OK;
}

int sp_listen_option(const struct sp_command_line *line, struct sp_address *address)
{
    const char *text = sp_option_value(line, "listen");
    struct sp_span host = SP_SPAN("0.0.0.0");
    uint16_t port = 0;
    struct sp_address read;
    if ((text != NULL && sp_listen_split(sp_span_of(text), 5060, &host, &port) != SP_OK) ||
        sp_address_parse_ip(host, &read) != SP_OK)
        return sp_command_misused(line,
                                  "--listen is udp:ADDRESS:PORT, such as udp:192.0.2.1:5060, "
                                  "not '%s'",
                                  text);
    read.port = port;
    *address = read;
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

int sp_listen_refuse(const struct sp_command_line *line, const struct sp_address *address,
                     enum sp_err err)
{
    char text[SP_ADDRESS_TEXT_MAX];
    (void)sp_address_text(address, text);
    if (err == SP_ERR_BUSY)
        return sp_command_refuse(line,
                                 "udp:%s is in use: stop what listens there, or choose "
                                 "another port with --listen",
                                 text);
    return sp_command_refuse(line, "cannot listen on udp:%s: %s", text, sp_err_text(err));
}

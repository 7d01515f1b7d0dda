/* SPDX-License-Identifier: Apache-2.0
 *
 * Transports by name. There are so few that each look-up walks all of them.
 */
#include "signpost/sip/transport.h"

static const struct {
    enum sp_transport transport;
    bool is_reliable;
    uint16_t port;
    struct sp_span name, param;
} transports[] = {
    {SP_TRANSPORT_NONE, false, 5060, {"", 0}, {"", 0}},
    {SP_TRANSPORT_UDP, false, 5060, {"UDP", 3}, {"udp", 3}},
    {SP_TRANSPORT_TCP, true, 5060, {"TCP", 3}, {"tcp", 3}},
    {SP_TRANSPORT_TLS, true, 5061, {"TLS", 3}, {"tls", 3}},
};

enum {
    COUNT = sizeof transports / sizeof *transports
};

/* Its row; that of none for what is not one transport. */
static size_t row_of(enum sp_transport transport)
{
    size_t row = COUNT - 1;
    while (row > 0 && transports[row].transport != transport)
        row--;
    return row;
}

enum sp_transport sp_transport_find(struct sp_span name)
{
    size_t row = COUNT - 1;
    while (row > 0 && !sp_span_equal_nocase(name, transports[row].name))
        row--;
    return transports[row].transport;
}

struct sp_span sp_transport_name(enum sp_transport transport)
{
    return transports[row_of(transport)].name;
}

struct sp_span sp_transport_param(enum sp_transport transport)
{
    return transports[row_of(transport)].param;
}

uint16_t sp_transport_default_port(enum sp_transport transport)
{
    return transports[row_of(transport)].port;
}

bool sp_transport_is_reliable(enum sp_transport transport)
{
    return transports[row_of(transport)].is_reliable;
}

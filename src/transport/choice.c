/* SPDX-License-Identifier: Apache-2.0
 *
 * The choice, and the Via that has to say what was chosen. The names of all our transports have
 * three letters, so a Via is changed where it stands.
 */
#include "transport/choice.h"

#include <string.h>

size_t sp_choose(const struct sp_choice *choice, enum sp_transport list[SP_CHOICES_MAX])
{
    const bool may_change = choice->transport == SP_TRANSPORT_UDP && !choice->is_fixed &&
                            (choice->available & SP_TRANSPORT_TCP) != 0;
    if (!may_change || choice->octets <= SP_CHOICE_UDP_MAX) {
        list[0] = choice->transport;
        return 1;
    }
    list[0] = SP_TRANSPORT_TCP;
    list[1] = SP_TRANSPORT_UDP;
    return choice->octets <= SP_CHOICE_DATAGRAM_MAX ? 2 : 1;
}

enum sp_err sp_choice_set_via(char *octets, size_t len, enum sp_transport transport)
{
    const struct sp_span before = SP_SPAN("\r\nVia: SIP/2.0/");
    const struct sp_span name = sp_transport_name(transport);
    for (size_t at = 0; at + before.len + name.len < len;) {
        const struct sp_span rest = sp_span(octets + at, len - at);
        if (sp_span_has_prefix(rest, before)) {
            memcpy(octets + at + before.len, name.ptr, name.len);
            return SP_OK;
        }
        at += 1 + sp_span_find(sp_span_after(rest, 1), '\r');
    }
    return SP_ERR_ABSENT;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Via values: the parts lie in their order inside the text, and a response by one goes somewhere or
 * nowhere.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/sip/via.h"

static bool is_inside(struct sp_span whole, struct sp_span part)
{
    return sp_span_is_absent(part) ||
           (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sp_span text = sp_span((const char *)data, size);
    struct sp_via via;
    struct sp_address address;
    if (sp_via_parse(text, &via) != SP_OK)
        return 0;
    SP_CHECK(via.transport.len > 0 && is_inside(text, via.transport));
    SP_CHECK(via.host.len > 0 && is_inside(text, via.host));
    SP_CHECK(is_inside(text, via.params) && is_inside(via.params, via.branch));
    SP_CHECK(is_inside(via.params, via.received) && is_inside(via.params, via.maddr));
    SP_CHECK(is_inside(via.params, via.rport_param) && is_inside(via.params, via.received_param));
    SP_CHECK(!sp_via_has_cookie(&via) || via.branch.len > 7);
    if (sp_via_response_address(&via, &address) == SP_OK)
        SP_CHECK(address.port != 0 && address.family != SP_FAMILY_NONE);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses: what is accepted must print, and what was printed must read as the same address.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/base/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sp_address address, again;
    if (sp_address_parse(sp_span((const char *)data, size), 5060, &address) != SP_OK)
        return 0;
    char text[64];
    struct sp_writer writer;
    struct sp_span printed;
    sp_writer_init(&writer, text, sizeof text);
    sp_address_print(&writer, &address);
    SP_CHECK(sp_writer_end(&writer, &printed) == SP_OK);
    SP_CHECK(sp_address_parse(printed, 0, &again) == SP_OK);
    SP_CHECK(sp_address_equal(&address, &again));
    return 0;
}

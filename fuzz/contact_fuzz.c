/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact and name-addr values: what one reader takes, the other does, and what is written again
 * from its parts reads the same.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/sip/contact.h"

static void check_again(const struct sp_name_addr *value)
{
    static char text[1 << 20];
    struct sp_writer writer;
    struct sp_span written;
    struct sp_name_addr again;
    sp_writer_init(&writer, text, sizeof text);
    sp_write_span(&writer, value->display);
    sp_write_span(&writer, SP_SPAN(" <"));
    sp_write_span(&writer, value->uri.text);
    sp_write_octet(&writer, '>');
    sp_write_span(&writer, value->params);
    SP_CHECK(sp_writer_end(&writer, &written) == SP_OK);
    SP_CHECK(sp_name_addr_parse(written, &again) == SP_OK && again.has_brackets);
    SP_CHECK(sp_span_equal(again.display, value->display));
    SP_CHECK(sp_span_equal(again.uri.text, value->uri.text));
    SP_CHECK(sp_span_equal(again.params, value->params));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sp_span text = sp_span((const char *)data, size);
    struct sp_contact contact;
    struct sp_name_addr value;
    struct sp_span tag;
    const enum sp_err err = sp_name_addr_parse(text, &value);
    const bool is_contact = sp_contact_parse(text, &contact) == SP_OK;
    SP_CHECK(!is_contact || contact.is_star || err == SP_OK);
    SP_CHECK(!is_contact || contact.q <= 1000);
    if (err != SP_OK)
        return 0;
    if (sp_name_addr_tag(&value, &tag) == SP_OK)
        SP_CHECK(tag.len > 0);
    check_again(&value);
    return 0;
}

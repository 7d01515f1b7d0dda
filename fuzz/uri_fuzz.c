/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs: one equals itself and what its Request-URI form reads as, but for what that leaves out; its
 * key is the key of that form too.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/sip/uri.h"

static const struct sp_key_rules rules = {
    .is_e164 = true,
    .country = {"82", 2},
    .national_prefix = {"0", 1},
    .tel_domain = {"example.com", 11},
};

static void check_key(const struct sp_uri *uri, const struct sp_uri *again)
{
    struct sp_uri_key key;
    struct sp_uri_key other;
    const enum sp_err err = sp_uri_key(uri, &rules, &key);
    SP_CHECK(err == sp_uri_key(again, &rules, &other));
    if (err != SP_OK)
        return;
    SP_CHECK(sp_span_equal(key.key, other.key));
    SP_CHECK(key.key.len <= SP_KEY_MAX && key.host.len > 0);
    SP_CHECK(key.user.len + key.host.len <= key.key.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[1 << 20];
    struct sp_uri uri;
    struct sp_uri again;
    struct sp_writer writer;
    struct sp_span written;
    if (sp_uri_parse(sp_span((const char *)data, size), &uri) != SP_OK)
        return 0;
    SP_CHECK(sp_uri_equal(&uri, &uri));
    sp_writer_init(&writer, text, sizeof text);
    sp_uri_write_request(&writer, &uri);
    SP_CHECK(sp_writer_end(&writer, &written) == SP_OK);
    SP_CHECK(sp_uri_parse(written, &again) == SP_OK);
    SP_CHECK(sp_span_is_absent(again.headers) && again.port == uri.port);
    SP_CHECK(sp_uri_equal(&uri, &again) == sp_uri_equal(&again, &uri));
    check_key(&uri, &again);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes JSON piece by piece into a bounded writer, so that a pure room needs no library and no
 * heap for it.
 */
#include "reference/json.h"

static void begin_value(struct sp_json *json, const char *key)
{
    if (json->needs_comma)
        sp_write_octet(json->writer, ',');
    json->needs_comma = true;
    if (key == NULL)
        return;
    sp_write_octet(json->writer, '"');
    sp_write_text(json->writer, key);
    sp_write_text(json->writer, "\":");
}

void sp_json_open(struct sp_json *json, const char *key, char bracket)
{
    begin_value(json, key);
    sp_write_octet(json->writer, bracket);
    json->needs_comma = false;
}

void sp_json_close(struct sp_json *json, char bracket)
{
    sp_write_octet(json->writer, bracket);
    json->needs_comma = true;
}

void sp_json_u64(struct sp_json *json, const char *key, uint64_t value)
{
    begin_value(json, key);
    sp_write_u64(json->writer, value);
}

void sp_json_number(struct sp_json *json, const char *key, unsigned value)
{
    sp_json_u64(json, key, value);
}

void sp_json_bool(struct sp_json *json, const char *key, bool value)
{
    begin_value(json, key);
    sp_write_text(json->writer, value ? "true" : "false");
}

void sp_json_text(struct sp_json *json, const char *key, struct sp_span value)
{
    begin_value(json, key);
    sp_write_octet(json->writer, '"');
    for (size_t i = 0; i < value.len; i++) {
        const char octet = value.ptr[i];
        if (octet == '"' || octet == '\\')
            sp_write_octet(json->writer, '\\');
        if (octet == '\n')
            sp_write_text(json->writer, "\\n");
        else if ((unsigned char)octet < 0x20)
            sp_write_format(json->writer, "\\u%04x", (unsigned)octet);
        else
            sp_write_octet(json->writer, octet);
    }
    sp_write_octet(json->writer, '"');
}

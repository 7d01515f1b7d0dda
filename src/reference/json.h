/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes JSON (RFC 8259) piece by piece, with the commas where they belong. It does not check that
 * what is opened is closed: our own tests read every page back.
 */
#ifndef SP_REFERENCE_JSON_H
#define SP_REFERENCE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

struct sp_json {
    struct sp_writer *writer;
    bool needs_comma; /* something stands before in the same object or array */
};

/* `key` is NULL for an element of an array and for the outermost value. */
void sp_json_open(struct sp_json *json, const char *key, char bracket);
void sp_json_close(struct sp_json *json, char bracket);
void sp_json_number(struct sp_json *json, const char *key, unsigned value);
void sp_json_u64(struct sp_json *json, const char *key, uint64_t value);
void sp_json_bool(struct sp_json *json, const char *key, bool value);

/* A string; `value` is UTF-8. */
void sp_json_text(struct sp_json *json, const char *key, struct sp_span value);

#endif

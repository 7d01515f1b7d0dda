/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of comma-separated fields, one after the other over all fields of a kind
 * (RFC 3261 §7.3.1).
 */
#include "sip/scan.h"
#include "signpost/sip/message.h"

/* Goes to a field, or, since an empty one has no value, to the next that is not (RFC 3261 §25.1:
 * Allow, Supported and some more may be empty). */
static void enter_field(struct sp_values *values, uint16_t field)
{
    const struct sp_field *const fields = values->message->fields;
    while (field != 0 && fields[field - 1].value.len == 0)
        field = fields[field - 1].next != 0 ? (uint16_t)(fields[field - 1].next + 1) : 0;
    values->field = field;
    values->rest = field != 0 ? fields[field - 1].value : sp_span_absent();
}

void sp_values_begin(struct sp_values *values, const struct sp_message *message, enum sp_header id)
{
    values->message = message;
    enter_field(values, message->first[id]);
}

/* Steps to the comma that ends the value, past quoted strings and URIs in brackets. */
static enum sp_err take_value(struct sp_scan *scan)
{
    struct sp_span quoted;
    while (!sp_scan_is_done(scan) && *scan->at != ',') {
        if (*scan->at == '"') {
            if (!sp_scan_take_quoted(scan, &quoted))
                return SP_ERR_SYNTAX;
            continue;
        }
        if (*scan->at == '<') {
            scan->at = memchr(scan->at, '>', (size_t)(scan->end - scan->at));
            if (scan->at == NULL)
                return SP_ERR_SYNTAX;
        }
        scan->at++;
    }
    return SP_OK;
}

static void leave_field(struct sp_values *values)
{
    const uint16_t next = values->message->fields[values->field - 1].next;
    enter_field(values, next != 0 ? (uint16_t)(next + 1) : 0);
}

enum sp_err sp_values_next(struct sp_values *values, struct sp_span *value)
{
    if (values->field == 0)
        return SP_ERR_ABSENT;
    struct sp_scan scan = sp_scan_of(values->rest);
    if (memchr(scan.at, ',', values->rest.len) == NULL) {
        if (scan.at == scan.end)
            return SP_ERR_SYNTAX;
        *value = values->rest;
        leave_field(values);
        return SP_OK;
    }
    const char *const start = scan.at;
    if (take_value(&scan) != SP_OK)
        return SP_ERR_SYNTAX;
    const struct sp_span found = sp_span_trim(sp_scan_since(&scan, start));
    if (found.len == 0)
        return SP_ERR_SYNTAX;
    if (sp_scan_take(&scan, ',')) {
        sp_scan_skip_space(&scan);
        values->rest = sp_scan_rest(&scan);
    } else {
        leave_field(values);
    }
    *value = found;
    return SP_OK;
}

bool sp_message_has_token(const struct sp_message *message, enum sp_header id, struct sp_span token)
{
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, message, id);
    while (sp_values_next(&values, &value) == SP_OK) {
        if (sp_span_equal_nocase(value, token))
            return true;
    }
    return false;
}

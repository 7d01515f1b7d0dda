/* SPDX-License-Identifier: Apache-2.0
 *
 * Parameters behind a field's value (RFC 3261 §25.1 generic-param).
 */
#include "signpost/sip/param.h"

#include "sip/scan.h"

/* A token or a host; received= has IPv6 addresses both with and without brackets (RFC 5118 §4.5).
 */
static struct sp_span take_bare_value(struct sp_scan *scan)
{
    const char *const start = scan->at;
    do {
        (void)sp_scan_run(scan, SP_ASCII_TOKEN); /* a piece of the whole */
    } while (sp_scan_take(scan, ':') || sp_scan_take(scan, '[') || sp_scan_take(scan, ']'));
    return sp_scan_since(scan, start);
}

enum sp_err sp_param_next(struct sp_span *rest, struct sp_param *param)
{
    struct sp_scan scan = sp_scan_of(*rest);
    struct sp_span value = sp_span_absent();
    sp_scan_skip_space(&scan);
    if (sp_scan_is_done(&scan))
        return SP_ERR_ABSENT;
    if (!sp_scan_take_separator(&scan, ';'))
        return SP_ERR_SYNTAX;
    const struct sp_span name = sp_scan_run(&scan, SP_ASCII_TOKEN);
    if (name.len == 0)
        return SP_ERR_SYNTAX;
    if (sp_scan_take_separator(&scan, '=')) {
        if (!sp_scan_sees(&scan, '"'))
            value = take_bare_value(&scan);
        else if (!sp_scan_take_quoted(&scan, &value))
            return SP_ERR_SYNTAX;
        if (value.len == 0)
            return SP_ERR_SYNTAX;
        sp_scan_skip_space(&scan);
    }
    if (!sp_scan_is_done(&scan) && !sp_scan_sees(&scan, ';'))
        return SP_ERR_SYNTAX;
    *rest = sp_scan_rest(&scan);
    *param = (struct sp_param){.name = name, .value = value};
    return SP_OK;
}

enum sp_err sp_param_find(struct sp_span params, struct sp_span name, struct sp_span *value)
{
    struct sp_param param;
    enum sp_err err;
    while ((err = sp_param_next(&params, &param)) == SP_OK) {
        if (!sp_span_equal_nocase(param.name, name))
            continue;
        *value = sp_span_is_absent(param.value) ? sp_span("", 0) : param.value;
        return SP_OK;
    }
    return err;
}

enum sp_err sp_param_check(struct sp_span params)
{
    struct sp_param param;
    enum sp_err err;
    do {
        err = sp_param_next(&params, &param);
    } while (err == SP_OK);
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

void sp_param_unquote(struct sp_writer *writer, struct sp_span value)
{
    if (value.len < 2 || value.ptr[0] != '"') {
        sp_write_span(writer, value);
        return;
    }
    for (size_t i = 1; i + 1 < value.len; i++) {
        if (value.ptr[i] == '\\' && i + 2 < value.len)
            i++;
        sp_write_octet(writer, value.ptr[i]);
    }
}

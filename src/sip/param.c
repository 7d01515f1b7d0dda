/* SPDX-License-Identifier: Apache-2.0
 *
 * Parameters behind a field's value (RFC 3261 §25.1 generic-param).
 */
#include "signpost/sip/param.h"

#include "sip/param_take.h"

enum sp_err sp_param_next(struct sp_span *rest, struct sp_param *param)
{
    struct sp_scan scan = sp_scan_of(*rest);
    struct sp_param found;
    const enum sp_err err = sp_param_take(&scan, &found);
    if (err != SP_OK)
        return err;
    *rest = sp_scan_rest(&scan);
    *param = found;
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

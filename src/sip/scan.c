/* SPDX-License-Identifier: Apache-2.0
 *
 * Host and port, which URIs and Via share.
 */
#include "sip/scan.h"

struct sp_span sp_scan_host(struct sp_scan *scan)
{
    const char *const start = scan->at;
    if (!sp_scan_sees(scan, '['))
        return sp_scan_run(scan, SP_ASCII_HOST);
    scan->at++;
    while (scan->at < scan->end &&
           (sp_ascii_is(*scan->at, SP_ASCII_HEX) || *scan->at == ':' || *scan->at == '.'))
        scan->at++;
    if (scan->at == start + 1 || !sp_scan_take(scan, ']'))
        scan->at = start;
    return sp_scan_since(scan, start);
}

enum sp_err sp_scan_port(struct sp_scan *scan, uint16_t *port)
{
    uint32_t value = 0;
    const enum sp_err err = sp_scan_number(scan, UINT16_MAX, &value);
    if (err == SP_OK && value == 0)
        return SP_ERR_RANGE;
    if (err == SP_OK)
        *port = (uint16_t)value;
    return err;
}

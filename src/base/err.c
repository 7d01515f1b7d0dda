/* SPDX-License-Identifier: Apache-2.0
 *
 * The errors in words.
 */
#include "signpost/base/err.h"

const char *sp_err_text(enum sp_err err)
{
    switch (err) {
    case SP_OK:
        return "done";
    case SP_PARTIAL:
        return "more is needed";
    case SP_ERR_SYNTAX:
        return "malformed";
    case SP_ERR_RANGE:
        return "out of range";
    case SP_ERR_DUPLICATE:
        return "there already";
    case SP_ERR_ABSENT:
        return "not there";
    case SP_ERR_FULL:
        return "full";
    case SP_ERR_MEMORY:
        return "out of memory";
    case SP_ERR_REFUSED:
        return "refused";
    case SP_ERR_BUSY:
        return "in use";
    case SP_ERR_IO:
        return "input/output error";
    case SP_ERR_UNCERTAIN:
        return "uncertain";
    }
    return "unknown error";
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Parameters behind a field's value: ";name", ";name=token", ";name=\"quoted\"" (RFC 3261 §25.1
 * generic-param).
 */
#ifndef SIGNPOST_SIP_PARAM_H
#define SIGNPOST_SIP_PARAM_H

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_param {
    struct sp_span name;
    struct sp_span value; /* a quoted string with its quotes; absent when there is no '=' */
};

/* Takes the next parameter off the front of `rest`, which begins with ';' or white space before it.
 * Errors: SP_ERR_ABSENT (nothing left), SP_ERR_SYNTAX. */
SP_API SP_MUST_USE enum sp_err sp_param_next(struct sp_span *rest, struct sp_param *param);

/* The value of the first parameter of that name, without case; an empty span when it has none.
 * `params` may be absent. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX. */
SP_API SP_MUST_USE enum sp_err sp_param_find(struct sp_span params, struct sp_span name,
                                             struct sp_span *value);

/* Whether the whole of `params`, which may be absent, follows the grammar. Errors: SP_ERR_SYNTAX.
 */
SP_API SP_MUST_USE enum sp_err sp_param_check(struct sp_span params);

/* Writes what a quoted string means: without quotes and backslashes. A token is written as it is.
 */
SP_API void sp_param_unquote(struct sp_writer *writer, struct sp_span value);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The methods that signpost knows by name, out of data/method.tsv. All others pass as
 * SP_METHOD_OTHER.
 */
#ifndef SIGNPOST_SIP_METHOD_H
#define SIGNPOST_SIP_METHOD_H

#include "signpost/base/api.h"
#include "signpost/base/span.h"
#include "signpost/base/table/method.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_method {
    SP_METHOD_OTHER = 0,
#define SP_METHOD_ENUM(name) SP_METHOD_##name,
    SP_METHOD_TABLE(SP_METHOD_ENUM)
#undef SP_METHOD_ENUM
    SP_METHOD_COUNT
};

/* Finds a method by its name, with case (RFC 3261 §7.1). */
SP_API enum sp_method sp_method_find(struct sp_span name);

/* The name; "" for SP_METHOD_OTHER. */
SP_API struct sp_span sp_method_name(enum sp_method method);

#ifdef __cplusplus
}
#endif

#endif

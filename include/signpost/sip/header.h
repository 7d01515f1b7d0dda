/* SPDX-License-Identifier: Apache-2.0
 *
 * The header fields that signpost knows by name, out of data/header.tsv. All others pass as
 * SP_HEADER_OTHER.
 */
#ifndef SIGNPOST_SIP_HEADER_H
#define SIGNPOST_SIP_HEADER_H

#include <stdbool.h>

#include "signpost/base/api.h"
#include "signpost/base/span.h"
#include "signpost/base/table/header.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_header {
    SP_HEADER_OTHER = 0,
#define SP_HEADER_ENUM(id, name, compact, is_single) SP_HEADER_##id,
    SP_HEADER_TABLE(SP_HEADER_ENUM)
#undef SP_HEADER_ENUM
    SP_HEADER_COUNT
};

/* Finds a header by its name or its compact form, without case; SP_HEADER_OTHER when the table does
 * not have it. */
SP_API enum sp_header sp_header_find(struct sp_span name);

/* The name as its RFC writes it. `id` is below SP_HEADER_COUNT and not SP_HEADER_OTHER. */
SP_API struct sp_span sp_header_name(enum sp_header id);

/* Whether a message may hold only one field of this kind. */
SP_API bool sp_header_is_single(enum sp_header id);

#ifdef __cplusplus
}
#endif

#endif

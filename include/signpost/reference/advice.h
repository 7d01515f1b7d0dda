/* SPDX-License-Identifier: Apache-2.0
 *
 * What a header field of a response asks for, with the value that stands there: "Send the request
 * again with Session-Expires of at least 1800". Warnings and reasons are put into words.
 */
#ifndef SIGNPOST_REFERENCE_ADVICE_H
#define SIGNPOST_REFERENCE_ADVICE_H

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_reference_field {
    unsigned code;       /* of the response */
    struct sp_span name; /* of the header field, or its compact form */
    struct sp_span value;
};

/* One line without its end; octets of the value that are not printable are escaped. Errors:
 * SP_ERR_ABSENT (the field asks for nothing with this code, or nothing that is known). */
SP_API SP_MUST_USE enum sp_err sp_reference_advise(struct sp_writer *writer,
                                                   const struct sp_reference_field *field,
                                                   enum sp_language language);

/* The same as a JSON object of kind "finding", with the line of the input that the field stands in.
 * `field` is one that there is advice on. */
SP_API void sp_reference_finding_json(struct sp_writer *writer,
                                      const struct sp_reference_field *field, unsigned line,
                                      enum sp_language language);

#ifdef __cplusplus
}
#endif

#endif

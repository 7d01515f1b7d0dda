/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes text into a buffer of the caller's with a hard end. The first failure sticks: later calls
 * do nothing, and sp_writer_end tells it once. What is written never carries a terminating NUL.
 */
#ifndef SIGNPOST_BASE_WRITER_H
#define SIGNPOST_BASE_WRITER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_writer {
    char *ptr;
    size_t len;
    size_t max;
    enum sp_err err;
};

/* Starts writing at `buffer`, which holds `max` octets and stays the caller's. */
SP_API void sp_writer_init(struct sp_writer *writer, char *buffer, size_t max);

SP_API void sp_write_span(struct sp_writer *writer, struct sp_span span);
SP_API void sp_write_text(struct sp_writer *writer, const char *text);
SP_API void sp_write_octet(struct sp_writer *writer, char octet);
SP_API void sp_write_u64(struct sp_writer *writer, uint64_t value);
SP_API void sp_write_hex64(struct sp_writer *writer, uint64_t value); /* 16 lower-case digits */

/* As printf, for what is not in the hot path; needs room for one octet more than it writes. */
SP_API void sp_write_format(struct sp_writer *writer, const char *format, ...) SP_PRINTF(2, 3);
SP_API void sp_write_vformat(struct sp_writer *writer, const char *format, va_list args)
    SP_PRINTF(2, 0);

/* Every octet outside 0x20..0x7E as \xNN and a backslash as \\, for log lines and terminals. */
SP_API void sp_write_escaped(struct sp_writer *writer, struct sp_span span);

/* What was written. Errors: SP_ERR_FULL when it did not fit; `written` is then left alone. */
SP_API SP_MUST_USE enum sp_err sp_writer_end(const struct sp_writer *writer,
                                             struct sp_span *written);

#ifdef __cplusplus
}
#endif

#endif

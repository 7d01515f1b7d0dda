/* SPDX-License-Identifier: Apache-2.0
 *
 * A time of a capture as people read it and as RFC 3339 has it, always in UTC.
 */
#ifndef SP_TRACE_STAMP_H
#define SP_TRACE_STAMP_H

#include <stdint.h>

#include "signpost/base/writer.h"

/* "2026-11-22 23:01:02.123 UTC"; `at_ns` is since 1970-01-01 and not negative. */
void sp_stamp_write(struct sp_writer *writer, int64_t at_ns);

/* "2026-11-22T23:01:02.123456Z" */
void sp_stamp_write_rfc3339(struct sp_writer *writer, int64_t at_ns);

/* Seconds with three digits behind the point: "12.034". */
void sp_stamp_write_seconds(struct sp_writer *writer, int64_t ns);

#endif

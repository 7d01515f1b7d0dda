/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads captured frames out of a pcap or pcapng file, one after the other, never more than one in
 * memory. This is the only door to libpcap; what the frames hold is read elsewhere.
 */
#ifndef SP_NET_CAPTURE_H
#define SP_NET_CAPTURE_H

#include <stdint.h>
#include <stdio.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_CAPTURE_TEXT_MAX = 256 /* octets that hold what libpcap says, with the terminator */
};

struct sp_capture; /* opaque */

struct sp_capture_frame {
    struct sp_span octets; /* valid until the next frame is read or the capture is closed */
    uint32_t wire_len;     /* octets on the wire; more than were kept when the frame was cut */
    uint32_t link;         /* how it begins, as pcap_datalink(3) numbers it */
    int64_t at_ns;         /* nanoseconds since 1970-01-01 00:00 UTC */
};

/* Opens what `file` holds, which the capture owns from then on and closes, also when this fails.
 * Errors: SP_ERR_SYNTAX (no capture: `text` says why), SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_capture_open(FILE **file, char text[SP_CAPTURE_TEXT_MAX],
                                        struct sp_capture **capture);
void sp_capture_close(struct sp_capture **capture);

/* The next frame. Errors: SP_ERR_ABSENT (the end), SP_ERR_SYNTAX (damaged or cut from here on;
 * `text` says why, and nothing more can be read). */
SP_MUST_USE enum sp_err sp_capture_next(struct sp_capture *capture, char text[SP_CAPTURE_TEXT_MAX],
                                        struct sp_capture_frame *frame);

#endif

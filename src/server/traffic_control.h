/* SPDX-License-Identifier: Apache-2.0
 *
 * The question of the control socket about response codes:
 *
 *     {"command":"code-count", "code":422}
 *
 * how often this one was sent and received lately, by direction, method and peer, and where its
 * page stands (`admin`). Without `admin` nothing is counted, and that is said.
 */
#ifndef SP_SERVER_TRAFFIC_CONTROL_H
#define SP_SERVER_TRAFFIC_CONTROL_H

#include <jansson.h>

#include "server/server.h"
#include "signpost/base/writer.h"

/* From the main thread: writes the line that answers, without its end. */
void sp_traffic_control(struct sp_server *server, const json_t *question, struct sp_writer *answer);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of targets that routes, moves and entries of an address book end with, as octets:
 *
 *   count:1, then each: flags:1  [q:2]  [expires:4]  uri
 */
#ifndef SP_STORE_TARGETS_H
#define SP_STORE_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "store/record.h"

/* Whether a record can hold them. */
bool sp_targets_are_storable(const struct sp_route_target *targets, size_t count);

void sp_targets_put(struct sp_writer *writer, const struct sp_route_target *targets, size_t count);

/* Takes all of the targets, with nothing behind them. False: damaged. */
bool sp_targets_take(struct sp_span *rest, struct sp_route_target *targets, uint8_t *count);

#endif

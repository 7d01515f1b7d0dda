/* SPDX-License-Identifier: Apache-2.0
 *
 * Places that lately did not work: a bounded memory of hops, each for the same while. The oldest
 * gives way when it is full.
 */
#ifndef SP_SERVER_LOCATE_FAILED_H
#define SP_SERVER_LOCATE_FAILED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/target/next_hop.h"

struct sp_failed; /* opaque */

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_failed_new(const struct sp_hash_key *key, size_t max, sp_time wait,
                                      struct sp_failed **failed);
void sp_failed_free(struct sp_failed **failed);

void sp_failed_add(struct sp_failed *failed, const struct sp_next_hop *hop, sp_time now);
void sp_failed_remove(struct sp_failed *failed, const struct sp_next_hop *hop);

/* Puts the hops that failed behind the others; both keep their order among themselves. */
void sp_failed_sort(struct sp_failed *failed, struct sp_next_hop *hops, size_t count, sp_time now);

#endif

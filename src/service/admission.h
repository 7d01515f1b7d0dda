/* SPDX-License-Identifier: Apache-2.0
 *
 * How many answers a network of strangers may draw from us a second, so that a spoofed source makes
 * a poor reflector (RFC 3261 §26.1.5): a bucket for each /24 or /56. Loopback and those whom the
 * configuration names are not counted; the caller knows them.
 */
#ifndef SP_SERVICE_ADMISSION_H
#define SP_SERVICE_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/address.h"
#include "signpost/base/time.h"

enum {
    SP_ADMISSION_BUCKETS = 4096
};

struct sp_admission_bucket {
    uint64_t network; /* hash of the network that it is for; 0: nobody's */
    sp_time filled;   /* when tokens were last added */
    uint32_t tokens;
};

/* Networks that fall into the same bucket take it from each other when it has been full for a
 * second, and share it otherwise. */
struct sp_admission {
    struct sp_hash_key key;
    uint32_t rate; /* answers a second and network */
    uint64_t refused;
    struct sp_admission_bucket buckets[SP_ADMISSION_BUCKETS];
};

void sp_admission_init(struct sp_admission *admission, const struct sp_hash_key *key,
                       uint32_t rate);

/* Whether `source` may be answered now; counts it. */
bool sp_admission_allows(struct sp_admission *admission, const struct sp_address *source,
                         sp_time now);

#endif

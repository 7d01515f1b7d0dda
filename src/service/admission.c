/* SPDX-License-Identifier: Apache-2.0
 *
 * Token buckets in a table that never grows: a bucket holds at most a second's worth.
 */
#include "service/admission.h"

#include <string.h>

static uint64_t network_of(const struct sp_admission *admission, const struct sp_address *source)
{
    const size_t octets = source->family == SP_FAMILY_IPV4 ? 3 : 7; /* /24, /56 */
    const uint64_t hash = sp_siphash_of(&admission->key, sp_span((const char *)source->ip, octets));
    return hash != 0 ? hash : 1;
}

void sp_admission_init(struct sp_admission *admission, const struct sp_hash_key *key, uint32_t rate)
{
    memset(admission, 0, sizeof *admission);
    admission->key = *key;
    admission->rate = rate;
}

/* Adds what time has brought, a whole token at a time. */
static void fill(const struct sp_admission *admission, struct sp_admission_bucket *bucket,
                 sp_time now)
{
    const sp_time passed = now - bucket->filled;
    if (passed >= SP_SECOND) {
        bucket->tokens = admission->rate;
        bucket->filled = now;
        return;
    }
    const uint64_t tokens = (uint64_t)passed * admission->rate / (uint64_t)SP_SECOND;
    if (tokens == 0)
        return;
    const uint64_t sum = bucket->tokens + tokens;
    bucket->tokens = sum < admission->rate ? (uint32_t)sum : admission->rate;
    bucket->filled += (sp_time)(tokens * (uint64_t)SP_SECOND / admission->rate);
}

bool sp_admission_allows(struct sp_admission *admission, const struct sp_address *source,
                         sp_time now)
{
    const uint64_t network = network_of(admission, source);
    struct sp_admission_bucket *bucket = &admission->buckets[network % SP_ADMISSION_BUCKETS];
    const bool is_idle = bucket->network == 0 || now - bucket->filled >= SP_SECOND;
    if (bucket->network != network && is_idle) {
        bucket->network = network;
        bucket->tokens = admission->rate;
        bucket->filled = now;
    }
    fill(admission, bucket, now);
    if (bucket->tokens == 0) {
        admission->refused++;
        return false;
    }
    bucket->tokens--;
    return true;
}

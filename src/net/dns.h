/* SPDX-License-Identifier: Apache-2.0
 *
 * The resolver, behind which libunbound stands: questions out, answers from the loop. It honours
 * TTL and follows aliases, goes to TCP where an answer is cut off, and takes no answer that does
 * not match its question. The first question starts one thread of the library's own, which does the
 * asking; answers come on the loop's thread. All functions are for that thread.
 */
#ifndef SP_NET_DNS_H
#define SP_NET_DNS_H

#include "net/loop.h"
#include "signpost/base/address.h"
#include "signpost/base/dns.h"

struct sp_dns; /* opaque */

/* Called from the loop, never from within sp_dns_ask. The answer's records are valid during the
 * call and at most SP_DNS_RECORDS_MAX; its ttl_s is 0 when it FAILED. It may ask again. */
typedef void sp_dns_answered(void *context, uint64_t question, const struct sp_dns_answer *answer);

struct sp_dns_options {
    struct sp_address server; /* family NONE: those of /etc/resolv.conf, and /etc/hosts */
    size_t questions_max;     /* open at a time; 0: 256 */
    sp_dns_answered *answered;
    void *context;
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_dns_open(struct sp_loop *loop, const struct sp_dns_options *options,
                                    struct sp_dns **dns);

/* Open questions are not answered any more; nulls the pointer. */
void sp_dns_close(struct sp_dns **dns);

/* Asks; `question` is the caller's own number for it and comes back with the answer. There is no
 * time-out here but the library's, which is long: whoever has waited enough forgets the question.
 * Errors: SP_ERR_SYNTAX (no name), SP_ERR_FULL (too many are open), SP_ERR_IO (no thread, no
 * descriptor, no memory). */
SP_MUST_USE enum sp_err sp_dns_ask(struct sp_dns *dns, uint64_t question, enum sp_dns_type type,
                                   struct sp_span name);

/* No answer will be given; nothing when it is not open. */
void sp_dns_forget(struct sp_dns *dns, uint64_t question);

size_t sp_dns_open_questions(const struct sp_dns *dns);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes two messages belong to one transaction, as 16 octets: a keyed digest of the parts that
 * RFC 3261 §17.1.3 and §17.2.3 compare. Those parts may be as long as a message; their digest under
 * a key that nobody outside knows is as good as comparing them, and is short.
 */
#ifndef SP_TRANSACTION_KEY_H
#define SP_TRANSACTION_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/sip/message.h"

struct sp_txn_key {
    uint8_t octets[16];
    bool is_old; /* by RFC 2543: the branch has no magic cookie */
};

struct sp_txn_secret {
    struct sp_hash_key key;
};

/* Of a request that we send, or of a response to it: the branch and the method of CSeq (RFC 3261
 * §17.1.3). Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_txn_key_client(const struct sp_txn_secret *secret,
                                          struct sp_message *message, struct sp_txn_key *key);

/* The same out of its two parts; the branch has the magic cookie. */
void sp_txn_key_branch(const struct sp_txn_secret *secret, struct sp_span branch,
                       struct sp_span method_name, struct sp_txn_key *key);

/* Of a received request: the branch, sent-by and the method, where ACK counts as INVITE (RFC 3261
 * §17.2.3). `method` is the request's own, or INVITE to find what a CANCEL means. Without the magic
 * cookie, what RFC 2543 compares: Request-URI, From tag, Call-ID, CSeq and the top Via, and the To
 * tag where the method is not INVITE. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_txn_key_server(const struct sp_txn_secret *secret,
                                          struct sp_message *request, struct sp_span method,
                                          struct sp_txn_key *key);

#endif

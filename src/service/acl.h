/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may use a domain: loopback and the configured peers, the networks that `allow` lists, or
 * everybody when the configuration says open = yes.
 */
#ifndef SP_SERVICE_ACL_H
#define SP_SERVICE_ACL_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_ACL_NETWORKS_MAX = 256
};

/* An address and how many of its leading bits count. */
struct sp_network {
    struct sp_address address; /* port 0 */
    uint8_t bits;              /* 0..32 or 0..128 */
};

struct sp_acl {
    bool is_open;
    uint16_t count;
    struct sp_network networks[SP_ACL_NETWORKS_MAX];
};

/* Reads "192.0.2.1", "192.0.2.0/24" or "2001:db8::/32". Bits behind the prefix must be 0, so that a
 * slip is seen. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (the length of the prefix, or bits behind it).
 */
SP_MUST_USE enum sp_err sp_network_parse(struct sp_span text, struct sp_network *network);

bool sp_network_has(const struct sp_network *network, const struct sp_address *address);

/* Loopback only, to begin with. */
void sp_acl_init(struct sp_acl *acl);

/* Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_acl_add(struct sp_acl *acl, const struct sp_network *network);

/* Whether the configuration names the source: loopback, a peer or a network of `allow`. */
bool sp_acl_names(const struct sp_acl *acl, const struct sp_address *source);

/* Whether it may use the domain: it is named, or the domain is open. */
bool sp_acl_allows(const struct sp_acl *acl, const struct sp_address *source);

#endif

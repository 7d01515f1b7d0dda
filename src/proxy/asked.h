/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told of a request when its 2xx comes. It is read when the request comes, and only where
 * it stands is kept: reading a whole message again for a few of its octets would cost as much as
 * all that is done with them.
 */
#ifndef SP_PROXY_ASKED_H
#define SP_PROXY_ASKED_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/proxy/action.h"
#include "signpost/sip/message.h"

struct sp_proxy_step;

/* Octets of the copy that a context keeps of its request. */
struct sp_proxy_place {
    uint16_t at, len; /* len 0: there is nothing */
};

struct sp_proxy_asked_kept {
    bool is_read; /* else the copy is to be read again: something stood in a folded line */
    uint32_t cseq;
    uint16_t routes;
    struct sp_proxy_place from, contact;
};

/* Out of a request. Errors: those of reading its URI, From and CSeq. */
SP_MUST_USE enum sp_err sp_proxy_asked_read(struct sp_message *request,
                                            struct sp_proxy_asked *asked);

void sp_proxy_asked_keep(struct sp_message *request, struct sp_proxy_asked_kept *kept);

/* Texts in the turn's arena. Errors: SP_ERR_ABSENT (the copy is gone), SP_ERR_FULL, those of
 * sp_proxy_asked_read. */
SP_MUST_USE enum sp_err sp_proxy_asked_find(struct sp_proxy_step *step,
                                            const struct sp_proxy_asked_kept *kept,
                                            struct sp_proxy_asked *asked);

#endif

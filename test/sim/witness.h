/* SPDX-License-Identifier: Apache-2.0
 *
 * Sees every datagram of the virtual network and says when a rule is broken that holds whatever
 * happens:
 *
 * - a server gives one final answer to an INVITE: all copies have one status, but for 2xx, of which
 *   there may be several (forks) and which no other final answer may precede or follow;
 * - what one call causes is bounded: INVITEs with a branch of their own;
 * - what is sent can be read, and a response answers what was asked;
 * - once it is quiet, a call is refreshed by one of its ends;
 * - what a 3xx said, and to whom, is kept as the proof of what may be learned.
 *
 * A node that is marked as untrusted may do as it likes; only what others make of it counts.
 */
#ifndef SP_TEST_SIM_WITNESS_H
#define SP_TEST_SIM_WITNESS_H

#include "network.h"
#include "session.h"
#include "signpost/base/arena.h"
#include "signpost/sip/message.h"

enum {
    SIM_ASKED_MAX = 1 << 14, /* INVITE branches of one run, a power of two */
    SIM_TAUGHT_MAX = 4096,
    SIM_BRANCHES_MAX = 600, /* INVITEs with a branch of their own that one call may cause */
    SIM_URI_MAX = 128,
    SIM_CALLS_MAX = 64,
};

/* An INVITE on one hop. */
struct sim_asked {
    uint64_t key;              /* of its branch, sender and receiver; 0: free */
    const struct sim_node *of; /* who was asked */
    uint16_t status;           /* of its final answer; 0: none yet */
    char uri[SIM_URI_MAX];
};

/* A 3xx that was sent. */
struct sim_taught {
    const struct sim_node *by;
    uint16_t status;
    char uri[SIM_URI_MAX]; /* that was asked for */
};

struct sim_witness {
    const struct sim_node *untrusted;
    struct sim_asked *asked;
    size_t asked_count;
    struct sim_taught *taught;
    size_t taught_count;
    struct {
        uint64_t key; /* of a Call-ID */
        unsigned branches;
    } calls[SIM_CALLS_MAX];
    unsigned branches_most;
    struct sim_sessions sessions;
    bool prints;         /* every datagram, for a person */
    char complaint[512]; /* "": nothing broken; else the first rule that was */
    struct sp_arena arena;
    char memory[128 << 10];
};

void sim_witness_open(struct sim_witness *witness, struct sim_network *network);
void sim_witness_close(struct sim_witness *witness);

/* Notes a broken rule, the first one only. */
void sim_witness_complain(struct sim_witness *witness, const char *format, ...) SP_PRINTF(2, 3);

/* A node has lost its memory: it may answer anew what it has answered. */
void sim_witness_forget(struct sim_witness *witness, const struct sim_node *node);

/* Whether somebody gave a 3xx to a request for that URI's user and host, as "user@host". */
bool sim_witness_saw(const struct sim_witness *witness, struct sp_span key);

#endif

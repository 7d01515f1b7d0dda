/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration that has been read and found good: it is never changed. A reload makes another
 * one; each worker lets go of the old one when it takes the new one, and the last frees it.
 */
#ifndef SP_SERVER_CONFIG_H
#define SP_SERVER_CONFIG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/table.h"
#include "server/problem.h"
#include "service/acl.h"
#include "service/moves.h"
#include "signpost/base/address.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/response.h"
#include "signpost/sip/transport.h"
#include "signpost/sip/uri.h"

enum {
    SP_LISTENERS_MAX = 16,
    SP_DOMAINS_MAX = 4096,
    SP_PEERS_MAX = SP_ACL_NETWORKS_MAX,
    SP_AUTHORITIES_MAX = 64, /* of one peer */
    SP_ERROR_INFO_MAX = 200, /* octets */
};

/* Where requests come in. */
struct sp_listen {
    enum sp_transport transport; /* UDP or TCP */
    struct sp_address address;
};

enum sp_role {
    SP_ROLE_NONE, /* not said yet */
    SP_ROLE_REDIRECT,
    SP_ROLE_PROXY,
};

/* What tells the next one that a call was redirected; bits of a set. */
enum sp_history {
    SP_HISTORY_OFF = 0,
    SP_HISTORY_INFO = 1 << 0,      /* RFC 7044 */
    SP_HISTORY_DIVERSION = 1 << 1, /* RFC 5806 */
};

enum sp_timer_mode {
    SP_TIMER_MODE_OFF = 0,
    SP_TIMER_MODE_OBSERVE,
    SP_TIMER_MODE_ENFORCE,
};

enum sp_expired_call {
    SP_EXPIRED_UNSAID, /* only while a file is read */
    SP_EXPIRED_FORGET,
    SP_EXPIRED_BYE,
};

/* Session timers of the file, of a domain or of a peer. What one of the last two leaves out stands
 * as the file's. */
struct sp_session_timer {
    bool is_written; /* there is a section session-timer */
    enum sp_timer_mode mode;
    enum sp_expired_call expired;
    uint32_t min_se_s, session_expires_s, max_session_expires_s;
    int line; /* of its section, for problems */
};

struct sp_domain {
    struct sp_table_entry entry; /* in the configuration's table, by name */
    struct sp_span name;         /* lower case */
    enum sp_role role;
    bool answers_npdi;
    struct sp_acl acl; /* loopback and `allow`; peers stand in the configuration's own */
    struct sp_session_timer timer;

    /* For SP_ROLE_PROXY. */
    struct sp_span next_hop; /* a SIP URI */
    int next_hop_line;
    bool leaves_no_route; /* record-route = no */
    bool forks_parallel;
    unsigned history; /* enum sp_history */
    uint32_t timer_c_s;
};

struct sp_peer {
    struct sp_span name;
    struct sp_address address; /* port 0: any */
    bool follow;
    enum sp_learn learn;
    bool allow_private;
    uint32_t max_hops, max_targets;
    uint32_t max_age_s;
    uint32_t demote_after; /* failures in a row */
    uint32_t learn_limit;  /* moves an hour */
    struct sp_session_timer timer;
    bool has_authority; /* it is written */
    size_t authority_count;
    struct sp_span authority[SP_AUTHORITIES_MAX]; /* patterns of service/authority.h; when none is
                                                     written, the domains whose next hop it is */
};

struct sp_config {
    atomic_uint holders;
    struct sp_arena texts; /* what the spans below point to */
    char *memory;          /* of `texts` */

    size_t listener_count;
    struct sp_listen listeners[SP_LISTENERS_MAX];
    struct sp_span store;   /* as sp_store_open takes it */
    struct sp_span cdr;     /* path of the file of call records; absent: none are written */
    struct sp_span control; /* path of the control socket; absent: beside the store */
    struct sp_error_info error_info; /* of our own refusals; empty: none */
    struct sp_address admin;         /* where HTTP is listened to; no family: nowhere */
    uint32_t workers;                /* 0: one a core */
    enum sp_log_level log;
    struct sp_key_rules key_rules;
    bool keeps_transactions; /* redirect-state = transaction */
    uint32_t answer_limit;   /* a second, 0: none */
    uint32_t transactions_max;
    uint32_t tcp_connections_max; /* of all workers */
    uint32_t tcp_per_address_max; /* of these, from one address that is no peer */
    uint32_t tcp_idle_s;
    uint32_t tcp_ping_s; /* on connections of our own; 0: never */
    struct sp_session_timer timer;
    struct sp_address dns; /* family NONE: what the system asks */
    uint32_t dns_timeout_s;

    bool has_proxy; /* a domain has SP_ROLE_PROXY */
    struct sp_table *domain_table;
    size_t domain_count, domains_max;
    struct sp_domain *domains;
    size_t peer_count, peers_max;
    struct sp_peer *peers;
    struct sp_acl peer_acl;
};

/* What holds without a file: UDP and TCP at loopback, port 5060, a store in memory, no domains;
 * room for `text_max` octets of texts. Held once. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_config_new(size_t text_max, struct sp_config **config);

void sp_config_hold(struct sp_config *config);
void sp_config_release(struct sp_config **config); /* the last one frees it; nulls the pointer */

/* Reads a file. Errors: SP_ERR_ABSENT, SP_ERR_REFUSED (not allowed to read it), SP_ERR_IO,
 * SP_ERR_MEMORY: one problem that says so; SP_ERR_SYNTAX: one or more problems. With SP_OK there
 * may be warnings. libconfuse is not made for threads: one at a time. */
SP_MUST_USE enum sp_err sp_config_read(const char *path, struct sp_problems *problems,
                                       struct sp_config **config);

/* The same for a text in memory, which ends with a NUL. */
SP_MUST_USE enum sp_err sp_config_parse(const char *text, struct sp_problems *problems,
                                        struct sp_config **config);

/* The domain of that name (lower case, without a port), or NULL. */
const struct sp_domain *sp_config_domain(const struct sp_config *config, struct sp_span name);

/* The peer with that address: address and port, else the one that has any port, else the address
 * alone when only one peer has it. NULL: no peer. */
const struct sp_peer *sp_config_peer(const struct sp_config *config,
                                     const struct sp_address *address);

/* The session timers for a call from `peer` (NULL: from nobody known) in `domain` (NULL: in none):
 * the peer's, else the domain's, else the file's. */
const struct sp_session_timer *sp_config_session_timer(const struct sp_config *config,
                                                       const struct sp_domain *domain,
                                                       const struct sp_peer *peer);

/* The transports that have a listener, enum sp_transport as bits. */
unsigned sp_config_transports(const struct sp_config *config);

/* What of `now` is other in `wanted` and takes a restart, as the name of its key; NULL: nothing. */
const char *sp_config_needs_restart(const struct sp_config *now, const struct sp_config *wanted);

/* The configuration to use when none is named: what SIGNPOST_CONFIG says, else signpost.conf in the
 * current folder, else /etc/signpost/signpost.conf, when they are there, else NULL. */
const char *sp_config_default_path(void);

/* The commented file that `signpost init` writes, with that store. */
void sp_config_write_sample(FILE *out, const char *store);

/* The keys of a section ("-", "domain", "peer", "session-timer") as a table in Markdown. */
void sp_config_write_table(FILE *out, const char *section);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a request for a URI is sent (RFC 3263 §4), and where a response whose own way is broken
 * (§5): a machine that asks questions of the DNS, takes the answers, and ends with a list of hops
 * in the order in which they are to be tried. A numeric host needs no question.
 *
 *     sp_next_hop_begin(&machine, &rules, &uri, seed)
 *     while (sp_next_hop_ask(&machine, &question))      put it to the DNS, keep its number
 *     sp_next_hop_answer(&machine, number, &answer)     and ask again what is now to be asked
 *                                                       until machine.state is not ASKING
 *
 * A value of the caller's with all its memory inside and no pointer to elsewhere; it may be moved.
 * How many questions it asks, how much of an answer it takes and how many hops it gives is bounded,
 * whatever a zone says. Aliases (CNAME) are the resolver's matter.
 */
#ifndef SIGNPOST_TARGET_NEXT_HOP_H
#define SIGNPOST_TARGET_NEXT_HOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/dns.h"
#include "signpost/base/err.h"
#include "signpost/base/random.h"
#include "signpost/base/span.h"
#include "signpost/sip/transport.h"
#include "signpost/sip/uri.h"
#include "signpost/sip/via.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_NEXT_HOPS_MAX = 16,         /* hops of a list; more are left out */
    SP_NEXT_HOP_SERVICES_MAX = 4,  /* NAPTR records, or transports, that are followed */
    SP_NEXT_HOP_SERVERS_MAX = 6,   /* SRV records of a service whose hosts are looked up */
    SP_NEXT_HOP_ADDRESSES_MAX = 8, /* addresses of a host, of each family */
    /* Questions that one look-up can ask: for services, for each one's servers, and for the
       addresses of each server in both families. */
    SP_NEXT_HOP_QUESTIONS_MAX = 1 + SP_NEXT_HOP_SERVICES_MAX * (1 + 2 * SP_NEXT_HOP_SERVERS_MAX),
    SP_NEXT_HOP_OCTETS = 4096, /* all names together; servers beyond are left out */
};

/* One place to send to. */
struct sp_next_hop {
    enum sp_transport transport; /* one */
    struct sp_address address;   /* something may be sent there */
};

/* What we are able and willing to do. */
struct sp_next_hop_rules {
    uint8_t transports;      /* enum sp_transport, all that we can send over */
    bool has_ipv4, has_ipv6; /* with both, the IPv6 addresses of a host come first */
    bool is_maddr_honoured;  /* else a URI with maddr is refused */
};

enum sp_next_hop_state {
    SP_NEXT_HOP_ASKING,     /* answers are waited for */
    SP_NEXT_HOP_FOUND,      /* there are hops */
    SP_NEXT_HOP_NOWHERE,    /* the DNS has no address for it */
    SP_NEXT_HOP_NO_SERVICE, /* the domain says that it does not offer SIP (RFC 2782: target ".") */
    SP_NEXT_HOP_UNKNOWN,    /* the DNS failed or did not answer: nobody can tell */
};

/* A question to be put to the DNS. Its name lives in the machine, until that is begun again. */
struct sp_next_hop_question {
    uint8_t number; /* below SP_NEXT_HOP_QUESTIONS_MAX */
    enum sp_dns_type type;
    struct sp_span name;
};

/* The inside, for src/target alone. */
struct sp_next_hop_name {
    uint16_t at, len; /* in the machine's `text` */
};

struct sp_next_hop_server {
    uint16_t port;
    struct sp_next_hop_name name;
    uint8_t ipv4_count, ipv6_count;
    struct sp_address ipv4[SP_NEXT_HOP_ADDRESSES_MAX];
    struct sp_address ipv6[SP_NEXT_HOP_ADDRESSES_MAX];
};

struct sp_next_hop_service {
    enum sp_transport transport;
    uint16_t order;
    struct sp_next_hop_name name; /* of its SRV records */
    uint8_t count;
    struct sp_next_hop_server servers[SP_NEXT_HOP_SERVERS_MAX]; /* in order of trial */
};

struct sp_next_hop_machine {
    enum sp_next_hop_state state;
    struct sp_next_hop_rules rules;
    struct sp_random random;
    uint64_t to_ask; /* a bit for each question that is to be put */
    uint64_t asked;  /* a bit for each that is put and not answered */
    uint8_t phase;
    uint8_t plain;  /* enum sp_transport: the one asked for, else what is used when the DNS does not
                       choose */
    bool is_secure; /* over TLS only */
    bool is_refused; /* a service was said not to be there */
    bool has_failed; /* a question had no answer that can be used */
    uint8_t service_count;
    uint8_t group, group_end; /* the services whose servers' addresses are asked for */
    struct sp_next_hop_name domain;
    struct sp_next_hop_service services[SP_NEXT_HOP_SERVICES_MAX]; /* in order of trial */
    uint8_t hop_count;
    struct sp_next_hop hops[SP_NEXT_HOPS_MAX];
    size_t used; /* octets of `text` */
    char text[SP_NEXT_HOP_OCTETS];
};

/* Begins with the URI that decides: the Request-URI, or that of the topmost Route. A seed for each
 * look-up, since it decides between servers of one priority. FOUND at once for a numeric host.
 * Errors: SP_ERR_REFUSED (neither sip nor sips, a transport or family that we do not have, maddr
 * that is not honoured, an address that nothing may be sent to), SP_ERR_SYNTAX (no host's name). */
SP_API SP_MUST_USE enum sp_err sp_next_hop_begin(struct sp_next_hop_machine *machine,
                                                 const struct sp_next_hop_rules *rules,
                                                 const struct sp_uri *uri, const uint8_t seed[16]);

/* Begins for a response that could not be sent to where its request came from, with the sent-by of
 * the topmost Via (RFC 3263 §5). Errors: as above. */
SP_API SP_MUST_USE enum sp_err sp_next_hop_begin_response(struct sp_next_hop_machine *machine,
                                                          const struct sp_next_hop_rules *rules,
                                                          const struct sp_via *via,
                                                          const uint8_t seed[16]);

/* Takes the next question that is to be put now; false when there is none. */
SP_API bool sp_next_hop_ask(struct sp_next_hop_machine *machine,
                            struct sp_next_hop_question *question);

/* The answer to a question that was put; its type must be the question's. What nobody asked means
 * nothing. The answer is copied as far as it is needed. */
SP_API void sp_next_hop_answer(struct sp_next_hop_machine *machine, uint8_t number,
                               const struct sp_dns_answer *answer);

/* Ends the waiting: what is known by now is what there is. */
SP_API void sp_next_hop_expire(struct sp_next_hop_machine *machine);

/* The hops in order of trial, `count` of them, 0 unless FOUND; they live in the machine. */
SP_API const struct sp_next_hop *sp_next_hop_list(const struct sp_next_hop_machine *machine,
                                                  size_t *count);

/* The host that was looked up, in lower case: the name that a certificate must have (RFC 5922 §4).
 */
SP_API struct sp_span sp_next_hop_domain(const struct sp_next_hop_machine *machine);

/* The state in words: "the DNS did not answer"; static. */
SP_API const char *sp_next_hop_state_text(enum sp_next_hop_state state);

#ifdef __cplusplus
}
#endif

#endif

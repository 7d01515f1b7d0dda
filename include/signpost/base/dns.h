/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the DNS and their answers, as values: what a resolver gives and a machine takes.
 * Names are text without the dot at the end and in lower case; "" is the root. Whoever makes an
 * answer owns its records and texts, and says how long they live.
 */
#ifndef SIGNPOST_BASE_DNS_H
#define SIGNPOST_BASE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_DNS_NAME_MAX = 253,   /* octets of a name as text (RFC 1035 §2.3.4) */
    SP_DNS_LABEL_MAX = 63,   /* octets between two dots */
    SP_DNS_RECORDS_MAX = 32, /* of an answer; more are left out */
};

/* The types that are asked for, by their numbers on the wire. */
enum sp_dns_type {
    SP_DNS_A = 1,
    SP_DNS_AAAA = 28,
    SP_DNS_SRV = 33,
    SP_DNS_NAPTR = 35,
};

enum sp_dns_status {
    SP_DNS_FOUND,   /* there are records */
    SP_DNS_ABSENT,  /* no such name, or none of this type */
    SP_DNS_FAILED,  /* the servers refused, or said what cannot be read */
    SP_DNS_TIMEOUT, /* nobody answered in time */
};

struct sp_dns_srv {
    uint16_t priority, weight, port;
    struct sp_span target; /* "": the service is not there (RFC 2782) */
};

struct sp_dns_naptr {
    uint16_t order, preference;
    struct sp_span flags, services; /* as written */
    bool has_regexp;
    struct sp_span replacement; /* "" when there is none */
};

/* One record, of the type that was asked for. */
union sp_dns_record {
    struct sp_address address; /* of A and AAAA; port 0 */
    struct sp_dns_srv srv;
    struct sp_dns_naptr naptr;
};

struct sp_dns_answer {
    enum sp_dns_type type;
    enum sp_dns_status status;
    uint32_t ttl_s; /* for how long it holds, also when it is ABSENT; 0: for this use only */
    size_t count;   /* 0 unless FOUND; at most SP_DNS_RECORDS_MAX */
    const union sp_dns_record *records;
};

/* Whether it is a name that may be asked for: labels of letters, digits, '-' and '_', none empty or
 * too long; a dot at the end is allowed. */
SP_API bool sp_dns_is_name(struct sp_span name);

/* Writes a name in lower case and without a dot at its end. */
SP_API void sp_dns_write_name(struct sp_writer *writer, struct sp_span name);

/* "A", "AAAA", "SRV", "NAPTR"; static. */
SP_API const char *sp_dns_type_text(enum sp_dns_type type);

#ifdef __cplusplus
}
#endif

#endif

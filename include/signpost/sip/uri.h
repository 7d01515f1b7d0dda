/* SPDX-License-Identifier: Apache-2.0
 *
 * sip, sips (RFC 3261 §19.1) and tel (RFC 3966) URIs as views into the text that they were read
 * from. Parts are kept as written, escapes and all; comparison and keys unescape. Other schemes are
 * recognised as URIs and left unread.
 */
#ifndef SIGNPOST_SIP_URI_H
#define SIGNPOST_SIP_URI_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_scheme {
    SP_SCHEME_OTHER, /* an absoluteURI of a scheme that is not ours */
    SP_SCHEME_SIP,
    SP_SCHEME_SIPS,
    SP_SCHEME_TEL,
};

struct sp_uri {
    enum sp_scheme scheme;
    struct sp_span text; /* all of it, without angle brackets */
    struct sp_span user; /* absent without '@'; for tel the number; with its own ;parameters when it
                            has them */
    struct sp_span password; /* absent without ':' in the userinfo */
    struct sp_span host;     /* IPv6 with its brackets; absent for tel */
    uint16_t port;           /* 0 when not given */
    struct sp_span
        params; /* ";transport=udp;lr", from the first ';' on; absent when there are none */
    struct sp_span
        headers; /* "?Subject=x&Priority=urgent" without the '?'; absent when there are none */
};

/* Reads a URI that fills the whole span. Errors: SP_ERR_SYNTAX; SP_ERR_RANGE (port above 65535). */
SP_API SP_MUST_USE enum sp_err sp_uri_parse(struct sp_span text, struct sp_uri *uri);

/* The value of a URI parameter, name without case; present without a value gives an empty span.
 * Of one that is there twice, the first. Errors: SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_uri_param(const struct sp_uri *uri, struct sp_span name,
                                            struct sp_span *value);

/* Whether two URIs are equivalent by RFC 3261 §19.1.4 (tel: RFC 3966 §4). More than 16 parameters
 * or headers, or 512 octets of them, have to be written alike but for case. */
SP_API bool sp_uri_equal(const struct sp_uri *a, const struct sp_uri *b);

/* Writes the URI as a Request-URI may carry it: without headers and without the method parameter
 * (RFC 3261 §19.1.1 table 1, §19.1.5). */
SP_API void sp_uri_write_request(struct sp_writer *writer, const struct sp_uri *uri);

/* The port that is used when none is given: 5060, or 5061 for sips (RFC 3261 §19.1.2). */
SP_API uint16_t sp_uri_default_port(const struct sp_uri *uri);

/* Unescapes %HH once into a writer. Errors stick to the writer: SP_ERR_SYNTAX for a '%' without two
 * digits. */
SP_API void sp_uri_unescape(struct sp_writer *writer, struct sp_span text);

enum {
    SP_KEY_MAX = 511
}; /* octets of a key, the most that every store can hold */

/* How numbers become keys. Spans stay their owner's. */
struct sp_key_rules {
    bool is_e164;                   /* bring national and +international forms to +international */
    struct sp_span country;         /* "82", without '+' */
    struct sp_span national_prefix; /* "0"; absent or empty: none */
    struct sp_span tel_domain;      /* the host that tel: numbers are looked up under */
};

/* The canonical key of a URI: unescaped user, '@', lower-case host without its default port, no
 * parameters; sip, sips and tel share keys. Visual separators of numbers are dropped in tel: URIs
 * and with user=phone only. The user's own parameters (";npdi;rn=...") are not part of a key.
 * `user` and `host` are the two halves of `key`; user is absent for a URI without one and then the
 * key is the host. `rules` NULL: numbers as they are. Errors: SP_ERR_FULL (above SP_KEY_MAX octets:
 * it can't be in a table), SP_ERR_SYNTAX (a broken escape), SP_ERR_REFUSED (another scheme, or tel:
 * without a tel_domain). */
struct sp_uri_key {
    char text[SP_KEY_MAX + 1];
    struct sp_span key;
    struct sp_span user;
    struct sp_span host;
};
SP_API SP_MUST_USE enum sp_err sp_uri_key(const struct sp_uri *uri,
                                          const struct sp_key_rules *rules, struct sp_uri_key *key);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store keeps, and the octets that it becomes: a route (a rule of a routing table) and an
 * entry of a caller's address book. An encoded record starts with the octet of its version; numbers
 * are big-endian. Decoding gives views into the octets and answers an error for whatever is not
 * exactly a record: a damaged file is a fault that is told, never a crash.
 */
#ifndef SP_STORE_RECORD_H
#define SP_STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"

enum {
    SP_ROUTE_TARGETS_MAX = 16,
    SP_ROUTE_URI_MAX = 1024, /* octets of one target */
    SP_BOOK_CALL_ID_MAX = 255,
    /* octets of an encoded record at most: all targets, the address asked, the call, the rest */
    SP_RECORD_MAX = SP_ROUTE_TARGETS_MAX * (SP_ROUTE_URI_MAX + 16) + SP_ROUTE_URI_MAX + 512,
};

/* How much of an address a rule looks at. The order is that of the look-up: the most specific
 * first. */
enum sp_route_kind {
    SP_ROUTE_EXACT,  /* key "user@host", or "host" for a URI without a user */
    SP_ROUTE_PREFIX, /* key "beginning-of-user@host" */
    SP_ROUTE_DOMAIN, /* key "host": any user there */
    SP_ROUTE_KIND_COUNT,
};

/* Where a rule sends. `uri` is a template: "{user}" in it stands for the user asked for. */
struct sp_route_target {
    struct sp_span uri;
    bool has_q;
    uint16_t q; /* thousandths, 0..1000; 1000 when absent */
    bool has_expires;
    uint32_t expires_s; /* 0 when absent */
};

struct sp_route {
    enum sp_route_kind kind;
    struct sp_span key; /* canonical, as sp_uri_key gives it; not part of the encoded record */
    uint16_t code;      /* 300 301 302 with targets; 404 410 480 without */
    uint8_t target_count;
    struct sp_route_target target[SP_ROUTE_TARGETS_MAX]; /* in the order given; not sorted by q */
};

/* What a caller learned from a 3xx: where `from` is now. */
struct sp_book_entry {
    struct sp_span from; /* the URI that was called, as written */
    uint16_t code;       /* 301 or 302 */
    bool has_expiry;
    struct sp_wall expiry;  /* when it ends; without one it stays */
    struct sp_wall learned; /* when */
    struct sp_span call_id; /* in which call */
    uint64_t uses;
    uint8_t target_count;
    struct sp_route_target target[SP_ROUTE_TARGETS_MAX];
};

/* Whether a route may have this code, and whether it then needs targets (RFC 3261 §21.3). */
bool sp_route_code_is_known(uint16_t code);
bool sp_route_code_has_targets(uint16_t code);

/* Writes a record. The writer's error sticks: SP_ERR_FULL when it does not fit. Errors:
 * SP_ERR_RANGE (a code, count, q or length that a record cannot hold). */
SP_MUST_USE enum sp_err sp_route_encode(struct sp_writer *writer, const struct sp_route *route);
SP_MUST_USE enum sp_err sp_book_encode(struct sp_writer *writer, const struct sp_book_entry *entry);

/* Reads what sp_route_encode wrote; the spans point into `record`. Kind and key come from where the
 * record lies and are left alone. Targets beyond `target_count` are not written. Errors:
 * SP_ERR_SYNTAX (damaged, or of a version that this program does not know). */
SP_MUST_USE enum sp_err sp_route_decode(struct sp_span record, struct sp_route *route);
SP_MUST_USE enum sp_err sp_book_decode(struct sp_span record, struct sp_book_entry *entry);

/* Writes a target with "{user}" replaced by `user`, which is unescaped (struct sp_uri_key's user
 * half; absent writes nothing) and is escaped here, so that it cannot end the user part. */
void sp_route_write_target(struct sp_writer *writer, struct sp_span uri, struct sp_span user);

/* Writes an unescaped user as the user part of a URI, everything escaped that could end it. */
void sp_route_write_user(struct sp_writer *writer, struct sp_span user);

/* How many octets of a key are its user half, which ends at the last '@' (a host has none); all of
 * them when there is no '@'. */
size_t sp_route_key_user_len(struct sp_span key);

/* Whether a target holds "{user}". */
bool sp_route_target_wants_user(struct sp_span uri);

/* Writes the URI that the rule is for: "sip:1777*@example.com", "sip:*@old.example.com"; a user
 * that ends in a literal star ends in "%2A". Reading it gives kind and key again. */
void sp_route_write_from(struct sp_writer *writer, enum sp_route_kind kind, struct sp_span key);

/* The kind in a word: "exact", "prefix", "domain". */
const char *sp_route_kind_text(enum sp_route_kind kind);

#endif

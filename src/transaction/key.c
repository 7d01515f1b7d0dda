/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of transactions (RFC 3261 §17.1.3, §17.2.3), each the digest of a list of parts.
 */
#include "transaction/key.h"

#include <string.h>

#include "base/ascii.h"

/* Host names are compared without case. Each piece of the name is followed by the others, so equal
 * names give equal pieces. */
static void digest_add_host(struct sp_siphash *digest, struct sp_span host)
{
    char piece[64];
    while (host.len > 0) {
        const struct sp_span part = sp_span_first(host, sizeof piece);
        for (size_t i = 0; i < part.len; i++)
            piece[i] = sp_ascii_lower(part.ptr[i]);
        sp_siphash_add(digest, sp_span(piece, part.len));
        host = sp_span_after(host, part.len);
    }
}

static void digest_add_u32(struct sp_siphash *digest, uint32_t value)
{
    sp_siphash_add(digest, sp_span((const char *)&value, sizeof value));
}

static void digest_end(struct sp_siphash *digest, struct sp_txn_key *key)
{
    uint64_t wide[2];
    sp_siphash_end_wide(digest, wide);
    memcpy(key->octets, wide, sizeof wide);
}

void sp_txn_key_branch(const struct sp_txn_secret *secret, struct sp_span branch,
                       struct sp_span method_name, struct sp_txn_key *key)
{
    struct sp_siphash digest;
    sp_siphash_init(&digest, &secret->key);
    sp_siphash_add(&digest, SP_SPAN("client"));
    sp_siphash_add(&digest, branch);
    sp_siphash_add(&digest, method_name);
    digest_end(&digest, key);
    key->is_old = false;
}

enum sp_err sp_txn_key_client(const struct sp_txn_secret *secret, struct sp_message *message,
                              struct sp_txn_key *key)
{
    const struct sp_via *via = NULL;
    const struct sp_cseq *cseq = NULL;
    enum sp_err err = sp_message_via(message, &via);
    if (err == SP_OK)
        err = sp_message_cseq(message, &cseq);
    if (err != SP_OK)
        return err;
    if (!sp_via_has_cookie(via))
        return SP_ERR_SYNTAX;
    sp_txn_key_branch(secret, via->branch, cseq->method_name, key);
    return SP_OK;
}

static void add_rfc3261(struct sp_siphash *digest, const struct sp_via *via)
{
    sp_siphash_add(digest, SP_SPAN("server"));
    sp_siphash_add(digest, via->branch);
    digest_add_u32(digest, via->port == 0 ? 5060 : via->port);
    digest_add_host(digest, via->host);
}

static enum sp_err add_rfc2543(struct sp_siphash *digest, struct sp_message *request,
                               const struct sp_via *via, bool is_invite)
{
    const struct sp_cseq *cseq = NULL;
    const enum sp_err err = sp_message_cseq(request, &cseq);
    if (err != SP_OK)
        return err;
    sp_siphash_add(digest, SP_SPAN("old server"));
    sp_siphash_add(digest, request->request_uri);
    sp_siphash_add(digest, sp_message_from_tag(request));
    sp_siphash_add(digest, is_invite ? sp_span_absent() : sp_message_to_tag(request));
    sp_siphash_add(digest, sp_message_call_id(request));
    digest_add_u32(digest, cseq->number);
    sp_siphash_add(digest, via->text);
    return SP_OK;
}

enum sp_err sp_txn_key_server(const struct sp_txn_secret *secret, struct sp_message *request,
                              struct sp_span method, struct sp_txn_key *key)
{
    const struct sp_via *via = NULL;
    enum sp_err err = sp_message_via(request, &via);
    if (err != SP_OK)
        return err;
    const struct sp_span invite = sp_method_name(SP_METHOD_INVITE);
    const struct sp_span as = sp_span_equal(method, SP_SPAN("ACK")) ? invite : method;
    const bool is_old = !sp_via_has_cookie(via);
    struct sp_siphash digest;
    sp_siphash_init(&digest, &secret->key);
    sp_siphash_add(&digest, as);
    if (is_old)
        err = add_rfc2543(&digest, request, via, sp_span_equal(as, invite));
    else
        add_rfc3261(&digest, via);
    if (err != SP_OK)
        return err;
    digest_end(&digest, key);
    key->is_old = is_old;
    return SP_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A row is found by a hash over the caller's host, the caller's URI and the URI that was called, as
 * canonical keys: SipHash of 64 bits, keyed anew each run, so two rows do not meet by accident.
 */
#include "trace/recall.h"

#include "signpost/base/time.h"
#include "signpost/sip/uri.h"

enum kind {
    KIND_MOVED = 1,
    KIND_RETRY = 2,
};

static const int64_t retry_within_ns = 5 * SP_SECOND; /* a later call is another one */

static void write_key(struct sp_writer *writer, struct sp_span text)
{
    struct sp_uri uri;
    struct sp_uri_key key;
    if (sp_uri_parse(text, &uri) == SP_OK && sp_uri_key(&uri, NULL, &key) == SP_OK)
        sp_write_span(writer, key.key);
    else
        sp_write_span(writer, sp_span_first(text, SP_KEY_MAX));
    sp_write_octet(writer, '\n');
}

static uint64_t hash_of(const struct sp_recalls *recalls, enum kind kind,
                        const struct sp_trace_message *invite, struct sp_span uri)
{
    char octets[SP_ADDRESS_TEXT_MAX + 2 * (SP_KEY_MAX + 1) + 2];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_write_octet(&writer, (char)('0' + (int)kind));
    sp_address_print_bare(&writer, &invite->place.src);
    sp_write_octet(&writer, '\n');
    write_key(&writer, invite->from_uri);
    write_key(&writer, uri);
    return sp_siphash_of(&recalls->key, sp_span(writer.ptr, writer.len));
}

static void put_text(char to[SP_TRACE_RECALL_MAX], struct sp_span from)
{
    struct sp_span text;
    struct sp_writer writer;
    sp_writer_init(&writer, to, SP_TRACE_RECALL_MAX - 1);
    sp_write_span(&writer, sp_span_first(from, SP_TRACE_RECALL_MAX - 1));
    to[sp_writer_end(&writer, &text) == SP_OK ? text.len : 0] = '\0';
}

static void add(struct sp_recalls *recalls, uint64_t hash, const struct sp_trace_call *call,
                const struct sp_trace_message *response)
{
    struct sp_recall_row *const row = &recalls->rows[recalls->next];
    recalls->next = (recalls->next + 1) % SP_RECALL_MAX;
    row->hash = hash;
    row->recall = (struct sp_trace_recall){
        .is_known = true, .status = response->status, .at_ns = response->place.at_ns};
    put_text(row->recall.call_id, call->call_id);
    put_text(row->recall.contact, response->contact_uris[0]);
}

/* The request that a response answers, while the call still grows. */
static const struct sp_trace_message *request_of(const struct sp_trace_message *response)
{
    const struct sp_trace_message *other = response->previous;
    while (other != NULL && !sp_trace_is_answer(other, response))
        other = other->previous;
    return other;
}

void sp_recall_note(struct sp_recalls *recalls, const struct sp_trace_call *call,
                    const struct sp_trace_message *response)
{
    if (response->method != SP_METHOD_INVITE || response->status < 300 ||
        (response->status >= 400 && response->status != 422))
        return;
    const struct sp_trace_message *const invite = request_of(response);
    if (invite == NULL || invite->to_tag.len > 0)
        return;
    if (response->status == 422) {
        add(recalls, hash_of(recalls, KIND_RETRY, invite, invite->request_uri), call, response);
        return;
    }
    for (unsigned i = 0; i < response->usable_count && i < SP_TRACE_CONTACTS_MAX; i++)
        add(recalls, hash_of(recalls, KIND_RETRY, invite, response->contact_uris[i]), call,
            response);
    if (response->status == 301 && response->usable_count > 0)
        add(recalls, hash_of(recalls, KIND_MOVED, invite, invite->request_uri), call, response);
}

static const struct sp_trace_recall *find(const struct sp_recalls *recalls, uint64_t hash)
{
    const struct sp_trace_recall *latest = NULL;
    for (size_t i = 0; i < SP_RECALL_MAX; i++) {
        const struct sp_trace_recall *const recall = &recalls->rows[i].recall;
        if (recall->is_known && recalls->rows[i].hash == hash &&
            (latest == NULL || recall->at_ns >= latest->at_ns))
            latest = recall;
    }
    return latest;
}

void sp_recall_ask(const struct sp_recalls *recalls, struct sp_trace_call *call,
                   const struct sp_trace_message *invite)
{
    if (invite->to_tag.len > 0)
        return;
    const struct sp_trace_recall *known =
        find(recalls, hash_of(recalls, KIND_MOVED, invite, invite->request_uri));
    if (known != NULL)
        call->moved = *known;
    known = find(recalls, hash_of(recalls, KIND_RETRY, invite, invite->request_uri));
    if (known != NULL && invite->place.at_ns - known->at_ns < retry_within_ns)
        call->retried = *known;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what is sent, as a person with a capture would.
 */
#include "witness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/siphash.h"

enum {
    OCTETS_MAX = 65535,
};

static const struct sp_hash_key hash_key = {1, 2};

void sim_witness_complain(struct sim_witness *witness, const char *format, ...)
{
    va_list args;
    if (witness->complaint[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(witness->complaint, sizeof witness->complaint, format, args);
    va_end(args);
}

/* A key for an INVITE on its hop; never 0. A hop to nobody has no answer. */
static uint64_t key_of(struct sp_span branch, const struct sim_node *asker,
                       const struct sim_node *asked)
{
    const uint64_t mixed = sp_siphash_of(&hash_key, branch) +
                           3 * sp_siphash_of(&hash_key, sp_span_of(asker->name)) +
                           5 * sp_siphash_of(&hash_key, sp_span_of(asked->name));
    return mixed | 1;
}

/* The place of a key: where it stands, or where it may be put. */
static struct sim_asked *place_of(struct sim_witness *witness, uint64_t key)
{
    size_t at = key % SIM_ASKED_MAX;
    while (witness->asked[at].key != 0 && witness->asked[at].key != key)
        at = (at + 1) % SIM_ASKED_MAX;
    return &witness->asked[at];
}

static void keep_uri(char text[SIM_URI_MAX], struct sp_span uri)
{
    snprintf(text, SIM_URI_MAX, "%.*s", (int)uri.len, uri.ptr);
}

static void count_branch(struct sim_witness *witness, struct sp_span call_id)
{
    const uint64_t key = sp_siphash_of(&hash_key, call_id) | 1;
    for (size_t i = 0; i < SIM_CALLS_MAX; i++) {
        if (witness->calls[i].key != 0 && witness->calls[i].key != key)
            continue;
        witness->calls[i].key = key;
        witness->calls[i].branches++;
        if (witness->calls[i].branches > witness->branches_most)
            witness->branches_most = witness->calls[i].branches;
        if (witness->calls[i].branches == SIM_BRANCHES_MAX)
            sim_witness_complain(witness, "call %.*s has caused %u INVITEs", (int)call_id.len,
                                 call_id.ptr, SIM_BRANCHES_MAX);
        return;
    }
}

static void see_invite(struct sim_witness *witness, const struct sim_node *from,
                       const struct sim_node *to, struct sp_message *invite)
{
    const struct sp_via *via;
    if (to == NULL || sp_message_via(invite, &via) != SP_OK ||
        witness->asked_count == SIM_ASKED_MAX / 2)
        return;
    const uint64_t key = key_of(via->branch, from, to);
    struct sim_asked *asked = place_of(witness, key);
    if (asked->key != 0)
        return;
    asked->key = key;
    asked->of = to;
    keep_uri(asked->uri, invite->request_uri);
    witness->asked_count++;
    if (sp_message_to_tag(invite).len == 0)
        count_branch(witness, sp_message_call_id(invite));
}

static void keep_taught(struct sim_witness *witness, const struct sim_node *by,
                        const struct sim_asked *asked, uint16_t status)
{
    if (witness->taught_count == SIM_TAUGHT_MAX)
        return;
    struct sim_taught *taught = &witness->taught[witness->taught_count++];
    taught->by = by;
    taught->status = status;
    memcpy(taught->uri, asked->uri, sizeof taught->uri);
}

static bool is_success(uint16_t status)
{
    return status >= 200 && status < 300;
}

static void see_final(struct sim_witness *witness, const struct sim_node *from,
                      const struct sim_node *to, struct sp_message *response)
{
    const struct sp_via *via;
    const struct sp_cseq *cseq;
    if (to == NULL || sp_message_via(response, &via) != SP_OK ||
        sp_message_cseq(response, &cseq) != SP_OK || cseq->method != SP_METHOD_INVITE)
        return;
    struct sim_asked *asked = place_of(witness, key_of(via->branch, to, from));
    if (asked->key == 0) {
        if (from != witness->untrusted && to != witness->untrusted)
            sim_witness_complain(witness, "%s answers %u to what %s has not asked", from->name,
                                 response->status, to->name);
        return;
    }
    if (response->status >= 300 && response->status < 400)
        keep_taught(witness, from, asked, response->status);
    if (from != witness->untrusted && asked->status != 0 && asked->status != response->status &&
        !(is_success(asked->status) && is_success(response->status)))
        sim_witness_complain(witness, "%s answers %u and then %u to one INVITE for %s", from->name,
                             asked->status, response->status, asked->uri);
    asked->status = response->status;
}

static void print(const struct sim_node *from, const struct sim_node *to, struct sp_span octets,
                  sp_time now)
{
    const struct sp_span line = sp_span_first(octets, sp_span_find(octets, '\r'));
    printf("%10.3f  %-10s -> %-10s  %.*s\n", (double)now / 1e9, from->name,
           to != NULL ? to->name : "nobody", (int)line.len, line.ptr);
}

static void see(void *context, const struct sim_node *from, const struct sim_node *to,
                struct sp_span octets, sp_time now)
{
    struct sim_witness *witness = context;
    struct sp_message message;
    struct sp_fault fault;
    if (witness->prints)
        print(from, to, octets, now);
    sp_arena_reset(&witness->arena);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, OCTETS_MAX, &witness->arena, &message,
                         &fault) != SP_OK) {
        if (from != witness->untrusted)
            sim_witness_complain(witness, "%s sends what can't be read", from->name);
        return;
    }
    const char *broken =
        sim_sessions_see(&witness->sessions, &message, from != witness->untrusted, now);
    if (broken != NULL)
        sim_witness_complain(witness, "%s: %.*s", broken, (int)sp_message_call_id(&message).len,
                             sp_message_call_id(&message).ptr);
    if (message.is_request && message.method == SP_METHOD_INVITE)
        see_invite(witness, from, to, &message);
    else if (!message.is_request && message.status >= 200)
        see_final(witness, from, to, &message);
}

void sim_witness_open(struct sim_witness *witness, struct sim_network *network)
{
    memset(witness, 0, offsetof(struct sim_witness, memory));
    witness->asked = calloc(SIM_ASKED_MAX, sizeof *witness->asked);
    witness->taught = calloc(SIM_TAUGHT_MAX, sizeof *witness->taught);
    SP_CHECK(witness->asked != NULL && witness->taught != NULL);
    sp_arena_init(&witness->arena, witness->memory, sizeof witness->memory);
    network->tap = see;
    network->tap_context = witness;
}

void sim_witness_close(struct sim_witness *witness)
{
    sp_arena_fini(&witness->arena);
    free(witness->asked);
    free(witness->taught);
}

void sim_witness_forget(struct sim_witness *witness, const struct sim_node *node)
{
    for (size_t i = 0; i < SIM_ASKED_MAX; i++)
        if (witness->asked[i].of == node)
            witness->asked[i].status = 0;
}

bool sim_witness_saw(const struct sim_witness *witness, struct sp_span key)
{
    for (size_t i = 0; i < witness->taught_count; i++)
        if (sp_span_equal(sp_span_after(sp_span_of(witness->taught[i].uri), 4), key))
            return true;
    return false;
}

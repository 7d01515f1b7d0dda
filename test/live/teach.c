/* SPDX-License-Identifier: Apache-2.0
 *
 * teach DIR PEER LEARN STATUS ASKED CONTACT[=EXPIRES]...: what a 3xx of a peer would teach, put
 * into a store at rest by the judgement that a server makes. The peer is at 127.0.0.1:7200, may
 * move example.com, and may name private addresses. Prints what came of it.
 *
 * teach DIR --damage KEY: puts a record there that nobody can read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/clock.h"
#include "server/move_judge.h"
#include "store/store_inner.h"

static const struct sp_span authority[] = {{"example.com", 11}};

static void take_contact(struct sp_moves_proof *proof, const char *text)
{
    const struct sp_span whole = sp_span_of(text);
    const char *const sign = strrchr(text, '=');
    struct sp_moves_contact *contact = &proof->contact[proof->contact_count++];
    *contact = (struct sp_moves_contact){.uri = whole, .q = 1000};
    if (sign == NULL)
        return;
    contact->uri.len = (size_t)(sign - text);
    contact->has_expires = true;
    contact->expires_s = (uint32_t)strtoul(sign + 1, NULL, 10);
}

static enum sp_err teach(struct sp_store *store, const struct sp_moves_proof *proof,
                         const struct sp_moves_policy *policy)
{
    static struct sp_moves_lesson lesson;
    static struct sp_moves_verdict verdict;
    struct sp_move_batch *batch = NULL;
    char who[80];
    (void)snprintf(who, sizeof who, "peer %.*s", (int)policy->peer.len, policy->peer.ptr);
    enum sp_err err = sp_move_batch_begin(store, &batch);
    if (err != SP_OK)
        return err;
    sp_moves_begin(&lesson, proof, policy, proof->when);
    lesson.is_aside = sp_move_batch_state(batch).is_aside;
    err = sp_move_fill_lesson(&lesson, batch);
    if (err == SP_OK) {
        sp_moves_judge(&lesson, &verdict);
        err = sp_move_carry_out(&verdict, batch, proof->when, sp_span_of(who));
    }
    err = sp_move_batch_end(&batch, err);
    if (verdict.decision == SP_MOVES_PUT)
        printf("%s: %.*s\n", sp_audit_act_text(verdict.act), (int)verdict.reason_len,
               verdict.reason);
    else
        printf("%s: %.*s\n", verdict.decision == SP_MOVES_REFUSE ? "refused" : "nothing",
               (int)verdict.reason_len, verdict.reason);
    return err;
}

static enum sp_err damage(struct sp_store *store, const char *key)
{
    void *txn = NULL;
    enum sp_err err = sp_store_begin(store, &txn);
    if (err != SP_OK)
        return err;
    err = store->backend->txn_put(txn, SP_SPACE_MOVE, sp_span_of(key), SP_SPAN("no record"));
    return sp_store_end(store, txn, err);
}

int main(int argc, char **argv)
{
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_moves_policy policy = {
        .authority = authority, .authority_count = 1, .allow_private = true, .learn_limit = 100};
    struct sp_moves_proof proof = {
        .method = SP_METHOD_INVITE, .call_id = SP_SPAN("7@a.example"), .when = sp_clock_wall()};
    struct sp_store *store = NULL;
    struct sp_store_problem problem;
    char spec[512];
    const bool is_damage = argc == 4 && strcmp(argv[2], "--damage") == 0;
    if (!is_damage && (argc < 7 || argc > 6 + SP_ROUTE_TARGETS_MAX)) {
        fputs("usage: teach DIR PEER apply|suggest STATUS ASKED CONTACT[=EXPIRES]...\n", stderr);
        return 2;
    }
    (void)snprintf(spec, sizeof spec, "lmdb:%s", argv[1]);
    policy.peer = sp_span_of(argv[2]);
    policy.learn = strcmp(argv[3], "apply") == 0 ? SP_LEARN_APPLY : SP_LEARN_SUGGEST;
    proof.status = is_damage ? 0 : (uint16_t)strtoul(argv[4], NULL, 10);
    proof.asked = is_damage ? sp_span_absent() : sp_span_of(argv[5]);
    for (int i = 6; i < argc; i++)
        take_contact(&proof, argv[i]);
    if (sp_address_parse(SP_SPAN("127.0.0.1:7200"), 0, &proof.asked_at) != SP_OK)
        return 1;
    proof.answered_from = proof.asked_at;
    if (sp_store_open(sp_span_of(spec), &options, &store, &problem) != SP_OK) {
        fprintf(stderr, "teach: %s\n", problem.text);
        return 1;
    }
    const enum sp_err err = is_damage ? damage(store, argv[3]) : teach(store, &proof, &policy);
    sp_store_close(&store);
    return err == SP_OK ? 0 : 1;
}

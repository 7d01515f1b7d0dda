/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges as the writer does, without its thread and its clock.
 */
#include "teacher.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "server/move_judge.h"

static void keep(struct sim_teacher *teacher, const struct sp_move_letter *letter)
{
    struct sp_writer writer;
    char *octets = malloc(SP_MOVE_LETTER_MAX);
    SP_CHECK(octets != NULL);
    sp_writer_init(&writer, octets, SP_MOVE_LETTER_MAX);
    if (teacher->count == SIM_LESSONS_MAX || sp_move_letter_write(&writer, letter) != SP_OK) {
        free(octets);
        return;
    }
    teacher->letters[teacher->count].octets = octets;
    teacher->letters[teacher->count++].len = writer.len;
}

void sim_teacher_hear_proof(struct sim_teacher *teacher, const struct sp_moves_proof *proof)
{
    keep(teacher, &(struct sp_move_letter){.kind = SP_MOVE_LETTER_PROOF, .proof = *proof});
}

void sim_teacher_hear_uses(struct sim_teacher *teacher, const struct sp_move_tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        keep(teacher, &(struct sp_move_letter){
                          .kind = SP_MOVE_LETTER_USES,
                          .key = sp_span(tally->row[i].key, tally->row[i].key_len),
                          .outcome = tally->row[i].outcome,
                          .times = tally->row[i].times,
                      });
}

static enum sp_err learn(struct sim_teacher *teacher, struct sp_move_batch *batch,
                         const struct sp_moves_proof *proof, struct sp_wall now)
{
    const struct sp_peer *peer = sp_config_peer(teacher->config, &proof->asked_at);
    if (peer == NULL)
        return SP_OK;
    const struct sp_moves_policy policy = {
        .peer = peer->name,
        .learn = peer->learn,
        .authority = peer->authority,
        .authority_count = peer->authority_count,
        .allow_private = peer->allow_private,
        .max_age_s = peer->max_age_s,
        .learn_limit = peer->learn_limit,
        .key_rules = &teacher->config->key_rules,
    };
    struct sp_moves_lesson *lesson = malloc(sizeof *lesson);
    struct sp_moves_verdict *verdict = malloc(sizeof *verdict);
    SP_CHECK(lesson != NULL && verdict != NULL);
    sp_moves_begin(lesson, proof, &policy, now);
    enum sp_err err = sp_move_fill_lesson(lesson, batch);
    if (err == SP_OK) {
        sp_moves_judge(lesson, verdict);
        teacher->refused += verdict->decision == SP_MOVES_REFUSE;
        err = sp_move_carry_out(verdict, batch, now, SP_SPAN("peer"));
    }
    free(lesson);
    free(verdict);
    return err;
}

static enum sp_err count_uses(struct sp_move_batch *batch, const struct sp_move_letter *letter,
                              struct sp_wall now)
{
    const struct sp_moves_result result = {.outcome = letter->outcome, .times = letter->times};
    struct sp_moves_verdict verdict;
    struct sp_move move;
    if (sp_move_batch_find(batch, letter->key, false, &move) != SP_OK)
        return SP_OK; /* undone in the meantime */
    sp_moves_count(&move, &result, now, &verdict);
    return sp_move_carry_out(&verdict, batch, now, SP_SPAN("signpost"));
}

static void write_one(struct sim_teacher *teacher, struct sp_span octets, struct sp_wall now)
{
    struct sp_move_letter letter;
    struct sp_move_batch *batch = NULL;
    SP_CHECK(sp_move_batch_begin(teacher->store, &batch) == SP_OK);
    sp_move_letter_read(octets, &letter);
    const enum sp_err err = letter.kind == SP_MOVE_LETTER_PROOF
                                ? learn(teacher, batch, &letter.proof, now)
                                : count_uses(batch, &letter, now);
    SP_CHECK(sp_move_batch_end(&batch, err) == SP_OK);
}

void sim_teacher_write(struct sim_teacher *teacher, struct sp_wall now)
{
    for (size_t i = 0; i < teacher->count; i++) {
        write_one(teacher, sp_span(teacher->letters[i].octets, teacher->letters[i].len), now);
        free(teacher->letters[i].octets);
    }
    teacher->count = 0;
}

void sim_teacher_forget(struct sim_teacher *teacher)
{
    for (size_t i = 0; i < teacher->count; i++)
        free(teacher->letters[i].octets);
    teacher->count = 0;
}

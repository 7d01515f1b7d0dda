/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of moves in the virtual world: letters wait until their turn is over and are then
 * judged in order, each in a transaction of its own, as server/move_writer does it on its thread.
 */
#ifndef SP_TEST_SIM_TEACHER_H
#define SP_TEST_SIM_TEACHER_H

#include "server/config.h"
#include "server/move_letter.h"
#include "server/move_tally.h"
#include "store/store.h"

enum {
    SIM_LESSONS_MAX = 64, /* letters that wait; more are lost */
};

struct sim_teacher {
    const struct sp_config *config;
    struct sp_store *store;
    size_t count;
    struct {
        size_t len;
        char *octets;
    } letters[SIM_LESSONS_MAX];
    unsigned refused; /* that taught nothing, for a reason */
};

void sim_teacher_hear_proof(struct sim_teacher *teacher, const struct sp_moves_proof *proof);
void sim_teacher_hear_uses(struct sim_teacher *teacher, const struct sp_move_tally *tally);

/* Judges and writes all that waits. */
void sim_teacher_write(struct sim_teacher *teacher, struct sp_wall now);

/* What waits is lost. */
void sim_teacher_forget(struct sim_teacher *teacher);

#endif

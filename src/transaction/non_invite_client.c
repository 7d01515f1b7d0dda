/* SPDX-License-Identifier: Apache-2.0
 *
 * The non-INVITE client transaction: RFC 3261 §17.1.2, figure 6.
 */
#include "transaction/machine.h"

static const struct sp_cell trying[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_DELIVER),
    [SP_EVENT_2XX] = SP_GO(COMPLETED, SP_WORK_DELIVER),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_DELIVER),
    [SP_EVENT_TIMER_OF(E)] = SP_GO(TRYING, SP_WORK_SEND | SP_WORK_BACK_OFF),
    [SP_EVENT_TIMER_OF(F)] = SP_GO(TERMINATED, SP_WORK_TIMED_OUT),
    [SP_EVENT_TIMER_OF(K)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell proceeding[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_DELIVER),
    [SP_EVENT_2XX] = SP_GO(COMPLETED, SP_WORK_DELIVER),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_DELIVER),
    [SP_EVENT_TIMER_OF(E)] = SP_GO(PROCEEDING, SP_WORK_SEND | SP_WORK_AT_T2),
    [SP_EVENT_TIMER_OF(F)] = SP_GO(TERMINATED, SP_WORK_TIMED_OUT),
    [SP_EVENT_TIMER_OF(K)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell completed[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_ABSORB,
    [SP_EVENT_300_699] = SP_ABSORB,
    [SP_EVENT_TIMER_OF(E)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(F)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(K)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TRANSPORT_ERROR] = SP_ABSORB, /* its answer has come */
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

const struct sp_machine sp_non_invite_client = {
    .kind = SP_TXN_NON_INVITE_CLIENT,
    .first = SP_TXN_TRYING,
    .is_client = true,
    .silent = SP_SILENT(COMPLETED),
    .timers =
        {
            [SP_TXN_TRYING] = {SP_TIMER_E, SP_TIMER_F},
            [SP_TXN_PROCEEDING] = {SP_TIMER_E, SP_TIMER_F},
            [SP_TXN_COMPLETED] = {SP_TIMER_NONE, SP_TIMER_K},
            [SP_TXN_TERMINATED] = {SP_TIMER_NONE, SP_TIMER_NONE},
        },
    .cells =
        {
            [SP_TXN_TRYING] = trying,
            [SP_TXN_PROCEEDING] = proceeding,
            [SP_TXN_COMPLETED] = completed,
        },
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * The non-INVITE server transaction: RFC 3261 §17.2.2, figure 8.
 */
#include "transaction/machine.h"

static const struct sp_cell trying[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_ABSORB,
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_SEND),
    [SP_EVENT_2XX] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_TIMER_OF(J)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_ABSORB, /* nothing was sent yet */
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell proceeding[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_GO(PROCEEDING, SP_WORK_SEND),
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_SEND),
    [SP_EVENT_2XX] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_TIMER_OF(J)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell completed[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_DROP,
    [SP_EVENT_300_699] = SP_DROP,
    [SP_EVENT_TIMER_OF(J)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_ABSORB, /* its timer ends it */
};

const struct sp_machine sp_non_invite_server = {
    .kind = SP_TXN_NON_INVITE_SERVER,
    .first = SP_TXN_TRYING,
    .is_client = false,
    .timers =
        {
            [SP_TXN_TRYING] = {SP_TIMER_NONE, SP_TIMER_NONE},
            [SP_TXN_PROCEEDING] = {SP_TIMER_NONE, SP_TIMER_NONE},
            [SP_TXN_COMPLETED] = {SP_TIMER_NONE, SP_TIMER_J},
            [SP_TXN_TERMINATED] = {SP_TIMER_NONE, SP_TIMER_NONE},
        },
    .cells =
        {
            [SP_TXN_TRYING] = trying,
            [SP_TXN_PROCEEDING] = proceeding,
            [SP_TXN_COMPLETED] = completed,
        },
};

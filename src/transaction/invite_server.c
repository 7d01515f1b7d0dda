/* SPDX-License-Identifier: Apache-2.0
 *
 * The INVITE server transaction: RFC 3261 §17.2.1 with figure 7 as RFC 6026 §8.6 redrew it. A 2xx
 * is sent again by the user alone. A transport error is told and changes nothing, so that the
 * INVITE coming again is not taken for a new one (RFC 6026 §7.1).
 */
#include "transaction/machine.h"

static const struct sp_cell proceeding[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_GO(PROCEEDING, SP_WORK_SEND),
    [SP_EVENT_ACK] = SP_DROP,
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_SEND),
    [SP_EVENT_2XX] = SP_GO(ACCEPTED, SP_WORK_SEND),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_TIMER_OF(G)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(H)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(I)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(L)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(PROCEEDING, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell completed[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_ACK] = SP_GO(CONFIRMED, 0),
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_DROP,
    [SP_EVENT_300_699] = SP_DROP,
    [SP_EVENT_TIMER_OF(G)] = SP_GO(COMPLETED, SP_WORK_SEND | SP_WORK_BACK_OFF),
    [SP_EVENT_TIMER_OF(H)] = SP_GO(TERMINATED, SP_WORK_TIMED_OUT),
    [SP_EVENT_TIMER_OF(I)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(L)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(COMPLETED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_ABSORB, /* its timers end it */
};

static const struct sp_cell confirmed[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_ABSORB,    [SP_EVENT_ACK] = SP_ABSORB,
    [SP_EVENT_1XX] = SP_DROP,          [SP_EVENT_2XX] = SP_DROP,
    [SP_EVENT_300_699] = SP_DROP,      [SP_EVENT_TIMER_OF(G)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(H)] = SP_NEVER, [SP_EVENT_TIMER_OF(I)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TIMER_OF(L)] = SP_NEVER, [SP_EVENT_TRANSPORT_ERROR] = SP_ABSORB,
    [SP_EVENT_TERMINATE] = SP_ABSORB,
};

static const struct sp_cell accepted[SP_EVENT_COUNT] = {
    [SP_EVENT_REQUEST] = SP_ABSORB,
    [SP_EVENT_ACK] = SP_GO(ACCEPTED, SP_WORK_DELIVER),
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_GO(ACCEPTED, SP_WORK_SEND),
    [SP_EVENT_300_699] = SP_DROP,
    [SP_EVENT_TIMER_OF(G)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(H)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(I)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(L)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(ACCEPTED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_ABSORB,
};

const struct sp_machine sp_invite_server = {
    .kind = SP_TXN_INVITE_SERVER,
    .first = SP_TXN_PROCEEDING,
    .is_client = false,
    .silent = SP_SILENT(ACCEPTED) | SP_SILENT(CONFIRMED),
    .timers =
        {
            [SP_TXN_PROCEEDING] = {SP_TIMER_NONE, SP_TIMER_NONE},
            [SP_TXN_COMPLETED] = {SP_TIMER_G, SP_TIMER_H},
            [SP_TXN_CONFIRMED] = {SP_TIMER_NONE, SP_TIMER_I},
            [SP_TXN_ACCEPTED] = {SP_TIMER_NONE, SP_TIMER_L},
            [SP_TXN_TERMINATED] = {SP_TIMER_NONE, SP_TIMER_NONE},
        },
    .cells =
        {
            [SP_TXN_PROCEEDING] = proceeding,
            [SP_TXN_COMPLETED] = completed,
            [SP_TXN_CONFIRMED] = confirmed,
            [SP_TXN_ACCEPTED] = accepted,
        },
};

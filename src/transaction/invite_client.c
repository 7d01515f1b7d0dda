/* SPDX-License-Identifier: Apache-2.0
 *
 * The INVITE client transaction: RFC 3261 §17.1.1 with figure 5 as RFC 6026 §8.4 redrew it. The ACK
 * of a 300-699 is this machine's; that of a 2xx is the user's.
 */
#include "transaction/machine.h"

static const struct sp_cell calling[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_DELIVER),
    [SP_EVENT_2XX] = SP_GO(ACCEPTED, SP_WORK_DELIVER),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_ACK | SP_WORK_SEND | SP_WORK_DELIVER),
    [SP_EVENT_TIMER_OF(A)] = SP_GO(CALLING, SP_WORK_SEND | SP_WORK_BACK_OFF),
    [SP_EVENT_TIMER_OF(B)] = SP_GO(TERMINATED, SP_WORK_TIMED_OUT),
    [SP_EVENT_TIMER_OF(D)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(M)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell proceeding[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_GO(PROCEEDING, SP_WORK_DELIVER),
    [SP_EVENT_2XX] = SP_GO(ACCEPTED, SP_WORK_DELIVER),
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_ACK | SP_WORK_SEND | SP_WORK_DELIVER),
    [SP_EVENT_TIMER_OF(A)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(B)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(D)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(M)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_ABSORB, /* of an INVITE that did arrive */
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

static const struct sp_cell completed[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_DROP,
    [SP_EVENT_300_699] = SP_GO(COMPLETED, SP_WORK_SEND),
    [SP_EVENT_TIMER_OF(A)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(B)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(D)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TIMER_OF(M)] = SP_NEVER,
    [SP_EVENT_TRANSPORT_ERROR] = SP_GO(TERMINATED, SP_WORK_UNREACHABLE),
    [SP_EVENT_TERMINATE] = SP_ABSORB, /* the ACK may still be needed again */
};

static const struct sp_cell accepted[SP_EVENT_COUNT] = {
    [SP_EVENT_1XX] = SP_DROP,
    [SP_EVENT_2XX] = SP_GO(ACCEPTED, SP_WORK_DELIVER),
    [SP_EVENT_300_699] = SP_DROP,
    [SP_EVENT_TIMER_OF(A)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(B)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(D)] = SP_NEVER,
    [SP_EVENT_TIMER_OF(M)] = SP_GO(TERMINATED, 0),
    [SP_EVENT_TRANSPORT_ERROR] = SP_ABSORB,
    [SP_EVENT_TERMINATE] = SP_GO(TERMINATED, 0),
};

const struct sp_machine sp_invite_client = {
    .kind = SP_TXN_INVITE_CLIENT,
    .first = SP_TXN_CALLING,
    .is_client = true,
    .silent = SP_SILENT(ACCEPTED),
    .timers =
        {
            [SP_TXN_CALLING] = {SP_TIMER_A, SP_TIMER_B},
            [SP_TXN_PROCEEDING] = {SP_TIMER_NONE, SP_TIMER_NONE},
            [SP_TXN_COMPLETED] = {SP_TIMER_NONE, SP_TIMER_D},
            [SP_TXN_ACCEPTED] = {SP_TIMER_NONE, SP_TIMER_M},
            [SP_TXN_TERMINATED] = {SP_TIMER_NONE, SP_TIMER_NONE},
        },
    .cells =
        {
            [SP_TXN_CALLING] = calling,
            [SP_TXN_PROCEEDING] = proceeding,
            [SP_TXN_COMPLETED] = completed,
            [SP_TXN_ACCEPTED] = accepted,
        },
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two files of the flow table share: lists of flows, which are rings around a link of the
 * table's, and setting the clock of a flow.
 */
#ifndef SP_TRANSPORT_FLOW_LIST_H
#define SP_TRANSPORT_FLOW_LIST_H

#include <stddef.h>

#include "transport/flow.h"

/* The flow around one of its members. */
#define SP_FLOW_OF(pointer, member)                                                                \
    ((struct sp_flow *)(void *)((char *)(pointer)-offsetof(struct sp_flow, member)))

static inline void sp_flow_list_init(struct sp_flow_link *list)
{
    list->next = list;
    list->prev = list;
}

/* Nothing when it is in none. */
static inline void sp_flow_list_remove(struct sp_flow_link *link)
{
    if (link->next == NULL)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = NULL;
    link->prev = NULL;
}

static inline void sp_flow_list_append(struct sp_flow_link *list, struct sp_flow_link *link)
{
    link->next = list;
    link->prev = list->prev;
    list->prev->next = link;
    list->prev = link;
}

/* NULL when it is empty. */
static inline struct sp_flow_link *sp_flow_list_first(const struct sp_flow_link *list)
{
    return list->next == list ? NULL : list->next;
}

/* Sets the timer of a flow for the first thing that time could do to it, unless it is set for
 * earlier already. */
void sp_flow_arm(struct sp_flows *flows, struct sp_flow *flow);

#endif

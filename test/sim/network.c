/* SPDX-License-Identifier: Apache-2.0
 *
 * The virtual network: a heap of what is on its way, and the nodes' timers.
 */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define START (1000 * SP_SECOND)

void sim_network_open(struct sim_network *network, const uint8_t seed[16])
{
    *network = (struct sim_network){.now = START};
    network->flying = calloc(SIM_FLYING_MAX, sizeof *network->flying);
    SP_CHECK(network->flying != NULL);
    sp_random_init(&network->random, seed);
}

void sim_network_close(struct sim_network *network)
{
    for (size_t i = 0; i < network->flying_count; i++)
        free(network->flying[i].octets);
    free(network->flying);
}

void sim_network_add(struct sim_network *network, struct sim_node *node)
{
    SP_CHECK(network->node_count < SIM_NODES_MAX);
    network->nodes[network->node_count++] = node;
}

struct sim_node *sim_network_find(const struct sim_network *network,
                                  const struct sp_address *address)
{
    for (size_t i = 0; i < network->node_count; i++)
        if (sp_address_equal(&network->nodes[i]->address, address))
            return network->nodes[i];
    return NULL;
}

static bool is_before(const struct sim_flying *a, const struct sim_flying *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void swap(struct sim_flying *a, struct sim_flying *b)
{
    const struct sim_flying kept = *a;
    *a = *b;
    *b = kept;
}

static void push(struct sim_network *network, const struct sim_flying *flying)
{
    struct sim_flying *heap = network->flying;
    size_t at = network->flying_count;
    if (at == SIM_FLYING_MAX) {
        free(flying->octets);
        return;
    }
    network->flying_count++;
    heap[at] = *flying;
    for (; at > 0 && is_before(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

static struct sim_flying pop(struct sim_network *network)
{
    struct sim_flying *heap = network->flying;
    const struct sim_flying first = heap[0];
    const size_t count = --network->flying_count;
    heap[0] = heap[count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < count && is_before(&heap[child], &heap[least]))
                least = child;
        if (least == at)
            return first;
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

static bool is_cut(const struct sim_network *network, const struct sim_node *a,
                   const struct sim_node *b)
{
    for (size_t i = 0; i < SIM_CUTS_MAX; i++) {
        const struct sim_cut *cut = &network->cuts[i];
        if (cut->until > network->now &&
            ((cut->a == a && cut->b == b) || (cut->a == b && cut->b == a)))
            return true;
    }
    return false;
}

void sim_network_cut(struct sim_network *network, const struct sim_node *a,
                     const struct sim_node *b, sp_time lasts)
{
    for (size_t i = 0; i < SIM_CUTS_MAX; i++) {
        if (network->cuts[i].until <= network->now) {
            network->cuts[i] = (struct sim_cut){a, b, network->now + lasts};
            return;
        }
    }
}

static bool happens(struct sim_network *network, uint32_t thousandths)
{
    return sp_random_below(&network->random, 1000) < thousandths;
}

static void launch(struct sim_network *network, const struct sp_address *from,
                   const struct sp_address *to, struct sp_span octets)
{
    const struct sim_weather *weather = &network->weather;
    const uint64_t spread = (uint64_t)(weather->delay_most - weather->delay_least) + 1;
    struct sim_flying flying = {
        .due = network->now + weather->delay_least +
               (sp_time)sp_random_below(&network->random, spread),
        .order = network->sent++,
        .from = *from,
        .to = *to,
        .len = octets.len,
    };
    if (!sp_span_is_absent(octets)) {
        flying.octets = malloc(octets.len + 1);
        SP_CHECK(flying.octets != NULL);
        memcpy(flying.octets, octets.ptr, octets.len);
    }
    push(network, &flying);
}

void sim_network_send(struct sim_network *network, const struct sp_address *from,
                      const struct sp_address *to, struct sp_span octets)
{
    const struct sim_node *sender = sim_network_find(network, from);
    const struct sim_node *receiver = sim_network_find(network, to);
    if (network->tap != NULL)
        network->tap(network->tap_context, sender, receiver, octets, network->now);
    if (receiver != NULL && receiver->is_gone)
        return;
    if (receiver == NULL || receiver->is_down) {
        launch(network, to, from, sp_span_absent());
        return;
    }
    if (is_cut(network, sender, receiver) || happens(network, network->weather.lost))
        return;
    launch(network, from, to, octets);
    if (happens(network, network->weather.doubled))
        launch(network, from, to, octets);
}

static void arrive(struct sim_network *network)
{
    const struct sim_flying flying = pop(network);
    const struct sim_node *node = sim_network_find(network, &flying.to);
    const bool is_heard = node != NULL && !node->is_down;
    if (is_heard && flying.octets == NULL)
        node->failed(node->self, &flying.from, network->now);
    else if (is_heard)
        node->receive(node->self, &flying.from, sp_span(flying.octets, flying.len), network->now);
    free(flying.octets);
}

static struct sim_node *first_due(const struct sim_network *network, sp_time *due)
{
    struct sim_node *first = NULL;
    *due = SP_TIME_NEVER;
    for (size_t i = 0; i < network->node_count; i++) {
        struct sim_node *node = network->nodes[i];
        const sp_time wanted = node->is_down ? SP_TIME_NEVER : node->due(node->self);
        if (wanted < *due) {
            *due = wanted;
            first = node;
        }
    }
    return first;
}

bool sim_network_step(struct sim_network *network, sp_time until)
{
    sp_time timer_due;
    const struct sim_node *node = first_due(network, &timer_due);
    const sp_time flying_due = network->flying_count > 0 ? network->flying[0].due : SP_TIME_NEVER;
    const sp_time next = timer_due < flying_due ? timer_due : flying_due;
    if (next > until) {
        network->now = until;
        return false;
    }
    network->now = next > network->now ? next : network->now;
    if (flying_due <= timer_due)
        arrive(network);
    else
        node->fire(node->self, network->now);
    return true;
}

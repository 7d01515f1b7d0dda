/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 2782's draw: the servers of a priority that are not yet placed stand in a row, those of
 * weight 0 first; a number from 0 to the sum of all weights is drawn; the first one at which the
 * running sum reaches it is next. So one of weight 0 is drawn seldom, but not never. Where nobody
 * has a weight all are alike: a cached answer does not turn, as those of a name server do.
 */
#include "target/srv_order.h"

struct draw {
    const struct sp_dns_answer *answer;
    uint8_t *order;
};

static const struct sp_dns_srv *at(const struct draw *draw, size_t place)
{
    return &draw->answer->records[draw->order[place]].srv;
}

static bool is_before(const struct sp_dns_srv *a, const struct sp_dns_srv *b)
{
    if (a->priority != b->priority)
        return a->priority < b->priority;
    return a->weight == 0 && b->weight != 0;
}

/* By priority, weight 0 first, else as the answer has them. */
static void sort(const struct draw *draw, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const uint8_t moved = draw->order[i];
        size_t to = i;
        while (to > 0 && is_before(&draw->answer->records[moved].srv, at(draw, to - 1))) {
            draw->order[to] = draw->order[to - 1];
            to--;
        }
        draw->order[to] = moved;
    }
}

/* Draws one of the places from `first` up to `end` and moves it to `first`; the others stay in
 * order. */
static void draw_one(const struct draw *draw, size_t first, size_t end, struct sp_random *random)
{
    uint64_t sum = 0;
    for (size_t i = first; i < end; i++)
        sum += at(draw, i)->weight;
    size_t place = first;
    if (sum == 0) {
        place += sp_random_below(random, end - first);
    } else {
        const uint64_t drawn = sp_random_below(random, sum + 1);
        sum = at(draw, place)->weight;
        while (sum < drawn)
            sum += at(draw, ++place)->weight;
    }
    const uint8_t moved = draw->order[place];
    for (; place > first; place--)
        draw->order[place] = draw->order[place - 1];
    draw->order[first] = moved;
}

size_t sp_srv_order(const struct sp_dns_answer *answer, struct sp_random *random,
                    uint8_t order[SP_DNS_RECORDS_MAX])
{
    const size_t count = answer->count < SP_DNS_RECORDS_MAX ? answer->count : SP_DNS_RECORDS_MAX;
    const struct draw draw = {answer, order};
    for (size_t i = 0; i < count; i++)
        order[i] = (uint8_t)i;
    sort(&draw, count);
    for (size_t first = 0; first < count; first++) {
        size_t end = first + 1;
        while (end < count && at(&draw, end)->priority == at(&draw, first)->priority)
            end++;
        if (end - first > 1)
            draw_one(&draw, first, end, random);
    }
    return count;
}

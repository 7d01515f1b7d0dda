/* SPDX-License-Identifier: Apache-2.0
 *
 * Look-ups: each has a machine and a waiter for every question that the machine can put. An answer
 * is handed to all that wait for it; each then puts what it wants to know next, which may be known
 * already. Look-ups stand in two lists: those that wait, in order of their time, and those that are
 * over and not yet taken.
 */
#include "server/locate.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/slab.h"
#include "server/locate_failed.h"
#include "server/locate_known.h"

enum {
    LOOKUPS_MAX = 256,
    ANSWERS_MAX = 512,
    FAILED_MAX = 256,
    QUESTION_WAIT_S = 4,
    FAILED_WAIT_S = 30,
};

struct lookup;

struct waiter {
    struct sp_known_waiter known; /* first */
    struct lookup *lookup;
};

struct lookup {
    struct lookup *next, *prev;
    uint64_t user;
    sp_time until;
    struct sp_next_hop_machine machine;
    struct waiter waiters[SP_NEXT_HOP_QUESTIONS_MAX]; /* by the machine's number */
};

struct list {
    struct lookup *first, *last;
};

struct sp_locate {
    struct sp_locate_options options;
    struct sp_random random;
    struct sp_slab *slab;
    struct sp_known *known;
    struct sp_failed *failed;
    struct list waiting, over;
    sp_time now;                          /* of the last call that told it */
    struct sp_next_hop_machine beginning; /* most look-ups are over before they need memory */
};

static void append(struct list *list, struct lookup *lookup)
{
    lookup->next = NULL;
    lookup->prev = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = lookup;
    list->last = lookup;
}

static void take_out(struct list *list, struct lookup *lookup)
{
    *(lookup->prev != NULL ? &lookup->prev->next : &list->first) = lookup->next;
    *(lookup->next != NULL ? &lookup->next->prev : &list->last) = lookup->prev;
}

static void count(struct sp_locate *locate, enum sp_metric metric)
{
    if (locate->options.metrics != NULL)
        sp_metric_add(locate->options.metrics, metric, 1);
}

static void set_waiting(struct sp_locate *locate)
{
    if (locate->options.metrics != NULL)
        sp_metric_set(locate->options.metrics, SP_METRIC_LOOKUPS, sp_slab_used(locate->slab));
}

static void fill_defaults(struct sp_locate_options *options)
{
    if (options->lookups_max == 0)
        options->lookups_max = LOOKUPS_MAX;
    if (options->answers_max == 0)
        options->answers_max = ANSWERS_MAX;
    if (options->failed_max == 0)
        options->failed_max = FAILED_MAX;
    if (options->question_wait == 0)
        options->question_wait = QUESTION_WAIT_S * SP_SECOND;
    if (options->failed_wait == 0)
        options->failed_wait = FAILED_WAIT_S * SP_SECOND;
}

enum sp_err sp_locate_new(const struct sp_locate_options *options, struct sp_locate **locate)
{
    struct sp_locate *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->options = *options;
    fill_defaults(&made->options);
    sp_random_init(&made->random, options->seed);
    const struct sp_hash_key key = {sp_random_u64(&made->random), sp_random_u64(&made->random)};
    enum sp_err err =
        sp_slab_new("look-ups", sizeof(struct lookup), made->options.lookups_max, &made->slab);
    if (err == SP_OK)
        err = sp_known_new(&key, made->options.answers_max, &made->known);
    if (err == SP_OK)
        err =
            sp_failed_new(&key, made->options.failed_max, made->options.failed_wait, &made->failed);
    if (err == SP_OK)
        *locate = made;
    else
        sp_locate_free(&made);
    return err;
}

static void forget(struct sp_locate *locate, struct sp_known_question *question)
{
    locate->options.ports.forget(locate->options.ports.context, question->number);
    sp_known_drop(locate->known, question);
}

/* Hangs on no question any more; one that nobody else wants is forgotten. */
static void leave_all(struct sp_locate *locate, struct lookup *lookup)
{
    for (size_t i = 0; i < SP_NEXT_HOP_QUESTIONS_MAX; i++) {
        struct sp_known_question *question = lookup->waiters[i].known.question;
        sp_known_leave(&lookup->waiters[i].known);
        if (question != NULL && question->waiters == NULL && question->state == SP_KNOWN_ASKED)
            forget(locate, question);
    }
}

void sp_locate_free(struct sp_locate **locate)
{
    struct sp_locate *gone = *locate;
    if (gone == NULL)
        return;
    for (struct lookup *lookup = gone->waiting.first; lookup != NULL; lookup = lookup->next)
        leave_all(gone, lookup);
    sp_failed_free(&gone->failed);
    sp_known_free(&gone->known);
    if (gone->slab != NULL)
        sp_slab_free(&gone->slab);
    free(gone);
    *locate = NULL;
}

/* A question that cannot even be asked is answered like one that failed. */
static void refuse(struct lookup *lookup, const struct sp_next_hop_question *wanted)
{
    const struct sp_dns_answer answer = {.type = wanted->type, .status = SP_DNS_FAILED};
    sp_next_hop_answer(&lookup->machine, wanted->number, &answer);
}

static void ask(struct sp_locate *locate, struct lookup *lookup,
                const struct sp_next_hop_question *wanted)
{
    const struct sp_locate_ports *ports = &locate->options.ports;
    struct sp_known_question *question = NULL;
    const sp_time until = locate->now + locate->options.question_wait;
    if (sp_known_open(locate->known, wanted->type, wanted->name, until, &question) != SP_OK) {
        count(locate, SP_METRIC_DNS_FAILED);
        refuse(lookup, wanted);
        return;
    }
    count(locate, SP_METRIC_DNS_QUESTIONS);
    if (ports->ask(ports->context, question->number, wanted->type, wanted->name) != SP_OK) {
        count(locate, SP_METRIC_DNS_FAILED);
        sp_known_drop(locate->known, question);
        refuse(lookup, wanted);
        return;
    }
    sp_known_wait(question, &lookup->waiters[wanted->number].known);
}

/* Puts what the machine wants to know, until it waits or is through. */
static void pump(struct sp_locate *locate, struct lookup *lookup)
{
    struct sp_next_hop_question wanted;
    while (sp_next_hop_ask(&lookup->machine, &wanted)) {
        struct sp_known_question *question =
            sp_known_find(locate->known, wanted.type, wanted.name, locate->now);
        if (question == NULL) {
            ask(locate, lookup, &wanted);
        } else if (question->state == SP_KNOWN_ASKED) {
            sp_known_wait(question, &lookup->waiters[wanted.number].known);
        } else {
            count(locate, SP_METRIC_DNS_CACHE_HITS);
            sp_next_hop_answer(&lookup->machine, wanted.number, &question->answer);
        }
    }
}

static void write_located(struct sp_locate *locate, uint64_t user,
                          const struct sp_next_hop_machine *machine, struct sp_located *located)
{
    const struct sp_next_hop *hops = sp_next_hop_list(machine, &located->count);
    located->user = user;
    located->state = machine->state;
    memcpy(located->hops, hops, located->count * sizeof *hops);
    sp_failed_sort(locate->failed, located->hops, located->count, locate->now);
}

/* Says what a look-up came to and gives its memory back; it stands in no list. */
static void give(struct sp_locate *locate, struct lookup *lookup, struct sp_located *located)
{
    write_located(locate, lookup->user, &lookup->machine, located);
    sp_slab_give(locate->slab, (void **)&lookup);
    set_waiting(locate);
}

static void end_waiting(struct sp_locate *locate, struct lookup *lookup)
{
    leave_all(locate, lookup);
    take_out(&locate->waiting, lookup);
    append(&locate->over, lookup);
}

static void draw_seed(struct sp_locate *locate, uint8_t seed[16])
{
    for (size_t i = 0; i < 2; i++) {
        const uint64_t random = sp_random_u64(&locate->random);
        memcpy(seed + 8 * i, &random, 8);
    }
}

/* The machine that has begun moves into a look-up. */
static struct lookup *make(struct sp_locate *locate, uint64_t user)
{
    struct lookup *lookup = sp_slab_take(locate->slab);
    if (lookup == NULL) {
        count(locate, SP_METRIC_LOOKUPS_FULL);
        return NULL;
    }
    set_waiting(locate);
    lookup->user = user;
    lookup->until = locate->now + locate->options.question_wait + locate->options.question_wait / 4;
    lookup->machine = locate->beginning;
    for (size_t i = 0; i < SP_NEXT_HOP_QUESTIONS_MAX; i++)
        lookup->waiters[i].lookup = lookup;
    return lookup;
}

/* What has begun is over at once, or with the answers that are known, or waits. */
static enum sp_err run(struct sp_locate *locate, uint64_t user, struct sp_located *located)
{
    if (locate->beginning.state != SP_NEXT_HOP_ASKING) {
        write_located(locate, user, &locate->beginning, located);
        return SP_OK;
    }
    struct lookup *lookup = make(locate, user);
    if (lookup == NULL)
        return SP_ERR_FULL;
    pump(locate, lookup);
    if (lookup->machine.state != SP_NEXT_HOP_ASKING) {
        give(locate, lookup, located);
        return SP_OK;
    }
    append(&locate->waiting, lookup);
    return SP_PARTIAL;
}

enum sp_err sp_locate_begin(struct sp_locate *locate, uint64_t user, const struct sp_uri *uri,
                            sp_time now, struct sp_located *located)
{
    uint8_t seed[16];
    locate->now = now;
    draw_seed(locate, seed);
    const enum sp_err err =
        sp_next_hop_begin(&locate->beginning, &locate->options.rules, uri, seed);
    return err == SP_OK ? run(locate, user, located) : err;
}

static void cancel_in(struct sp_locate *locate, struct list *list, uint64_t user)
{
    struct lookup *next = NULL;
    for (struct lookup *lookup = list->first; lookup != NULL; lookup = next) {
        next = lookup->next;
        if (lookup->user != user)
            continue;
        leave_all(locate, lookup);
        take_out(list, lookup);
        sp_slab_give(locate->slab, (void **)&lookup);
    }
}

void sp_locate_cancel(struct sp_locate *locate, uint64_t user)
{
    cancel_in(locate, &locate->waiting, user);
    cancel_in(locate, &locate->over, user);
    set_waiting(locate);
}

/* All that wait for the answer take it, one after the other: what one asks next may be what another
 * waits for already. */
static void answer(struct sp_locate *locate, struct sp_known_question *question,
                   const struct sp_dns_answer *said)
{
    sp_known_answer(locate->known, question, said, locate->now);
    while (question->waiters != NULL) {
        struct waiter *waiter = (struct waiter *)question->waiters; /* its first */
        struct lookup *lookup = waiter->lookup;
        sp_known_leave(&waiter->known);
        sp_next_hop_answer(&lookup->machine, (uint8_t)(waiter - lookup->waiters),
                           &question->answer);
        pump(locate, lookup);
        if (lookup->machine.state != SP_NEXT_HOP_ASKING)
            end_waiting(locate, lookup);
    }
    sp_known_release(locate->known, question);
}

void sp_locate_answered(struct sp_locate *locate, uint64_t question,
                        const struct sp_dns_answer *said, sp_time now)
{
    struct sp_known_question *found = sp_known_of(locate->known, question);
    locate->now = now;
    if (found == NULL || (enum sp_dns_type)found->key[0] != said->type)
        return;
    count(locate, said->status == SP_DNS_FAILED ? SP_METRIC_DNS_FAILED : SP_METRIC_DNS_ANSWERS);
    answer(locate, found, said);
}

void sp_locate_turn(struct sp_locate *locate, sp_time now)
{
    struct sp_known_question *question = NULL;
    locate->now = now;
    while ((question = sp_known_oldest(locate->known)) != NULL && question->until <= now) {
        const struct sp_dns_answer said = {.type = (enum sp_dns_type)question->key[0],
                                           .status = SP_DNS_TIMEOUT};
        count(locate, SP_METRIC_DNS_TIMEOUTS);
        locate->options.ports.forget(locate->options.ports.context, question->number);
        answer(locate, question, &said);
    }
    while (locate->waiting.first != NULL && locate->waiting.first->until <= now) {
        sp_next_hop_expire(&locate->waiting.first->machine);
        end_waiting(locate, locate->waiting.first);
    }
}

sp_time sp_locate_due(const struct sp_locate *locate)
{
    const struct sp_known_question *question = sp_known_oldest(locate->known);
    sp_time due = question != NULL ? question->until : SP_TIME_NEVER;
    if (locate->waiting.first != NULL && locate->waiting.first->until < due)
        due = locate->waiting.first->until;
    return locate->over.first != NULL ? locate->now : due;
}

bool sp_locate_take(struct sp_locate *locate, struct sp_located *located)
{
    struct lookup *lookup = locate->over.first;
    if (lookup == NULL)
        return false;
    take_out(&locate->over, lookup);
    give(locate, lookup, located);
    return true;
}

void sp_locate_failed(struct sp_locate *locate, const struct sp_next_hop *hop, sp_time now)
{
    sp_failed_add(locate->failed, hop, now);
}

void sp_locate_worked(struct sp_locate *locate, const struct sp_next_hop *hop)
{
    sp_failed_remove(locate->failed, hop);
}

size_t sp_locate_waiting(const struct sp_locate *locate)
{
    return sp_slab_used(locate->slab);
}

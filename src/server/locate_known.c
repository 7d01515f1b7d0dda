/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions stand in an array and are found by their key through a table, and by their number,
 * which is the place in the array and how often something began there. Two lists: open ones in
 * order of their time, answered ones in order of use.
 */
#include "server/locate_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/check.h"

enum {
    INDEX_BITS = 16,
};

struct list {
    struct sp_known_question *first, *last;
};

struct sp_known {
    struct sp_table *table;
    struct sp_known_question *questions;
    size_t max;
    size_t touched; /* places that were ever used */
    struct list free, asked, answered;
};

static void append(struct list *list, struct sp_known_question *question)
{
    question->next = NULL;
    question->prev = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = question;
    list->last = question;
}

static void take_out(struct list *list, struct sp_known_question *question)
{
    *(question->prev != NULL ? &question->prev->next : &list->first) = question->next;
    *(question->next != NULL ? &question->next->prev : &list->last) = question->prev;
}

enum sp_err sp_known_new(const struct sp_hash_key *key, size_t max, struct sp_known **known)
{
    SP_CHECK(max > 0 && max < (size_t)1 << INDEX_BITS);
    struct sp_known *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->max = max;
    made->questions = calloc(max, sizeof *made->questions);
    if (made->questions == NULL || sp_table_new(key, max, &made->table) != SP_OK) {
        sp_known_free(&made);
        return SP_ERR_MEMORY;
    }
    *known = made;
    return SP_OK;
}

void sp_known_free(struct sp_known **known)
{
    if (*known == NULL)
        return;
    sp_table_free(&(*known)->table);
    free((*known)->questions);
    free(*known);
    *known = NULL;
}

static struct sp_span write_key(enum sp_dns_type type, struct sp_span name,
                                char key[1 + SP_DNS_NAME_MAX])
{
    SP_CHECK(name.len <= SP_DNS_NAME_MAX);
    key[0] = (char)type;
    for (size_t i = 0; i < name.len; i++)
        key[1 + i] = sp_ascii_lower(name.ptr[i]);
    return sp_span(key, 1 + name.len);
}

static void forget(struct sp_known *known, struct sp_known_question *question)
{
    sp_table_remove(known->table, &question->entry);
    question->state = SP_KNOWN_FREE;
    append(&known->free, question);
}

struct sp_known_question *sp_known_find(struct sp_known *known, enum sp_dns_type type,
                                        struct sp_span name, sp_time now)
{
    char key[1 + SP_DNS_NAME_MAX];
    struct sp_table_entry *entry = sp_table_find(known->table, write_key(type, name, key));
    struct sp_known_question *question = (struct sp_known_question *)entry; /* its first */
    if (question == NULL || question->state != SP_KNOWN_ANSWERED)
        return question;
    take_out(&known->answered, question);
    if (question->until <= now) {
        forget(known, question);
        return NULL;
    }
    append(&known->answered, question);
    return question;
}

/* A free place; else the one whose answer was not used for the longest time. */
static struct sp_known_question *take_place(struct sp_known *known)
{
    if (known->free.first == NULL && known->touched < known->max)
        return &known->questions[known->touched++];
    if (known->free.first == NULL && known->answered.first != NULL) {
        struct sp_known_question *oldest = known->answered.first;
        take_out(&known->answered, oldest);
        forget(known, oldest);
    }
    struct sp_known_question *place = known->free.first;
    if (place != NULL)
        take_out(&known->free, place);
    return place;
}

enum sp_err sp_known_open(struct sp_known *known, enum sp_dns_type type, struct sp_span name,
                          sp_time until, struct sp_known_question **question)
{
    struct sp_known_question *place = take_place(known);
    if (place == NULL)
        return SP_ERR_FULL;
    const size_t index = (size_t)(place - known->questions);
    const struct sp_span key = write_key(type, name, place->key);
    const enum sp_err err = sp_table_add(known->table, &place->entry, key);
    SP_CHECK(err == SP_OK); /* it was looked for, and there are as many places as entries */
    place->state = SP_KNOWN_ASKED;
    place->number = ((place->number >> INDEX_BITS) + 1) << INDEX_BITS | index;
    place->until = until;
    place->waiters = NULL;
    append(&known->asked, place);
    *question = place;
    return SP_OK;
}

struct sp_known_question *sp_known_of(struct sp_known *known, uint64_t number)
{
    const size_t index = number & (((uint64_t)1 << INDEX_BITS) - 1);
    if (index >= known->touched)
        return NULL;
    struct sp_known_question *question = &known->questions[index];
    return question->state == SP_KNOWN_ASKED && question->number == number ? question : NULL;
}

struct sp_known_question *sp_known_oldest(const struct sp_known *known)
{
    return known->asked.first;
}

static struct sp_span copy(struct sp_writer *writer, struct sp_span from)
{
    const size_t at = writer->len;
    sp_write_span(writer, from);
    return sp_span(writer->ptr + at, from.len);
}

/* One record with its texts; false when these do not fit any more. */
static bool copy_record(struct sp_writer *writer, enum sp_dns_type type,
                        const union sp_dns_record *from, union sp_dns_record *to)
{
    const struct sp_writer before = *writer;
    *to = *from;
    if (type == SP_DNS_SRV) {
        to->srv.target = copy(writer, from->srv.target);
    } else if (type == SP_DNS_NAPTR) {
        to->naptr.flags = copy(writer, from->naptr.flags);
        to->naptr.services = copy(writer, from->naptr.services);
        to->naptr.replacement = copy(writer, from->naptr.replacement);
    }
    if (writer->err == SP_OK)
        return true;
    *writer = before;
    return false;
}

static uint32_t life_s(const struct sp_dns_answer *answer)
{
    switch (answer->status) {
    case SP_DNS_FOUND:
        return answer->ttl_s;
    case SP_DNS_ABSENT:
        return answer->ttl_s < SP_KNOWN_ABSENT_MAX_S ? answer->ttl_s : SP_KNOWN_ABSENT_MAX_S;
    case SP_DNS_FAILED:
    case SP_DNS_TIMEOUT:
        return SP_KNOWN_FAILED_S;
    }
    return 0;
}

void sp_known_answer(struct sp_known *known, struct sp_known_question *question,
                     const struct sp_dns_answer *answer, sp_time now)
{
    struct sp_writer writer;
    SP_CHECK(question->state == SP_KNOWN_ASKED);
    take_out(&known->asked, question);
    question->state = SP_KNOWN_HELD;
    question->until = now + (sp_time)life_s(answer) * SP_SECOND;
    question->answer = *answer;
    question->answer.records = question->records;
    question->answer.count = 0;
    sp_writer_init(&writer, question->text, sizeof question->text);
    for (size_t i = 0; i < answer->count && question->answer.count < SP_DNS_RECORDS_MAX; i++)
        if (copy_record(&writer, answer->type, &answer->records[i],
                        &question->records[question->answer.count]))
            question->answer.count++;
}

void sp_known_release(struct sp_known *known, struct sp_known_question *question)
{
    SP_CHECK(question->state == SP_KNOWN_HELD && question->waiters == NULL);
    question->state = SP_KNOWN_ANSWERED;
    append(&known->answered, question);
}

void sp_known_drop(struct sp_known *known, struct sp_known_question *question)
{
    SP_CHECK(question->state == SP_KNOWN_ASKED && question->waiters == NULL);
    take_out(&known->asked, question);
    forget(known, question);
}

void sp_known_wait(struct sp_known_question *question, struct sp_known_waiter *waiter)
{
    SP_CHECK(question->state == SP_KNOWN_ASKED && waiter->question == NULL);
    waiter->question = question;
    waiter->prev = NULL;
    waiter->next = question->waiters;
    if (waiter->next != NULL)
        waiter->next->prev = waiter;
    question->waiters = waiter;
}

void sp_known_leave(struct sp_known_waiter *waiter)
{
    if (waiter->question == NULL)
        return;
    *(waiter->prev != NULL ? &waiter->prev->next : &waiter->question->waiters) = waiter->next;
    if (waiter->next != NULL)
        waiter->next->prev = waiter->prev;
    waiter->question = NULL;
}

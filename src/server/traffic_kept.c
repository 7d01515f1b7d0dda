/* SPDX-License-Identifier: Apache-2.0
 *
 * The last transactions: each is found by its Call-ID and the number of its CSeq, so that what a
 * proxy receives and what it sends on stand in one ladder. Places are taken from whichever code
 * holds most of them, the oldest first.
 */
#include <string.h>

#include "base/siphash.h"
#include "server/traffic_parts.h"

enum {
    FEW = 8, /* transactions that every code keeps as long as there is room at all */
};

#define KEEP_AFTER (100 * SP_MILLISECOND)

/* Which transaction a message belongs to; what collides shares a ladder, which does no harm. */
static uint64_t key_of(const struct sp_traffic_message *message)
{
    static const struct sp_hash_key key = {0x7369676e706f7374, 0x7472616666696300};
    struct sp_siphash hash;
    sp_siphash_init(&hash, &key);
    sp_siphash_add(&hash, message->call_id);
    sp_siphash_add(&hash, sp_span((const char *)&message->cseq, sizeof message->cseq));
    return sp_siphash_end(&hash);
}

static size_t find(const struct sp_kept *kept, uint64_t key)
{
    const size_t near = kept->near[key & (SP_KEPT_NEAR - 1)];
    return near > 0 && kept->keys[near - 1] == key ? near - 1 : SP_KEPT_MAX;
}

/* The code that holds most places; a code of more than others only beyond the few of each. */
static unsigned greediest(const struct sp_kept *kept)
{
    unsigned most = 0;
    for (unsigned k = 0; k < SP_KEPT_MAX; k++)
        if (kept->held[kept->codes[k]] > kept->held[most])
            most = kept->codes[k];
    return most;
}

/* A free place, or the oldest one of the code that can spare it; of all, when no code can. */
static size_t find_place(const struct sp_kept *kept)
{
    const unsigned code = greediest(kept);
    const bool has_spare = kept->held[code] > FEW;
    size_t place = SP_KEPT_MAX;
    for (size_t k = 0; k < SP_KEPT_MAX; k++) {
        if (kept->numbers[k] == 0)
            return k;
        if (has_spare && kept->codes[k] != code)
            continue;
        if (place == SP_KEPT_MAX || kept->numbers[k] < kept->numbers[place])
            place = k;
    }
    return place;
}

/* Copies what fits. */
static uint8_t copy(char *to, size_t max, struct sp_span from)
{
    const struct sp_span cut = sp_span_first(from, max);
    if (cut.len > 0)
        memcpy(to, cut.ptr, cut.len);
    return (uint8_t)cut.len;
}

static size_t begin(struct sp_kept *kept, const struct sp_traffic_message *message, uint64_t key)
{
    const size_t at = find_place(kept);
    struct sp_traffic_transaction *const made = &kept->list[at];
    if (kept->numbers[at] != 0)
        kept->held[kept->codes[at]]--;
    kept->near[key & (SP_KEPT_NEAR - 1)] = (uint16_t)(at + 1);
    kept->keys[at] = key;
    kept->numbers[at] = ++kept->last;
    kept->codes[at] = 0;
    kept->held[0]++;
    *made = (struct sp_traffic_transaction){
        .number = kept->last, .key = key, .method = message->method};
    made->call_id_len = copy(made->call_id, sizeof made->call_id, message->call_id);
    return at;
}

static void append(struct sp_traffic_step *step, struct sp_span text)
{
    step->len =
        (uint8_t)(step->len + copy(step->line + step->len, sizeof step->line - step->len, text));
}

/* "sip:a:secret@example.com;x?y" without what is nobody's business: "sip:a@example.com". */
static void append_uri(struct sp_traffic_step *step, struct sp_span uri)
{
    const size_t scheme = sp_span_find(uri, ':') + 1;
    const struct sp_span rest = sp_span_after(uri, scheme);
    const size_t at = sp_span_find(rest, '@');
    struct sp_span host = at < rest.len ? sp_span_after(rest, at) : rest;
    append(step, sp_span_first(uri, scheme));
    if (at < rest.len)
        append(step, sp_span_first(sp_span_first(rest, at), sp_span_find(rest, ':')));
    host = sp_span_first(host, sp_span_find(host, ';'));
    append(step, sp_span_first(host, sp_span_find(host, '?')));
}

/* What a ladder says of a message: its first line, without the version. */
static void write_line(struct sp_traffic_step *step, struct sp_span octets)
{
    const struct sp_span line = sp_span_first(octets, sp_span_find(octets, '\r'));
    const size_t first = sp_span_find(line, ' ');
    const struct sp_span rest = sp_span_after(line, first + 1);
    if (sp_span_has_prefix(line, SP_SPAN("SIP/2.0 "))) {
        append(step, rest);
        return;
    }
    append(step, sp_span_first(line, first + 1));
    append_uri(step, sp_span_first(rest, sp_span_find(rest, ' ')));
}

static void add_step(struct sp_traffic_transaction *transaction,
                     const struct sp_traffic_message *message, struct sp_span octets, bool is_sent,
                     sp_time now)
{
    if (transaction->step_count == SP_TRAFFIC_STEPS_MAX)
        return;
    struct sp_traffic_step *const step = &transaction->steps[transaction->step_count++];
    *step = (struct sp_traffic_step){.at = now, .remote = *message->remote, .is_sent = is_sent};
    write_line(step, octets);
}

/* Whether an answer that is given at once is one to be kept. */
static bool is_due(struct sp_kept *kept, uint16_t status, sp_time now)
{
    if (now < kept->due[status])
        return false;
    kept->due[status] = now + KEEP_AFTER;
    return true;
}

static bool has_code(const struct sp_traffic_message *message)
{
    return message->status >= SP_TRAFFIC_FIRST &&
           message->status < SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES;
}

void sp_kept_note(struct sp_kept *kept, const struct sp_traffic_message *message, sp_time now)
{
    const bool is_at_once = !sp_span_is_absent(message->request);
    if (is_at_once && (!has_code(message) || !is_due(kept, message->status, now)))
        return;
    const uint64_t key = key_of(message);
    size_t at = find(kept, key);
    if (at == SP_KEPT_MAX)
        at = begin(kept, message, key);
    struct sp_traffic_transaction *const transaction = &kept->list[at];
    if (is_at_once)
        add_step(transaction, message, message->request, !message->is_sent, now);
    add_step(transaction, message, message->octets, message->is_sent, now);
    if (!has_code(message))
        return;
    kept->held[kept->codes[at]]--;
    kept->held[message->status]++;
    kept->codes[at] = message->status;
    transaction->code = message->status;
    kept->numbers[at] = ++kept->last;
    transaction->number = kept->last;
}

/* Whether a response with the code is among the steps: "422 ...". */
static bool has_step(const struct sp_traffic_transaction *transaction, unsigned code)
{
    const char digits[3] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10),
                            (char)('0' + code % 10)};
    for (size_t k = 0; k < transaction->step_count; k++)
        if (sp_span_has_prefix(sp_span(transaction->steps[k].line, transaction->steps[k].len),
                               sp_span(digits, sizeof digits)))
            return true;
    return false;
}

static sp_time end_of(const struct sp_traffic_transaction *transaction)
{
    return transaction->steps[transaction->step_count - 1].at;
}

/* Among those of other engines, the latest first; what does not fit any more is the oldest. */
static void show(struct sp_traffic_view *view, const struct sp_traffic_transaction *transaction)
{
    size_t at = view->transaction_count;
    while (at > 0 && end_of(&view->transactions[at - 1]) < end_of(transaction))
        at--;
    if (at == SP_TRAFFIC_SHOWN_MAX)
        return;
    if (view->transaction_count < SP_TRAFFIC_SHOWN_MAX)
        view->transaction_count++;
    for (size_t k = view->transaction_count - 1; k > at; k--)
        view->transactions[k] = view->transactions[k - 1];
    view->transactions[at] = *transaction;
}

void sp_kept_show(const struct sp_kept *kept, struct sp_traffic_view *view)
{
    for (size_t k = 0; k < SP_KEPT_MAX; k++)
        if (kept->numbers[k] != 0 && view->code != 0 && has_step(&kept->list[k], view->code))
            show(view, &kept->list[k]);
}

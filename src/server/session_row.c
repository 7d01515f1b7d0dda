/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of a call that is carried.
 */
#include "server/session_row.h"

#include <string.h>

#include "signpost/sip/contact.h"

/* Octet by octet, the shorter first. */
static bool is_less(struct sp_span a, struct sp_span b)
{
    const int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order != 0 ? order < 0 : a.len < b.len;
}

enum sp_err sp_session_key_make(const struct sp_hash_key *secret, struct sp_span call_id,
                                struct sp_span from_tag, struct sp_span to_tag,
                                struct sp_session_key *key)
{
    struct sp_siphash hash;
    if (call_id.len == 0 || from_tag.len == 0 || to_tag.len == 0)
        return SP_ERR_ABSENT;
    key->is_from_first = is_less(from_tag, to_tag);
    sp_siphash_init(&hash, secret);
    sp_siphash_add(&hash, call_id);
    sp_siphash_add(&hash, key->is_from_first ? from_tag : to_tag);
    sp_siphash_add(&hash, key->is_from_first ? to_tag : from_tag);
    sp_siphash_end_wide(&hash, key->halves);
    return SP_OK;
}

enum sp_err sp_session_key_read(const struct sp_hash_key *secret, struct sp_message *message,
                                struct sp_session_key *key)
{
    return sp_session_key_make(secret, sp_message_call_id(message), sp_message_from_tag(message),
                               sp_message_to_tag(message), key);
}

enum sp_err sp_session_contact_read(const struct sp_message *message, struct sp_span *uri)
{
    struct sp_values values;
    struct sp_span text;
    struct sp_contact contact;
    sp_values_begin(&values, message, SP_HEADER_CONTACT);
    enum sp_err err = sp_values_next(&values, &text);
    if (err == SP_OK)
        err = sp_contact_parse(text, &contact);
    if (err == SP_OK)
        *uri = contact.addr.uri.text;
    return err;
}

static struct sp_span written_since(const struct sp_writer *writer, size_t from)
{
    return sp_span(writer->ptr + from, writer->len - from);
}

enum {
    ROUTES_MAX = 64,
};

/* All Record-Routes of a message. Errors: SP_ERR_FULL, SP_ERR_SYNTAX. */
static enum sp_err list_routes(const struct sp_message *message, struct sp_span list[ROUTES_MAX],
                               size_t *count)
{
    struct sp_values values;
    size_t found = 0;
    enum sp_err err;
    sp_values_begin(&values, message, SP_HEADER_RECORD_ROUTE);
    while (found < ROUTES_MAX && (err = sp_values_next(&values, &list[found])) == SP_OK)
        found++;
    if (found == ROUTES_MAX)
        return SP_ERR_FULL;
    *count = found;
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static struct sp_span join(struct sp_writer *writer, const struct sp_span *list, size_t first,
                           size_t last, bool is_reversed)
{
    const size_t from = writer->len;
    for (size_t i = first; i < last; i++) {
        sp_write_text(writer, i > first ? "," : "");
        sp_write_span(writer, list[is_reversed ? last - 1 - (i - first) : i]);
    }
    return written_since(writer, from);
}

/* The response lists who stayed on the path, the callee's neighbour first (RFC 3261 §16.7 step 8):
 * below are those that the INVITE had when it came to us, above them we and all behind us. So the
 * caller's way from here begins with ours, and so does the callee's way back. */
static enum sp_err read_routes(const struct sp_session_heard *heard, struct sp_writer *memory,
                               struct sp_session_texts *texts)
{
    struct sp_span all[ROUTES_MAX];
    const size_t before_count = heard->asked.routes;
    size_t all_count = 0;
    const enum sp_err err = list_routes(heard->response, all, &all_count);
    if (err != SP_OK)
        return err;
    if (all_count < before_count)
        return SP_ERR_SYNTAX;
    const size_t ours_end = all_count - before_count;
    texts->list[SP_SESSION_TEXT_ROUTES] = join(memory, all, 0, ours_end, true);
    /* Of ours we know only that the last one is: with two, the way back begins at the one that
     * faces the caller, which is enough, because we know ourselves by either. */
    texts->list[SP_SESSION_TEXT_ROUTES_BACK] =
        ours_end > 0 ? join(memory, all, ours_end - 1, all_count, false) : sp_span_absent();
    return memory->err;
}

size_t sp_session_texts_size(const struct sp_session_texts *texts)
{
    size_t size = 0;
    for (int i = 0; i < SP_SESSION_TEXT_COUNT; i++)
        size += texts->list[i].len;
    return size;
}

enum sp_err sp_session_texts_read(const struct sp_session_heard *heard, struct sp_writer *memory,
                                  struct sp_session_texts *texts)
{
    const struct sp_name_addr *to = NULL;
    enum sp_err err = sp_message_to(heard->response, &to);
    if (err != SP_OK)
        return err;
    if (sp_span_is_absent(heard->asked.contact))
        return SP_ERR_ABSENT;
    *texts = (struct sp_session_texts){0};
    texts->list[SP_SESSION_TEXT_CALL_ID] = sp_message_call_id(heard->response);
    texts->list[SP_SESSION_TEXT_CALLER_TAG] = sp_message_from_tag(heard->response);
    texts->list[SP_SESSION_TEXT_CALLEE_TAG] = sp_message_to_tag(heard->response);
    if (sp_session_texts_size(texts) > SP_SESSION_NAME_MAX)
        return SP_ERR_FULL;
    texts->list[SP_SESSION_TEXT_CALLER] = heard->asked.from;
    texts->list[SP_SESSION_TEXT_CALLEE] = to->uri.text;
    texts->list[SP_SESSION_TEXT_CALLER_CONTACT] = heard->asked.contact;
    err = sp_session_contact_read(heard->response, &texts->list[SP_SESSION_TEXT_CALLEE_CONTACT]);
    return err == SP_OK ? read_routes(heard, memory, texts) : err;
}

void sp_session_row_pack(struct sp_session_row *row, const struct sp_session_texts *texts)
{
    char packed[SP_SESSION_ROW_TEXT_LONG];
    size_t used = 0;
    for (int i = 0; i < SP_SESSION_TEXT_COUNT; i++) {
        const struct sp_span text = texts->list[i];
        if (text.len > 0)
            memcpy(packed + used, text.ptr, text.len);
        used += text.len;
        row->lens[i] = (uint16_t)text.len;
    }
    memcpy(row->text, packed, used);
}

struct sp_session_texts sp_session_row_texts(const struct sp_session_row *row)
{
    struct sp_session_texts texts;
    size_t at = 0;
    for (int i = 0; i < SP_SESSION_TEXT_COUNT; i++) {
        texts.list[i] = sp_span(row->text + at, row->lens[i]);
        at += row->lens[i];
    }
    return texts;
}

void sp_session_row_tell(const struct sp_session_row *row, struct sp_session_record *record)
{
    const struct sp_session_texts texts = sp_session_row_texts(row);
    *record = (struct sp_session_record){
        .call_id = texts.list[SP_SESSION_TEXT_CALL_ID],
        .caller = texts.list[SP_SESSION_TEXT_CALLER],
        .callee = texts.list[SP_SESSION_TEXT_CALLEE],
        .caller_tag = texts.list[SP_SESSION_TEXT_CALLER_TAG],
        .callee_tag = texts.list[SP_SESSION_TEXT_CALLEE_TAG],
        .caller_contact = texts.list[SP_SESSION_TEXT_CALLER_CONTACT],
        .callee_contact = texts.list[SP_SESSION_TEXT_CALLEE_CONTACT],
        .routes = texts.list[SP_SESSION_TEXT_ROUTES],
        .routes_back = texts.list[SP_SESSION_TEXT_ROUTES_BACK],
        .caller_cseq = row->caller_cseq,
        .callee_cseq = row->callee_cseq,
        .began = row->began,
        .answered = row->answered,
        .proof = row->proof,
        .expires = row->session.expires,
        .interval_s = row->session.interval_s,
        .refresher = (enum sp_session_side)row->session.refresher,
        .ends_by_bye = row->ends_by_bye,
        .policy = {.min_se_s = row->min_se_s,
                   .interval_s = row->ask_s,
                   .max_s = row->max_s,
                   .mode = (enum sp_session_mode)row->mode},
    };
}

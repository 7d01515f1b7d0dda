/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at moves: the one look-up of a server, and the walks of people.
 */
#include <stdlib.h>

#include "store/octets.h"
#include "store/store_inner.h"
#include "store/store_move.h"

struct sp_moves_state sp_store_moves_state(const struct sp_store_reader *reader)
{
    return reader->moves;
}

static enum sp_err get_move(struct sp_store_reader *reader, enum sp_space space, struct sp_span key,
                            struct sp_move *move)
{
    const struct sp_backend *backend = reader->store->backend;
    struct sp_span value;
    enum sp_err err = backend->get(backend->state(reader->self), space, key, &value);
    if (err == SP_OK)
        err = sp_move_decode(value, move);
    if (err == SP_OK)
        move->key = key;
    return err;
}

enum sp_err sp_store_find_move(struct sp_store_reader *reader, struct sp_span key,
                               struct sp_move *move)
{
    return get_move(reader, SP_SPACE_MOVE, key, move);
}

enum sp_err sp_store_find_suggestion(struct sp_store_reader *reader, struct sp_span key,
                                     struct sp_move *move)
{
    return get_move(reader, SP_SPACE_SUGGESTION, key, move);
}

/* Chains. */

struct chain {
    struct sp_store_reader *reader;
    struct sp_wall now;
    struct sp_rule_match *match;
};

/* Adds the move of a key, when it is used now; that it is not is no error. The key must stay. */
static enum sp_err add_link(const struct chain *chain, struct sp_span key)
{
    struct sp_move *link = &chain->match->link[chain->match->link_count];
    const enum sp_err err = get_move(chain->reader, SP_SPACE_MOVE, key, link);
    if (err == SP_OK && sp_move_is_used(link, chain->now))
        chain->match->link_count++;
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static bool has_link(const struct sp_rule_match *match, struct sp_span key)
{
    for (size_t i = 0; i < match->link_count; i++) {
        if (sp_span_equal(match->link[i].key, key))
            return true;
    }
    return false;
}

/* The key that a target is looked up by; absent: it can be in no table. It is written behind those
 * that links have already. */
static struct sp_span target_key(const struct chain *chain, struct sp_span uri,
                                 const struct sp_key_rules *rules)
{
    struct sp_uri read;
    struct sp_uri_key key;
    const size_t at = chain->match->link_count;
    if (sp_uri_parse(uri, &read) != SP_OK ||
        sp_span_find(read.user, ';') < read.user.len || /* with ;npdi it is another question */
        sp_uri_key(&read, rules, &key) != SP_OK)
        return sp_span_absent();
    char *const text = chain->reader->link_keys + at * SP_KEY_MAX;
    memcpy(text, key.key.ptr, key.key.len);
    return sp_span(text, key.key.len);
}

/* The links of a link's targets. What a 302 says holds for a while only, so no chain goes on behind
 * it. */
static enum sp_err add_targets(const struct chain *chain, const struct sp_key_rules *rules,
                               size_t at)
{
    const struct sp_move *from = &chain->match->link[at];
    enum sp_err err = SP_OK;
    if (from->code != 301)
        return SP_OK;
    for (size_t i = 0; i < from->target_count && err == SP_OK; i++) {
        if (chain->match->link_count == SP_MOVE_LINKS_MAX)
            return SP_OK;
        const struct sp_span key = target_key(chain, from->target[i].uri, rules);
        if (!sp_span_is_absent(key) && !has_link(chain->match, key))
            err = add_link(chain, key);
    }
    return err;
}

/* The first link's key is copied as well, since links may outlive what was asked with. */
static enum sp_err find_chain(const struct chain *chain, struct sp_span asked,
                              const struct sp_key_rules *rules)
{
    memcpy(chain->reader->link_keys, asked.ptr, asked.len);
    enum sp_err err = add_link(chain, sp_span(chain->reader->link_keys, asked.len));
    for (size_t i = 0; i < chain->match->link_count && err == SP_OK; i++)
        err = add_targets(chain, rules, i);
    return err;
}

enum sp_err sp_store_find_rule(struct sp_store_reader *reader, const struct sp_uri_key *key,
                               const struct sp_key_rules *rules, struct sp_wall now,
                               struct sp_rule_match *match)
{
    const struct chain chain = {reader, now, match};
    match->link_count = 0;
    enum sp_err err = sp_store_ask_kinds(reader, key, true, &match->route);
    if (err != SP_ERR_ABSENT)
        return err;
    if (reader->moves.moves > 0 && !reader->moves.is_aside) {
        err = find_chain(&chain, key->key, rules);
        if (err != SP_OK || match->link_count > 0)
            return err;
    }
    return sp_store_ask_kinds(reader, key, false, &match->route);
}

/* Walks. */

struct sp_move_cursor {
    const struct sp_backend *backend;
    void *cursor;
    struct sp_span key; /* of the last record */
};

/* A cursor of a space; what opens a walk of either kind. */
static enum sp_err open_space(struct sp_store_reader *reader, enum sp_space space,
                              struct sp_span from, void **cursor)
{
    const struct sp_backend *backend = reader->store->backend;
    return backend->cursor_open(backend->state(reader->self), space, from, cursor);
}

enum sp_err sp_move_cursor_open(struct sp_store_reader *reader, bool is_suggestion,
                                struct sp_span from, struct sp_move_cursor **cursor)
{
    struct sp_move_cursor *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return SP_ERR_MEMORY;
    opened->backend = reader->store->backend;
    const enum sp_err err = open_space(reader, is_suggestion ? SP_SPACE_SUGGESTION : SP_SPACE_MOVE,
                                       sp_span_first(from, SP_KEY_MAX), &opened->cursor);
    if (err == SP_OK)
        *cursor = opened;
    else
        free(opened);
    return err;
}

enum sp_err sp_move_cursor_next(struct sp_move_cursor *cursor, struct sp_move *move)
{
    struct sp_span record;
    enum sp_err err = cursor->backend->cursor_next(cursor->cursor, &cursor->key, &record);
    if (err == SP_OK)
        err = sp_move_decode(record, move);
    if (err == SP_OK)
        move->key = cursor->key;
    return err;
}

struct sp_span sp_move_cursor_key(const struct sp_move_cursor *cursor)
{
    return cursor->key;
}

void sp_move_cursor_close(struct sp_move_cursor **cursor)
{
    if (*cursor == NULL)
        return;
    (*cursor)->backend->cursor_close((*cursor)->cursor);
    free(*cursor);
    *cursor = NULL;
}

struct sp_audit_cursor {
    const struct sp_backend *backend;
    void *cursor;
};

enum sp_err sp_audit_cursor_open(struct sp_store_reader *reader, uint64_t from,
                                 struct sp_audit_cursor **cursor)
{
    char key[8];
    struct sp_writer writer;
    struct sp_audit_cursor *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return SP_ERR_MEMORY;
    sp_writer_init(&writer, key, sizeof key);
    sp_octets_put(&writer, from, sizeof key);
    opened->backend = reader->store->backend;
    const enum sp_err err =
        open_space(reader, SP_SPACE_AUDIT, sp_span(key, sizeof key), &opened->cursor);
    if (err == SP_OK)
        *cursor = opened;
    else
        free(opened);
    return err;
}

enum sp_err sp_audit_cursor_next(struct sp_audit_cursor *cursor, struct sp_audit *audit)
{
    struct sp_span key;
    struct sp_span record;
    enum sp_err err = cursor->backend->cursor_next(cursor->cursor, &key, &record);
    if (err != SP_OK)
        return err;
    const uint64_t sequence = sp_octets_take(&key, 8);
    err = sp_audit_decode(record, audit);
    if (err == SP_OK)
        audit->sequence = sequence;
    return err;
}

void sp_audit_cursor_close(struct sp_audit_cursor **cursor)
{
    if (*cursor == NULL)
        return;
    (*cursor)->backend->cursor_close((*cursor)->cursor);
    free(*cursor);
    *cursor = NULL;
}

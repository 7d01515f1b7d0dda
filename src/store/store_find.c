/* SPDX-License-Identifier: Apache-2.0
 *
 * Which rules an address meets, in the order in which they win: exact, prefixes from the longest,
 * domain, and in each the tables in their order; one get a place where a rule could stand. A
 * look-up is an explanation that ends with the first rule.
 */
#include "store/store_inner.h"

/* Rules found so far; the walk ends when they are `max`. */
struct found {
    struct sp_route_match *matches;
    size_t max;
    size_t count;
};

/* Asks one table. That it has no such rule is no error. */
static enum sp_err ask_table(struct sp_store_reader *reader, const struct sp_reader_table *table,
                             enum sp_route_kind kind, struct sp_span key, struct found *found)
{
    struct sp_span value;
    if (found->count == found->max || table->stats.routes[kind] == 0)
        return SP_OK;
    enum sp_err err = reader->store->backend->get(table->view, (enum sp_space)kind, key, &value);
    if (err == SP_ERR_ABSENT)
        return SP_OK;
    struct sp_route_match *match = &found->matches[found->count];
    if (err == SP_OK)
        err = sp_route_decode(value, &match->route);
    if (err != SP_OK)
        return err;
    match->table = sp_reader_table_name(table);
    match->route.kind = kind;
    match->route.key = key;
    found->count++;
    return SP_OK;
}

static enum sp_err ask_all(struct sp_store_reader *reader, enum sp_route_kind kind,
                           struct sp_span key, struct found *found)
{
    enum sp_err err = SP_OK;
    for (size_t i = 0; i < reader->table_count && err == SP_OK; i++)
        err = ask_table(reader, &reader->tables[i], kind, key, found);
    return err;
}

/* One get for each length in use in each table that has it. The key of the rule is written into the
 * reader's memory once a length, behind those of the lengths that have given a rule. */
static enum sp_err ask_prefixes(struct sp_store_reader *reader, const struct sp_uri_key *key,
                                struct found *found)
{
    const struct sp_span host = sp_span_after(key->key, key->user.len); /* with its '@' */
    struct sp_span used = sp_span(reader->keys, 0);
    enum sp_err err = SP_OK;
    for (size_t i = 0; i < reader->length_count && err == SP_OK; i++) {
        const size_t len = reader->lengths[i].len;
        if (len > key->user.len || found->count == found->max)
            continue;
        char *text = reader->keys + used.len;
        memcpy(text, key->key.ptr, len);
        memcpy(text + len, host.ptr, host.len);
        const size_t before = found->count;
        for (size_t t = 0; t < reader->table_count && err == SP_OK; t++) {
            if (((unsigned)reader->lengths[i].tables >> t & 1u) != 0)
                err = ask_table(reader, &reader->tables[t], SP_ROUTE_PREFIX,
                                sp_span(text, len + host.len), found);
        }
        if (found->count > before)
            used.len += len + host.len;
    }
    return err;
}

static enum sp_err ask_wide(struct sp_store_reader *reader, const struct sp_uri_key *key,
                            struct found *found)
{
    const enum sp_err err = ask_prefixes(reader, key, found);
    return err == SP_OK ? ask_all(reader, SP_ROUTE_DOMAIN, key->host, found) : err;
}

enum sp_err sp_store_explain_route(struct sp_store_reader *reader, const struct sp_uri_key *key,
                                   struct sp_route_match *matches, size_t max, size_t *count)
{
    struct found found = {matches, max < SP_STORE_MATCHES_MAX ? max : SP_STORE_MATCHES_MAX, 0};
    enum sp_err err = ask_all(reader, SP_ROUTE_EXACT, key->key, &found);
    if (err == SP_OK && key->user.len > 0)
        err = ask_wide(reader, key, &found);
    if (err != SP_OK)
        return err;
    *count = found.count;
    return found.count > 0 ? SP_OK : SP_ERR_ABSENT;
}

enum sp_err sp_store_ask_kinds(struct sp_store_reader *reader, const struct sp_uri_key *key,
                               bool is_exact, struct sp_route_match *match)
{
    struct found found = {match, 1, 0};
    enum sp_err err = SP_OK;
    if (is_exact)
        err = ask_all(reader, SP_ROUTE_EXACT, key->key, &found);
    else if (key->user.len > 0)
        err = ask_wide(reader, key, &found);
    if (err != SP_OK)
        return err;
    return found.count > 0 ? SP_OK : SP_ERR_ABSENT;
}

enum sp_err sp_store_find_route(struct sp_store_reader *reader, const struct sp_uri_key *key,
                                struct sp_route_match *match)
{
    size_t count = 0;
    return sp_store_explain_route(reader, key, match, 1, &count);
}

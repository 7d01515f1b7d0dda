/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the caller's actions and the store's records.
 */
#include "server/address_book.h"

enum {
    FOLLOWED_MAX = 5
};

enum sp_err sp_address_book_open(struct sp_store *store, struct sp_address_book *book)
{
    book->store = store;
    return sp_store_reader_new(store, &book->reader);
}

void sp_address_book_close(struct sp_address_book *book)
{
    if (book->reader != NULL)
        sp_store_reader_free(&book->reader);
}

static enum sp_err key_of(struct sp_span text, struct sp_uri_key *key)
{
    struct sp_uri uri;
    if (sp_uri_parse(text, &uri) != SP_OK || sp_uri_key(&uri, NULL, key) != SP_OK)
        return SP_ERR_SYNTAX;
    return SP_OK;
}

/* The entry of a URI as it is committed now. */
static enum sp_err find_entry(struct sp_address_book *book, struct sp_span uri,
                              struct sp_uri_key *key, struct sp_book_entry *entry)
{
    const enum sp_err err = key_of(uri, key);
    if (err != SP_OK)
        return err;
    return sp_store_find_book(book->reader, key->key, entry);
}

enum sp_err sp_address_book_find(struct sp_address_book *book, struct sp_span uri,
                                 struct sp_wall now, struct sp_writer *found)
{
    struct sp_uri_key key;
    struct sp_book_entry entry;
    struct sp_span at = uri;
    enum sp_err err = sp_store_reader_renew(book->reader);
    for (int i = 0; err == SP_OK && i < FOLLOWED_MAX; i++) {
        err = find_entry(book, at, &key, &entry);
        if (err == SP_OK && entry.has_expiry && entry.expiry.unix_ms <= now.unix_ms)
            err = SP_ERR_ABSENT;
        if (err == SP_OK && entry.target_count == 0)
            err = SP_ERR_ABSENT;
        if (err == SP_OK)
            at = entry.target[0].uri;
    }
    if (err == SP_ERR_ABSENT && at.ptr != uri.ptr)
        err = SP_OK; /* the last of a chain has not moved on */
    if (err != SP_OK)
        return err;
    sp_write_span(found, at);
    return found->err;
}

enum sp_err sp_address_book_remember(struct sp_address_book *book,
                                     const struct sp_agent_action *moved, struct sp_wall now)
{
    struct sp_uri_key key;
    const enum sp_err err = key_of(moved->moved.old_uri, &key);
    if (err != SP_OK)
        return err;
    struct sp_book_entry entry = {.from = moved->moved.old_uri,
                                  .code = moved->moved.status,
                                  .learned = now,
                                  .call_id = SP_SPAN(""),
                                  .has_expiry = moved->moved.expires_s > 0,
                                  .target_count = moved->moved.count};
    entry.expiry.unix_ms = now.unix_ms + (int64_t)moved->moved.expires_s * 1000;
    for (size_t i = 0; i < moved->moved.count; i++)
        entry.target[i] = (struct sp_route_target){.uri = moved->moved.new_uris[i], .q = 1000};
    return sp_store_put_book(book->store, key.key, &entry);
}

enum sp_err sp_address_book_forget(struct sp_address_book *book, struct sp_span uri)
{
    struct sp_uri_key key;
    const enum sp_err err = key_of(uri, &key);
    return err != SP_OK ? err : sp_store_remove_book(book->store, key.key);
}

enum sp_err sp_address_book_count_use(struct sp_address_book *book, struct sp_span uri)
{
    struct sp_uri_key key;
    struct sp_book_entry entry;
    enum sp_err err = sp_store_reader_renew(book->reader);
    if (err == SP_OK)
        err = find_entry(book, uri, &key, &entry);
    if (err != SP_OK)
        return err;
    entry.uses++;
    return sp_store_put_book(book->store, key.key, &entry);
}

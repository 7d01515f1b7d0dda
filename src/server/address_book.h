/* SPDX-License-Identifier: Apache-2.0
 *
 * A caller's address book: what 301s, and 302s that say how long they hold, have told about where
 * somebody is now. It lies in the store beside the routes; server roles never read it.
 */
#ifndef SP_SERVER_ADDRESS_BOOK_H
#define SP_SERVER_ADDRESS_BOOK_H

#include "signpost/agent/action.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"
#include "store/store.h"

struct sp_address_book {
    struct sp_store *store; /* the owner's, open for writing */
    struct sp_store_reader *reader;
};

/* Errors: those of sp_store_reader_new. */
SP_MUST_USE enum sp_err sp_address_book_open(struct sp_store *store, struct sp_address_book *book);
void sp_address_book_close(struct sp_address_book *book);

/* Writes where `uri` is now; an address that has moved on since is followed, at most five times.
 * An entry that has expired by `now` is not there. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX (not a URI
 * that has a key, or a damaged entry), SP_ERR_FULL (the writer), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_address_book_find(struct sp_address_book *book, struct sp_span uri,
                                             struct sp_wall now, struct sp_writer *found);

/* Keeps what an SP_AGENT_REMEMBER says, in the place of what stood there. Errors: those of a write,
 * and SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_address_book_remember(struct sp_address_book *book,
                                                 const struct sp_agent_action *moved,
                                                 struct sp_wall now);

/* Takes the entry of a URI out. Errors: those of a write, SP_ERR_ABSENT, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_address_book_forget(struct sp_address_book *book, struct sp_span uri);

/* Counts a call that the entry of `uri` has carried. Errors: as sp_address_book_forget. */
SP_MUST_USE enum sp_err sp_address_book_count_use(struct sp_address_book *book, struct sp_span uri);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of the table of sessions: its texts, packed behind each other, and how they are read out of
 * messages. What most calls need fits a short row; a long one is for long routes.
 */
#ifndef SP_SERVER_SESSION_ROW_H
#define SP_SERVER_SESSION_ROW_H

#include "base/table.h"
#include "base/wheel.h"
#include "server/session_table.h"

enum {
    SP_SESSION_ROW_TEXT = 365,       /* octets of a short row's texts */
    SP_SESSION_ROW_TEXT_LONG = 2048, /* of a long one's */
    SP_SESSION_NAME_MAX = 510,       /* of Call-ID and tags together: more no journal keeps */
};

/* The texts of a row, in the order in which they are packed. */
enum sp_session_text {
    SP_SESSION_TEXT_CALL_ID,
    SP_SESSION_TEXT_CALLER_TAG,
    SP_SESSION_TEXT_CALLEE_TAG,
    SP_SESSION_TEXT_CALLER,
    SP_SESSION_TEXT_CALLEE,
    SP_SESSION_TEXT_CALLER_CONTACT,
    SP_SESSION_TEXT_CALLEE_CONTACT,
    SP_SESSION_TEXT_ROUTES,
    SP_SESSION_TEXT_ROUTES_BACK,
    SP_SESSION_TEXT_COUNT
};

struct sp_session_row {
    struct sp_timer timer; /* first, so that the wheel's timer is the row */
    struct sp_table_entry by_key;
    uint64_t key[2];
    struct sp_session session;
    struct sp_wall began, answered, proof;
    uint32_t caller_cseq, callee_cseq;
    uint32_t min_se_s, ask_s, max_s; /* of its policy */
    uint8_t mode;                    /* enum sp_session_mode */
    uint16_t lens[SP_SESSION_TEXT_COUNT];
    bool is_caller_first; /* the lesser tag is the caller's */
    bool ends_by_bye;
    bool is_long;
    char text[]; /* SP_SESSION_ROW_TEXT, or its long kind */
};

/* The texts of a row, wherever they stand. */
struct sp_session_texts {
    struct sp_span list[SP_SESSION_TEXT_COUNT];
};

/* What makes two messages belong to one dialog: a keyed digest of the Call-ID and both tags, the
 * lesser first, so that it is the same for both directions. Under a key that nobody outside knows
 * it is as good as comparing them. */
struct sp_session_key {
    uint64_t halves[2];
    bool is_from_first; /* the lesser tag is From's */
};

/* Errors: SP_ERR_ABSENT (a tag or the Call-ID). */
SP_MUST_USE enum sp_err sp_session_key_make(const struct sp_hash_key *secret,
                                            struct sp_span call_id, struct sp_span from_tag,
                                            struct sp_span to_tag, struct sp_session_key *key);
SP_MUST_USE enum sp_err sp_session_key_read(const struct sp_hash_key *secret,
                                            struct sp_message *message, struct sp_session_key *key);

/* What a row of a new dialog needs, out of its INVITE and the 2xx; what has to be joined is written
 * into `memory`. Errors: SP_ERR_SYNTAX, SP_ERR_ABSENT, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_session_texts_read(const struct sp_session_heard *heard,
                                              struct sp_writer *memory,
                                              struct sp_session_texts *texts);

/* The URI of the first Contact. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_session_contact_read(const struct sp_message *message,
                                                struct sp_span *uri);

size_t sp_session_texts_size(const struct sp_session_texts *texts);

/* Copies the texts into the row, which has room for them; they may be its own. */
void sp_session_row_pack(struct sp_session_row *row, const struct sp_session_texts *texts);
struct sp_session_texts sp_session_row_texts(const struct sp_session_row *row);

/* The row for others to read. */
void sp_session_row_tell(const struct sp_session_row *row, struct sp_session_record *record);

#endif

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
    SP_SESSION_ROW_TEXT = 368,       /* octets of a short row's texts */
    SP_SESSION_ROW_TEXT_LONG = 2048, /* of a long one's */
};

/* The texts of a row, in the order in which they are packed. */
enum sp_session_text {
    SP_SESSION_TEXT_KEY, /* Call-ID, the lesser tag, the greater tag, a line feed between */
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
    struct sp_session session;
    struct sp_wall began, answered, proof;
    uint32_t caller_cseq, callee_cseq;
    uint32_t min_se_s, ask_s, max_s; /* of its policy */
    uint8_t mode;                    /* enum sp_session_mode */
    uint16_t lens[SP_SESSION_TEXT_COUNT];
    uint16_t call_id_len;
    uint16_t first_tag_len;
    bool is_caller_first; /* the lesser tag is the caller's */
    bool ends_by_bye;
    bool is_long;
    char text[]; /* SP_SESSION_ROW_TEXT, or its long kind */
};

/* The texts of a row, wherever they stand. */
struct sp_session_texts {
    struct sp_span list[SP_SESSION_TEXT_COUNT];
};

/* The key of a message's dialog, in `memory`; `is_from_first`: the lesser tag is From's. Errors:
 * SP_ERR_ABSENT (a tag or the Call-ID), SP_ERR_FULL. */
struct sp_session_key {
    struct sp_span text;
    uint16_t call_id_len, first_tag_len;
    bool is_from_first;
    char memory[512];
};
SP_MUST_USE enum sp_err sp_session_key_read(struct sp_session_key *key, struct sp_message *message);

/* The same of its parts. */
SP_MUST_USE enum sp_err sp_session_key_make(struct sp_session_key *key, struct sp_span call_id,
                                            struct sp_span from_tag, struct sp_span to_tag);

/* What a row of a new dialog needs, out of its INVITE and the 2xx: written into `memory` of
 * `max` octets. Errors: SP_ERR_SYNTAX, SP_ERR_ABSENT, SP_ERR_FULL. */
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

/* SPDX-License-Identifier: Apache-2.0
 *
 * A letter is its struct, followed by the texts in the order of their spans.
 */
#include "server/move_letter.h"

#include <string.h>

#include "base/check.h"

/* Contacts without those that are too long. */
static void trim(struct sp_moves_proof *proof)
{
    uint8_t kept = 0;
    for (uint8_t i = 0; i < proof->contact_count && i < SP_ROUTE_TARGETS_MAX; i++) {
        if (proof->contact[i].uri.len <= SP_MOVES_URI_MAX)
            proof->contact[kept++] = proof->contact[i];
    }
    proof->contact_count = kept;
    proof->call_id = sp_span_first(proof->call_id, SP_MOVE_CALL_ID_MAX);
}

enum sp_err sp_move_letter_write(struct sp_writer *writer, const struct sp_move_letter *letter)
{
    struct sp_move_letter whole = *letter;
    if (letter->kind == SP_MOVE_LETTER_PROOF)
        trim(&whole.proof);
    if (whole.proof.asked.len > SP_MOVES_URI_MAX || whole.key.len > SP_KEY_MAX)
        return SP_ERR_RANGE;
    sp_write_span(writer, sp_span((const char *)&whole, sizeof whole));
    sp_write_span(writer, whole.key);
    if (whole.kind == SP_MOVE_LETTER_PROOF) {
        sp_write_span(writer, whole.proof.asked);
        sp_write_span(writer, whole.proof.call_id);
        for (uint8_t i = 0; i < whole.proof.contact_count; i++)
            sp_write_span(writer, whole.proof.contact[i].uri);
    }
    return writer->err;
}

/* Lets a span, of which only the length holds, point to what comes next. */
static void take(struct sp_span *rest, struct sp_span *text)
{
    SP_CHECK(text->len <= rest->len);
    text->ptr = rest->ptr;
    *rest = sp_span_after(*rest, text->len);
}

void sp_move_letter_read(struct sp_span octets, struct sp_move_letter *letter)
{
    SP_CHECK(octets.len >= sizeof *letter);
    memcpy(letter, octets.ptr, sizeof *letter);
    struct sp_span rest = sp_span_after(octets, sizeof *letter);
    take(&rest, &letter->key);
    if (letter->kind != SP_MOVE_LETTER_PROOF)
        return;
    take(&rest, &letter->proof.asked);
    take(&rest, &letter->proof.call_id);
    for (uint8_t i = 0; i < letter->proof.contact_count; i++)
        take(&rest, &letter->proof.contact[i].uri);
}

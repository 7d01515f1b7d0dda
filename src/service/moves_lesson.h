/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two halves of a judgement share: moves_lesson.c, which reads the proof, and moves.c,
 * which weighs it against what stands.
 */
#ifndef SP_SERVICE_MOVES_LESSON_H
#define SP_SERVICE_MOVES_LESSON_H

#include "service/moves.h"

/* Ends the judgement with a refusal, as printf. */
void sp_moves_refuse(struct sp_moves_lesson *lesson, const char *format, ...) SP_PRINTF(2, 3);

/* Asks for what stands under the key, and behind each target. */
void sp_moves_begin_rows(struct sp_moves_lesson *lesson);

/* Whether the user part of a URI has parameters of its own: it is then another address than its key
 * says (RFC 4694). */
static inline bool sp_moves_user_has_params(const struct sp_uri *uri)
{
    return sp_span_find(uri->user, ';') < uri->user.len;
}

#endif

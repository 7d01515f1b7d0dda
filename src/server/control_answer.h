/* SPDX-License-Identifier: Apache-2.0
 *
 * How every answer of the control socket is written: a JSON object on one line.
 */
#ifndef SP_SERVER_CONTROL_ANSWER_H
#define SP_SERVER_CONTROL_ANSWER_H

#include <jansson.h>

#include "signpost/base/writer.h"

/* Writes the object and gives it back; NULL is what json_pack answers without memory, and that is
 * then said instead. */
void sp_control_write(struct sp_writer *answer, json_t *object);

/* Says that it was not done: a word for programs, a sentence for people. */
void sp_control_refuse(struct sp_writer *answer, const char *error, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers are built by a library that allocates, so each may fail for want of memory.
 */
#include "server/control_answer.h"

#include <stdlib.h>

void sp_control_write(struct sp_writer *answer, json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    sp_write_text(answer, text != NULL ? text
                                       : "{\"ok\":false,\"error\":\"failed\",\"text\":\"out of "
                                         "memory\"}");
    free(text);
    json_decref(object);
}

void sp_control_refuse(struct sp_writer *answer, const char *error, const char *text)
{
    sp_control_write(answer, json_pack("{s:b, s:s, s:s}", "ok", 0, "error", error, "text", text));
}

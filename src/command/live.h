/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server that runs here has counted of a code, below its page: how often it was sent and
 * received, by method and peer. Without a server, or with one that counts nothing, there is none of
 * it and nothing is said.
 */
#ifndef SP_COMMAND_LIVE_H
#define SP_COMMAND_LIVE_H

#include <stdbool.h>

#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

struct sp_live {
    bool is_silent; /* nobody answered: the next code is not asked about */
};

/* Adds the section to a page of text. */
void sp_live_text(struct sp_live *live, unsigned code, enum sp_language language,
                  struct sp_writer *writer);

/* Adds the member "here" to a page of JSON, an object that stands whole in `writer`. */
void sp_live_json(struct sp_live *live, unsigned code, struct sp_writer *writer);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What server/session_journal does between workers and a file, without either.
 */
#include "journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct sp_wall sim_server_wall(sp_time now)
{
    return (struct sp_wall){INT64_C(1767225600000) + now / SP_MILLISECOND};
}

static char *copy(struct sp_span text)
{
    char *copied = malloc(text.len + 1);
    SP_CHECK(copied != NULL);
    memcpy(copied, text.ptr, text.len);
    return copied;
}

static void take_out(struct sim_kept *kept)
{
    free(kept->key);
    free(kept->value);
    *kept = (struct sim_kept){NULL, NULL, 0, 0};
}

void sim_journal_put(struct sim_server *server, struct sp_span key, struct sp_span value)
{
    struct sim_kept *place = NULL;
    for (size_t i = 0; i < SIM_KEPT_MAX; i++) {
        struct sim_kept *kept = &server->kept[i];
        if (kept->key != NULL && sp_span_equal(sp_span(kept->key, kept->key_len), key))
            take_out(kept);
        if (kept->key == NULL)
            place = kept;
    }
    if (value.len > 0 && place != NULL)
        *place = (struct sim_kept){copy(key), copy(value), key.len, value.len};
}

void sim_journal_restore(struct sim_server *server)
{
    const sp_time now = server->network->now;
    for (size_t i = 0; i < SIM_KEPT_MAX; i++) {
        const struct sp_span key = sp_span(server->kept[i].key, server->kept[i].key_len);
        const struct sp_span value = sp_span(server->kept[i].value, server->kept[i].value_len);
        if (key.ptr == NULL)
            continue;
        const struct sp_span call_id = sp_span_first(key, sp_span_find(key, '\n'));
        const size_t owner = sp_siphash_of(&server->owner_key, call_id) % server->engine_count;
        struct sp_engine *engine = server->engines[owner].engine;
        sp_engine_begin(engine, now, sim_server_wall(now));
        SP_CHECK(sp_engine_restore_session(engine, key, value) == SP_OK);
        sp_engine_end(engine);
    }
}

void sim_journal_free(struct sim_server *server)
{
    for (size_t i = 0; i < SIM_KEPT_MAX; i++)
        take_out(&server->kept[i]);
}

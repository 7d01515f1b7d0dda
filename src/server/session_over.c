/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialogs whose BYE has gone by: one array, a place for each hash.
 */
#include "server/session_over.h"

#include <stdlib.h>

enum {
    PLACES_MAX = 65536,
    KEPT_S = 32, /* 64 times T1: a 2xx comes again for so long (RFC 3261 §13.3.1.4) */
};

enum sp_err sp_session_overs_init(struct sp_session_overs *overs, size_t max)
{
    const size_t count = max < PLACES_MAX ? max + 1 : PLACES_MAX;
    struct sp_session_over *places = calloc(count, sizeof *places);
    if (places == NULL)
        return SP_ERR_MEMORY;
    *overs = (struct sp_session_overs){.places = places, .count = count};
    return SP_OK;
}

void sp_session_overs_fini(struct sp_session_overs *overs)
{
    free(overs->places);
    *overs = (struct sp_session_overs){0};
}

static struct sp_session_over *place_of(const struct sp_session_overs *overs, uint64_t dialog)
{
    return &overs->places[dialog % overs->count];
}

void sp_session_overs_note(struct sp_session_overs *overs, const struct sp_session_over *over,
                           sp_time now)
{
    struct sp_session_over *place = place_of(overs, over->dialog);
    *place = *over;
    place->until = now + KEPT_S * SP_SECOND;
}

struct sp_session_over *sp_session_overs_find(const struct sp_session_overs *overs, uint64_t dialog,
                                              sp_time now)
{
    struct sp_session_over *place = place_of(overs, dialog);
    return place->dialog == dialog && place->until > now ? place : NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal of calls of a server on the virtual network: what it says on the spot is on the disk
 * at once, and is told to its engines when it starts again.
 */
#ifndef SP_TEST_SIM_JOURNAL_H
#define SP_TEST_SIM_JOURNAL_H

#include "server.h"

/* The time of day; the calendar begins with the simulation. */
struct sp_wall sim_server_wall(sp_time now);

/* A call that stands or, with an empty value, not any more. */
void sim_journal_put(struct sim_server *server, struct sp_span key, struct sp_span value);

/* Hands each call to the engine that owns it. */
void sim_journal_restore(struct sim_server *server);
void sim_journal_free(struct sim_server *server);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes as the route commands show them.
 */
#ifndef SP_COMMAND_ROUTE_PRINT_H
#define SP_COMMAND_ROUTE_PRINT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "signpost/base/span.h"
#include "store/record.h"

/* One line: what the rule is for, its code, where it sends. */
void sp_route_print(FILE *out, struct sp_span table, const struct sp_route *route);

/* {"table", "kind", "from", "code", "targets":[{"to","q","expires"}]}; NULL: no memory. */
json_t *sp_route_to_json(struct sp_span table, const struct sp_route *route);

/* An object on a line of its own, which is freed. */
void sp_route_print_json(FILE *out, json_t *object);

/* A number with a comma between thousands, in memory of the caller's. */
enum {
    SP_GROUPED_MAX = 32
};
const char *sp_route_grouped(uint64_t number, char text[SP_GROUPED_MAX]);

#endif

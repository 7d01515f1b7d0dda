/* SPDX-License-Identifier: Apache-2.0
 *
 * What this server has met of a code lately: as a section of its page, as text, as JSON.
 */
#ifndef SP_ADMIN_HERE_H
#define SP_ADMIN_HERE_H

#include "admin/parts.h"
#include "reference/json.h"

/* Asks the workers about a code, or with 0 about the sums of all codes; what they say stands in the
 * admin's view until the next request. */
void sp_here_ask(struct sp_ask *ask, unsigned code);

/* Each writes what the view holds. */
void sp_here_html(struct sp_ask *ask, const struct sp_html *html, struct sp_writer *writer);
void sp_here_brief(struct sp_ask *ask, struct sp_writer *writer);
void sp_here_text(struct sp_ask *ask, struct sp_writer *writer);
void sp_here_json(struct sp_ask *ask, struct sp_json *json);

/* The busiest rows first. */
void sp_here_sort(struct sp_traffic_view *view);

/* A heading, and below it the rows and the sums of the view's code, or that there are none. */
void sp_here_counts(const struct sp_traffic_view *view, enum sp_language language,
                    struct sp_writer *writer);

/* The counts of a code: sent and received together. */
struct sp_traffic_count sp_here_count(const struct sp_traffic_view *view, unsigned code);

/* What the forms have in common. */
enum {
    SP_HERE_TEXT_MAX = 512, /* octets that hold any piece of it */
};

/* The peer of a row as the page calls it. */
struct sp_span sp_here_peer(const struct sp_traffic_row *row, enum sp_language language);

/* The other side of a step: its address. */
struct sp_span sp_here_remote(const struct sp_traffic_step *step, char text[SP_ADDRESS_TEXT_MAX]);

/* Octets from the wire as text: as they are when they are UTF-8 without controls, else escaped. */
struct sp_span sp_here_wire(struct sp_span octets, char text[SP_HERE_TEXT_MAX]);

/* When a transaction began, in UTC: "2026-11-22T23:41:07.123Z". */
struct sp_span sp_here_when(const struct sp_ask *ask, sp_time at, char text[SP_HERE_TEXT_MAX]);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A character is what the table of columns knows; marks that combine have no column of their own
 * and are kept out with the controls, since a pile of them covers its neighbours.
 */
#include "trace/clean.h"

#include "base/columns.h"

static const struct sp_span replacement = {"\xef\xbf\xbd", 3};

/* The next character as it may be written. */
static struct sp_span next_clean(struct sp_span *rest)
{
    unsigned columns;
    const struct sp_span character = sp_columns_next(rest, &columns);
    const bool is_broken = character.len == 1 && (unsigned char)character.ptr[0] >= 0x80;
    return columns == 0 || is_broken ? replacement : character;
}

void sp_clean_write(struct sp_writer *writer, struct sp_span octets)
{
    while (octets.len > 0)
        sp_write_span(writer, next_clean(&octets));
}

void sp_clean_write_first(struct sp_writer *writer, struct sp_span octets, size_t max)
{
    size_t used = 0;
    while (octets.len > 0) {
        const struct sp_span character = next_clean(&octets);
        if (used + character.len > max) {
            sp_write_text(writer, "…");
            return;
        }
        sp_write_span(writer, character);
        used += character.len;
    }
}

void sp_clean_write_lines(struct sp_writer *writer, struct sp_span octets)
{
    while (octets.len > 0) {
        const char octet = octets.ptr[0];
        if (octet == '\n' || octet == '\t') {
            sp_write_octet(writer, octet);
            octets = sp_span_after(octets, 1);
        } else if (octet == '\r' && octets.len > 1 && octets.ptr[1] == '\n') {
            octets = sp_span_after(octets, 1);
        } else {
            sp_write_span(writer, next_clean(&octets));
        }
    }
}

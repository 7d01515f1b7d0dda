/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields by name or compact form (RFC 3261 §7.3.1: without case).
 */
#include "signpost/sip/header.h"

#include "base/check.h"

struct row {
    struct sp_span name;
    struct sp_span compact;
    bool is_single;
};

static const struct row rows[SP_HEADER_COUNT] = {
#define ROW(id, name_, compact_, is_single_)                                                       \
    [SP_HEADER_##id] = {.name = {name_, sizeof name_ - 1},                                         \
                        .compact = {compact_, sizeof compact_ - 1},                                \
                        .is_single = is_single_},
    SP_HEADER_TABLE(ROW)
#undef ROW
};

enum sp_header sp_header_find(struct sp_span name)
{
    for (int i = SP_HEADER_OTHER + 1; i < SP_HEADER_COUNT; i++) {
        if (sp_span_equal_nocase(rows[i].name, name) ||
            (name.len == 1 && sp_span_equal_nocase(rows[i].compact, name)))
            return (enum sp_header)i;
    }
    return SP_HEADER_OTHER;
}

struct sp_span sp_header_name(enum sp_header id)
{
    SP_CHECK(id > SP_HEADER_OTHER && id < SP_HEADER_COUNT);
    return rows[id].name;
}

bool sp_header_is_single(enum sp_header id)
{
    return rows[id].is_single;
}

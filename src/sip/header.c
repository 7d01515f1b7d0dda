/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields by name or compact form (RFC 3261 §7.3.1: without case).
 */
#include "signpost/sip/header.h"

#include "base/check.h"
#include "sip/header_key.h"
#include "sip/header_slot.h"

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

/* At most one name or compact form falls into a slot. */
static const uint8_t slots[1 << SP_HEADER_SLOT_BITS] = {
#define SLOT(slot, id) [slot] = SP_HEADER_##id,
    SP_HEADER_SLOTS(SLOT)
#undef SLOT
};
_Static_assert(SP_HEADER_COUNT <= UINT8_MAX, "a slot holds an enum sp_header");

enum sp_header sp_header_find(struct sp_span name)
{
    if (name.len == 0)
        return SP_HEADER_OTHER;
    const struct sp_header_key key = sp_header_key(name);
    const uint8_t id = slots[sp_header_key_slot(key, SP_HEADER_SLOT_FACTOR, SP_HEADER_SLOT_BITS)];
    const struct sp_span found = name.len == 1 ? rows[id].compact : rows[id].name;
    if (found.len != name.len || !sp_header_key_equal(key, sp_header_key(found)))
        return SP_HEADER_OTHER;
    if (name.len > 16 && !sp_span_equal_nocase(found, name))
        return SP_HEADER_OTHER;
    return (enum sp_header)id;
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

/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields by name or compact form (RFC 3261 §7.3.1: without case).
 */
#include "signpost/sip/header.h"

#include "base/check.h"
#include "sip/name_key.h"
#include "signpost/base/table/header_slot.h"

struct row {
    struct sp_span name;
    bool is_single;
};

static const struct row rows[SP_HEADER_COUNT] = {
#define ROW(id, name_, compact, is_single_)                                                        \
    [SP_HEADER_##id] = {.name = {name_, sizeof name_ - 1}, .is_single = is_single_},
    SP_HEADER_TABLE(ROW)
#undef ROW
};

struct entry {
    struct sp_name_key key;
    enum sp_header id;
};

/* Names and compact forms; the first is what an empty slot points at, and no name's. */
static const struct entry entries[] = {{.id = SP_HEADER_OTHER},
#define ENTRY(slot, index, id_, head_, tail_, len_)                                                \
    {.key = {.head = head_, .tail = tail_, .len = len_}, .id = SP_HEADER_##id_},
                                       SP_HEADER_SLOTS(ENTRY)
#undef ENTRY
};

/* At most one entry falls into a slot. */
static const uint8_t slots[1 << SP_HEADER_SLOT_BITS] = {
#define SLOT(slot, index, id, head, tail, len) [slot] = index,
    SP_HEADER_SLOTS(SLOT)
#undef SLOT
};
_Static_assert(sizeof entries / sizeof entries[0] <= UINT8_MAX + 1, "a slot holds an index");

enum sp_header sp_header_find(struct sp_span name)
{
    if (name.len == 0)
        return SP_HEADER_OTHER;
    const struct sp_name_key key = sp_name_key(name);
    const size_t slot = sp_name_key_slot(key, SP_HEADER_SLOT_FACTOR, SP_HEADER_SLOT_BITS);
    const struct entry *const entry = &entries[slots[slot]];
    if (!sp_name_key_equal(key, entry->key))
        return SP_HEADER_OTHER;
    if (name.len > SP_NAME_KEY_WHOLE && !sp_span_equal_nocase(rows[entry->id].name, name))
        return SP_HEADER_OTHER;
    return entry->id;
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

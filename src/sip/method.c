/* SPDX-License-Identifier: Apache-2.0
 *
 * Methods by name (RFC 3261 §7.1: with case).
 */
#include "signpost/sip/method.h"

static const struct sp_span names[SP_METHOD_COUNT] = {[SP_METHOD_OTHER] = {"", 0},
#define NAME(name) [SP_METHOD_##name] = {#name, sizeof #name - 1},
                                                      SP_METHOD_TABLE(NAME)
#undef NAME
};

enum sp_method sp_method_find(struct sp_span name)
{
    for (int i = SP_METHOD_OTHER + 1; i < SP_METHOD_COUNT; i++) {
        if (names[i].len == name.len && memcmp(names[i].ptr, name.ptr, name.len) == 0)
            return (enum sp_method)i;
    }
    return SP_METHOD_OTHER;
}

struct sp_span sp_method_name(enum sp_method method)
{
    return names[method];
}

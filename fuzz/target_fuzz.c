/* SPDX-License-Identifier: Apache-2.0
 *
 * The target of an HTTP request: whatever its octets, it is one of the pages that there are or
 * none, and what a page would show of it is text.
 */
#include <stddef.h>
#include <stdint.h>

#include "admin/escape.h"
#include "admin/target.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sp_target target;
    sp_target_read(sp_span((const char *)data, size), &target);
    SP_CHECK(target.words.len <= SP_TARGET_PATH_MAX);
    SP_CHECK(sp_escape_is_text(target.words));
    SP_CHECK(target.kind != SP_TARGET_MISSING || (!target.is_moved && !target.is_other));
    if (target.kind == SP_TARGET_CODE)
        SP_CHECK(target.code >= 100 && target.code <= 699);
    if (target.kind == SP_TARGET_PAIR) {
        SP_CHECK(sp_reference_find(target.code) != NULL);
        SP_CHECK(sp_reference_find(target.other) != NULL);
        SP_CHECK(target.code != target.other);
    }
    return 0;
}

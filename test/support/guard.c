/* SPDX-License-Identifier: Apache-2.0
 *
 * An anonymous map whose last page is protected.
 */
#include "support/guard.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"

void guard_init(struct guard *guard, size_t max)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t readable = (max + page - 1) / page * page;
    guard->max = max;
    guard->map_size = readable + page;
    guard->map =
        mmap(NULL, guard->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SP_CHECK(guard->map != MAP_FAILED);
    guard->end = guard->map + readable;
    SP_CHECK(mprotect(guard->end, page, PROT_NONE) == 0);
}

void guard_fini(struct guard *guard)
{
    SP_CHECK(munmap(guard->map, guard->map_size) == 0);
    *guard = (struct guard){0};
}

char *guard_tail(struct guard *guard, size_t size)
{
    SP_CHECK(size <= guard->max);
    return guard->end - size;
}

struct sp_span guard_copy(struct guard *guard, struct sp_span text)
{
    char *tail = guard_tail(guard, text.len);
    if (text.len > 0)
        memcpy(tail, text.ptr, text.len);
    return sp_span(tail, text.len);
}

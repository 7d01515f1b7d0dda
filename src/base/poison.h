/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells AddressSanitizer which octets nobody may touch now; nothing at all in other builds.
 */
#ifndef SP_BASE_POISON_H
#define SP_BASE_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SP_POISON_ENABLED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SP_POISON_ENABLED 1
#endif
#endif

#ifdef SP_POISON_ENABLED
#include <sanitizer/asan_interface.h>
#endif

static inline void sp_poison(void *memory, size_t size)
{
#ifdef SP_POISON_ENABLED
    __asan_poison_memory_region(memory, size);
#else
    (void)memory;
    (void)size;
#endif
}

static inline void sp_unpoison(void *memory, size_t size)
{
#ifdef SP_POISON_ENABLED
    __asan_unpoison_memory_region(memory, size);
#else
    (void)memory;
    (void)size;
#endif
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What every public declaration carries: whether the shared library exports it, and whether its
 * answer may be ignored.
 */
#ifndef SIGNPOST_BASE_API_H
#define SIGNPOST_BASE_API_H

#if defined(__GNUC__)
#define SP_API               __attribute__((visibility("default")))
#define SP_MUST_USE          __attribute__((warn_unused_result))
#define SP_PRINTF(at, first) __attribute__((format(__printf__, at, first)))
#else
#define SP_API
#define SP_MUST_USE
#define SP_PRINTF(at, first)
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * SP_CHECK states what only our own mistake could break; it stays on in every build, writes one
 * line and aborts. A peer never reaches one: what a peer sends is answered, not asserted.
 */
#ifndef SP_BASE_CHECK_H
#define SP_BASE_CHECK_H

#define SP_CHECK(condition)                                                                        \
    ((condition) ? (void)0 : sp_check_failed(#condition, __FILE__, __LINE__, __func__))

_Noreturn void sp_check_failed(const char *condition, const char *file, int line,
                               const char *function);

#endif

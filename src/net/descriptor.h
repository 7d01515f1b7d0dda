/* SPDX-License-Identifier: Apache-2.0
 *
 * How many files and sockets the process may have open.
 */
#ifndef SP_NET_DESCRIPTOR_H
#define SP_NET_DESCRIPTOR_H

#include <stddef.h>

/* Asks for `wanted` of them, as far as the hard limit allows, and says how many there may be now.
 */
size_t sp_descriptors_raise(size_t wanted);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share of libuv; nobody else includes it.
 */
#ifndef SP_NET_LOOP_UV_H
#define SP_NET_LOOP_UV_H

#include <uv.h>

#include "net/loop.h"

uv_loop_t *sp_loop_uv(struct sp_loop *loop);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret that keys what a proxy writes into the Routes of its calls: only who has it can tell a
 * Route of ours from one that somebody made up. It stays the same over restarts, because calls do,
 * in a file beside the store; servers behind one address share a copy of it.
 */
#ifndef SP_SERVER_SECRET_H
#define SP_SERVER_SECRET_H

#include <stdint.h>

#include "signpost/base/err.h"

enum {
    SP_SECRET_OCTETS = 16
};

/* Reads `folder`/secret, 32 hexadecimal digits, which is made (mode 0600) when it is not there;
 * `folder` NULL: a new one each time, for a store in memory. Errors: SP_ERR_SYNTAX (something else
 * stands there), SP_ERR_IO (see errno). */
SP_MUST_USE enum sp_err sp_secret_load(const char *folder, uint8_t secret[SP_SECRET_OCTETS]);

#endif

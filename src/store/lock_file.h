/* SPDX-License-Identifier: Apache-2.0
 *
 * A lock that a process holds by an open file, so that it is free again when the process ends,
 * however it ends. The file names the holder's pid for whoever comes second.
 */
#ifndef SP_STORE_LOCK_FILE_H
#define SP_STORE_LOCK_FILE_H

#include <sys/types.h>

#include "signpost/base/err.h"

/* Takes the lock at `path`, which is made (mode 0600) when it is not there. Errors: SP_ERR_BUSY
 * (`holder` is then its pid, or 0), SP_ERR_IO (see errno). */
SP_MUST_USE enum sp_err sp_lock_file_take(const char *path, int *lock, pid_t *holder);

/* Gives the lock back and sets it to -1; nothing when it is -1. */
void sp_lock_file_give(int *lock);

#endif

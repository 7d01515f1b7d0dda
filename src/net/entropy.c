/* SPDX-License-Identifier: Apache-2.0
 *
 * getrandom(2): up to 256 octets come whole once the system has gathered enough at its start.
 */
#include "net/entropy.h"

#include <errno.h>
#include <sys/random.h>

#include "base/check.h"

enum sp_err sp_entropy_fill(void *octets, size_t size)
{
    SP_CHECK(size <= 256);
    ssize_t got;
    do {
        got = getrandom(octets, size, 0);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)size ? SP_OK : SP_ERR_IO;
}

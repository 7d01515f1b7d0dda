/* SPDX-License-Identifier: Apache-2.0
 *
 * flock(2) on a file of its own. The file stays when the lock is given back: removing it would let
 * two processes hold locks on two files of one name.
 */
#include "store/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static pid_t read_holder(int file)
{
    char text[24] = "";
    const ssize_t got = pread(file, text, sizeof text - 1, 0);
    return got > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

enum sp_err sp_lock_file_take(const char *path, int *lock, pid_t *holder)
{
    char text[24];
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return SP_ERR_IO;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        const enum sp_err err = errno == EWOULDBLOCK ? SP_ERR_BUSY : SP_ERR_IO;
        if (err == SP_ERR_BUSY)
            *holder = read_holder(file);
        close(file);
        return err;
    }
    const int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)len, 0) != len) {
        close(file);
        return SP_ERR_IO;
    }
    *lock = file;
    return SP_OK;
}

void sp_lock_file_give(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}

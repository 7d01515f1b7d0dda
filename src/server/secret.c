/* SPDX-License-Identifier: Apache-2.0
 *
 * The file is written under another name first and then linked in its place, so that it is there
 * whole or not at all, and the first of two servers wins.
 */
#include "server/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "net/entropy.h"

enum {
    TEXT_OCTETS = 2 * SP_SECRET_OCTETS + 1, /* digits and a line's end */
    PATH_OCTETS = 4096,
};

static enum sp_err read_text(const char *text, size_t len, uint8_t secret[SP_SECRET_OCTETS])
{
    uint8_t read[SP_SECRET_OCTETS];
    if (len != TEXT_OCTETS || text[TEXT_OCTETS - 1] != '\n')
        return SP_ERR_SYNTAX;
    for (size_t i = 0; i < SP_SECRET_OCTETS; i++) {
        const int high = sp_ascii_hex_value(text[2 * i]);
        const int low = sp_ascii_hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return SP_ERR_SYNTAX;
        read[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(secret, read, sizeof read);
    return SP_OK;
}

static enum sp_err read_file(const char *path, uint8_t secret[SP_SECRET_OCTETS])
{
    char text[TEXT_OCTETS + 1];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? SP_ERR_ABSENT : SP_ERR_IO;
    const ssize_t len = read(fd, text, sizeof text);
    (void)close(fd); /* it was only read */
    return len < 0 ? SP_ERR_IO : read_text(text, (size_t)len, secret);
}

/* All of it and onto the disk: what is written into Routes must be understood after a crash. */
static enum sp_err write_file(const char *path, const char text[TEXT_OCTETS])
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return SP_ERR_IO;
    const bool is_written = write(fd, text, TEXT_OCTETS) == TEXT_OCTETS && fsync(fd) == 0;
    return close(fd) == 0 && is_written ? SP_OK : SP_ERR_IO;
}

static enum sp_err make_file(const char *path)
{
    char draft[PATH_OCTETS + 16];
    char text[TEXT_OCTETS + 1];
    uint8_t secret[SP_SECRET_OCTETS];
    if (sp_entropy_fill(secret, sizeof secret) != SP_OK)
        return SP_ERR_IO;
    for (size_t i = 0; i < sizeof secret; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", secret[i]); /* it fits */
    text[TEXT_OCTETS - 1] = '\n';
    (void)snprintf(draft, sizeof draft, "%s.%ld", path, (long)getpid()); /* it fits */
    enum sp_err err = write_file(draft, text);
    if (err == SP_OK && link(draft, path) != 0 && errno != EEXIST)
        err = SP_ERR_IO;
    const int error = errno;
    (void)unlink(draft); /* it may not be there */
    errno = error;
    return err;
}

enum sp_err sp_secret_load(const char *folder, uint8_t secret[SP_SECRET_OCTETS])
{
    char path[PATH_OCTETS];
    if (folder == NULL)
        return sp_entropy_fill(secret, SP_SECRET_OCTETS);
    const int len = snprintf(path, sizeof path, "%s/secret", folder);
    if (len < 0 || (size_t)len >= sizeof path)
        return SP_ERR_IO;
    enum sp_err err = read_file(path, secret);
    if (err != SP_ERR_ABSENT)
        return err;
    err = make_file(path);
    return err == SP_OK ? read_file(path, secret) : err;
}

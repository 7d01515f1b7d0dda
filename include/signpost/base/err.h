/* SPDX-License-Identifier: Apache-2.0
 *
 * The one list of errors. A function that can fail returns one of these and writes its
 * out-parameters only with SP_OK.
 */
#ifndef SIGNPOST_BASE_ERR_H
#define SIGNPOST_BASE_ERR_H

#include "signpost/base/api.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_err {
    SP_OK = 0,
    SP_PARTIAL,       /* the input ends before the thing does; not an error on a stream */
    SP_ERR_SYNTAX,    /* the input does not follow its grammar */
    SP_ERR_RANGE,     /* well formed, but a number outside what the field may hold */
    SP_ERR_DUPLICATE, /* there may be one, and there are more */
    SP_ERR_ABSENT,    /* what was asked for is not there */
    SP_ERR_FULL,      /* a table, list or buffer has reached its maximum */
    SP_ERR_MEMORY,    /* the system has no memory left */
    SP_ERR_REFUSED,   /* a rule forbids it */
    SP_ERR_BUSY,      /* somebody else holds it */
    SP_ERR_IO,        /* the system refused: disk, socket, file */
    SP_ERR_UNCERTAIN, /* it may have happened; nobody can tell */
};

/* The name of an error in words for people, such as "out of range"; never NULL, static. */
SP_API const char *sp_err_text(enum sp_err err);

/* For the rare call whose failure changes nothing; the reason stands beside it. */
static inline void sp_ignore(enum sp_err err)
{
    (void)err;
}

#ifdef __cplusplus
}
#endif

#endif

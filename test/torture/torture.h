/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of RFC 4475 and RFC 5118, and what becomes of them, as expect.tsv says.
 */
#ifndef TEST_TORTURE_TORTURE_H
#define TEST_TORTURE_TORTURE_H

#include "signpost/base/span.h"

enum {
    TORTURE_MESSAGES = 61,
    TORTURE_OCTETS_MAX = 8192,
};

struct torture_case {
    char name[64], section[32], datagram[8], stream[8], fault[64];
    char octets[TORTURE_OCTETS_MAX];
    size_t len;
};

/* Reads the table and the messages; stops the test when one is not there. */
const struct torture_case *torture_cases(void);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The manual page of the response codes, out of the texts of the reference.
 */
#ifndef SP_COMMAND_MANUAL_CODES_H
#define SP_COMMAND_MANUAL_CODES_H

#include <stdio.h>

/* Writes sip-codes(7) as mdoc source, in English: the classes, and each registered code with what
 * it means and what to do. `date` is the page's, as "January 2, 2006". */
void sp_manual_codes_write(const char *date, FILE *out);

#endif

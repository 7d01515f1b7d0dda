/* SPDX-License-Identifier: Apache-2.0
 *
 * In which form a page is wanted, by what the client accepts (RFC 9110 §12.5).
 */
#ifndef SP_ADMIN_ACCEPT_H
#define SP_ADMIN_ACCEPT_H

#include <stdbool.h>

#include "signpost/base/span.h"

enum sp_form {
    SP_FORM_HTML,
    SP_FORM_TEXT,
    SP_FORM_JSON,
};

/* The form that `accept` likes best, pages for a browser where it does not say. A client of the
 * terminal that takes anything gets text. */
enum sp_form sp_accept_form(struct sp_span accept, struct sp_span user_agent);

/* Whether Korean is liked better than English. */
bool sp_accept_korean(struct sp_span accept_language);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of a code in the same words everywhere: its name, its class, how a client takes it
 * that does not know it. Each writes a piece of one line, without a line end.
 */
#ifndef SP_REFERENCE_STATEMENT_H
#define SP_REFERENCE_STATEMENT_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"
#include "signpost/reference/term.h"

enum {
    SP_STATEMENT_MAX = 4096, /* octets that hold any one line of a page */
};

/* "301 Moved Permanently", in Korean with the Korean phrase behind it; "299" when unregistered. */
void sp_state_title(struct sp_writer *writer, unsigned code, enum sp_language language);

/* "SIP header field Min-SE". */
void sp_state_term(struct sp_writer *writer, const struct sp_reference_term *term,
                   enum sp_language language);

/* The next rule of `signpost trace` that has to do with a code, from the k-th on; k goes behind it.
 * NULL: none. */
const struct sp_reference_term *sp_state_rule(unsigned code, unsigned *k);

/* What it finds, without what to change: "A 422 without Min-SE." */
struct sp_span sp_state_rule_title(const struct sp_reference_term *rule, enum sp_language language);

/* "3xx Redirection". `code` is within 100..699, as below. */
void sp_state_class(struct sp_writer *writer, unsigned code, enum sp_language language);

/* "301 is a 3xx Redirection response: the request may succeed ..." `name` is how the sentence calls
 * the code, and begins with its digits. */
void sp_state_class_is(struct sp_writer *writer, unsigned code, struct sp_span name,
                       enum sp_language language);

/* "404 and 410 are both 4xx Request Failure responses: ..." Both are digits only. */
void sp_state_class_both(struct sp_writer *writer, struct sp_span a, struct sp_span b,
                         enum sp_language language);

/* What the page of a code opens with: its class, and what it means or that nobody registered it. */
void sp_state_opening(struct sp_writer *writer, unsigned code, enum sp_language language);

/* "RFC 3261 §21.3.2" and its address, of a word of `refs` ("3261:21.3.2"). */
void sp_state_ref(struct sp_writer *writer, struct sp_span ref);
void sp_state_ref_url(struct sp_writer *writer, struct sp_span ref);

/* The code as a number in a list of codes: "302". */
unsigned sp_state_number(struct sp_span word);

/* What the writer holds, which must have fitted: our own tables fill it. */
struct sp_span sp_state_end(const struct sp_writer *writer);

#endif

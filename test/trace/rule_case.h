/* SPDX-License-Identifier: Apache-2.0
 *
 * The flows of rule_test.c, as flow.h has them, with the rules that each breaks.
 */
#ifndef TRACE_RULE_CASE_H
#define TRACE_RULE_CASE_H

struct rule_case {
    const char *title; /* NULL ends the table */
    const char *rules; /* a blank between them, in the order in which they are found */
    const char *flow;
};

extern const struct rule_case rule_cases[];

#endif

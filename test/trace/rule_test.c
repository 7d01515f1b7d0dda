/* SPDX-License-Identifier: Apache-2.0
 *
 * Each rule of data/finding.tsv is broken once and kept once. A case is a flow and the rules that
 * it breaks, all of them: one finding too many is as wrong as one too few.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "rule_case.h"
#include "signpost/base/time.h"
#include "trace/finding.h"
#include "trace/trace.h"

enum {
    NAMES_MAX = 1024
};

static struct sp_address address_of(char party)
{
    struct sp_address address = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 0}};
    address.ip[3] = (uint8_t)(party - 'A' + 1);
    return address;
}

/* Gives the flow to a trace; answers when the capture ends. */
static int64_t play(struct sp_trace *trace, const char *text)
{
    struct sp_span rest = sp_span_of(text);
    struct flow_step step;
    int64_t end_ns = 0;
    while (flow_next(&rest, &step)) {
        const struct sp_trace_place place = {
            .at_ns = step.at_ms * SP_MILLISECOND,
            .src = address_of(step.from),
            .dst = address_of(step.to),
            .transport = SP_TRANSPORT_UDP,
        };
        end_ns = place.at_ns;
        if (step.from != 0)
            sp_trace_take_message(trace, &place, sp_span(step.octets, step.len));
    }
    return end_ns;
}

/* The names of the rules that all calls of a flow break, a blank between them. */
static void find_rules(const char *text, char names[NAMES_MAX], bool *seen)
{
    static struct sp_findings findings; /* too large for a stack */
    const struct sp_hash_key key = {1, 2};
    struct sp_trace *trace = NULL;
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, names, NAMES_MAX - 1);
    const struct sp_trace_limits limits = {16, 64, 8};
    assert_int_equal(sp_trace_new(&key, &limits, &trace), SP_OK);
    const int64_t end_ns = play(trace, text);
    struct sp_trace_call *call = sp_trace_ready(trace, true);
    for (; call != NULL; call = sp_trace_ready(trace, true)) {
        const struct sp_judgement judgement = {call, end_ns, &findings};
        sp_trace_judge(&judgement);
        for (unsigned k = 0; k < findings.count; k++) {
            sp_write_text(&writer, writer.len > 0 ? " " : "");
            sp_write_text(&writer, sp_rule_row(findings.rows[k].rule)->name);
            seen[findings.rows[k].rule] = true;
        }
        sp_trace_give_back(trace, &call);
    }
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    names[written.len] = '\0';
    sp_trace_free(&trace);
}

static void each_flow_breaks_its_rules_and_no_other(void **state)
{
    (void)state;
    bool seen[SP_RULE_COUNT] = {false};
    unsigned wrong = 0;
    for (size_t k = 0; rule_cases[k].title != NULL; k++) {
        char names[NAMES_MAX];
        find_rules(rule_cases[k].flow, names, seen);
        if (strcmp(names, rule_cases[k].rules) == 0)
            continue;
        print_error("%s:\n  found  '%s'\n  wanted '%s'\n", rule_cases[k].title, names,
                    rule_cases[k].rules);
        wrong++;
    }
    for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++) {
        if (!seen[rule])
            print_error("no flow breaks %s\n", sp_rule_row(rule)->name);
        wrong += !seen[rule];
    }
    assert_int_equal(wrong, 0);
}

/* "4028 \t 1 2 2.1 ...": whether the line is about the RFC of "4028:7.4" and has the section. */
static bool lists(const char *line, const char *ref)
{
    const struct sp_span text = sp_span_trim(sp_span_of(line)), wanted = sp_span_of(ref);
    const size_t colon = sp_span_find(wanted, ':');
    const size_t tab = sp_span_find(text, '\t');
    if (!sp_span_equal(sp_span_first(text, tab), sp_span_first(wanted, colon)))
        return false;
    struct sp_span rest = sp_span_after(text, tab + 1);
    while (rest.len > 0) {
        const struct sp_span section = sp_span_first(rest, sp_span_find(rest, ' '));
        if (sp_span_equal(section, sp_span_after(wanted, colon + 1)))
            return true;
        rest = sp_span_after(rest, section.len + 1);
    }
    return false;
}

static void each_rule_points_at_a_section_that_exists(void **state)
{
    static char line[8192];
    (void)state;
    for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++) {
        FILE *const in = fopen(SIGNPOST_SOURCE_DIR "/test/reference/section.tsv", "r");
        bool is_found = false;
        assert_non_null(in);
        while (!is_found && fgets(line, sizeof line, in) != NULL)
            is_found = lists(line, sp_rule_row(rule)->ref);
        fclose(in);
        if (!is_found)
            print_error("%s: there is no %s\n", sp_rule_row(rule)->name, sp_rule_row(rule)->ref);
        assert_true(is_found);
    }
}

/* All languages tell the same values, and none is left over. */
static void each_text_names_the_same_values(void **state)
{
    (void)state;
    for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++) {
        const struct sp_rule_row *const row = sp_rule_row(rule);
        for (char value = '1'; value <= '3'; value++) {
            const char place[] = {'{', value, '}', '\0'};
            const bool is_en = strstr(row->seen[SP_LANGUAGE_EN], place) != NULL;
            assert_int_equal(is_en, strstr(row->seen[SP_LANGUAGE_KO], place) != NULL);
        }
        for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++) {
            assert_true(strlen(row->title[language]) > 0);
            assert_true(strlen(row->change[language]) > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flow_breaks_its_rules_and_no_other),
        cmocka_unit_test(each_rule_points_at_a_section_that_exists),
        cmocka_unit_test(each_text_names_the_same_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of rules, and findings as they are filled and written.
 */
#include "trace/finding.h"

#include "reference/word.h"
#include "trace/clean.h"

static const struct sp_rule_row rules[SP_RULE_COUNT] = {
#define SP_RULE_ROW(id, rule, severity_, refs, codes, title, title_ko, seen, seen_ko, change,      \
                    change_ko)                                                                     \
    [SP_RULE_##id] = {rule,                                                                        \
                      (severity_)[0] == 'e'   ? SP_SEVERITY_ERROR                                  \
                      : (severity_)[0] == 'w' ? SP_SEVERITY_WARNING                                \
                                              : SP_SEVERITY_NOTE,                                  \
                      refs,                                                                        \
                      {title, title_ko},                                                           \
                      {seen, seen_ko},                                                             \
                      {change, change_ko}},
    SP_FINDING_TABLE(SP_RULE_ROW)
#undef SP_RULE_ROW
};

const struct sp_rule_row *sp_rule_row(enum sp_rule rule)
{
    return &rules[rule];
}

const char *sp_severity_name(enum sp_severity severity)
{
    static const char *const names[SP_SEVERITY_COUNT] = {"note", "warning", "error"};
    return names[severity];
}

/* What the software at an address calls itself in the messages that begin their way there. */
static struct sp_span agent_at(const struct sp_trace_call *call, const struct sp_address *who)
{
    for (const struct sp_trace_message *message = call->first; message != NULL;
         message = message->next)
        if (message->agent.len > 0 && message->origin == message &&
            sp_address_equal(&message->place.src, who))
            return message->agent;
    return sp_span_absent();
}

struct sp_finding *sp_finding_add(const struct sp_judgement *judgement, enum sp_rule rule,
                                  const struct sp_trace_message *at, const struct sp_address *who)
{
    struct sp_findings *const findings = judgement->findings;
    const bool has_room = findings->count < SP_FINDINGS_MAX - 1; /* the last place is nobody's */
    struct sp_finding *const finding =
        &findings->rows[has_room ? findings->count : SP_FINDINGS_MAX - 1];
    *finding = (struct sp_finding){.rule = rule, .at = at, .times = 1};
    findings->by_severity[rules[rule].severity]++;
    findings->count += has_room;
    findings->left_out += !has_room;
    if (who != NULL) {
        finding->who = *who;
        finding->agent = agent_at(judgement->call, who);
    }
    return finding;
}

/* A writer over the next value's place; values beyond the last place are not there. */
static struct sp_writer begin_value(struct sp_finding *finding)
{
    struct sp_writer writer;
    const unsigned k = finding->value_count < SP_FINDING_VALUES_MAX ? finding->value_count
                                                                    : SP_FINDING_VALUES_MAX - 1;
    sp_writer_init(&writer, finding->values[k], SP_FINDING_VALUE_MAX);
    return writer;
}

static void end_value(struct sp_finding *finding, const struct sp_writer *writer)
{
    if (finding->value_count < SP_FINDING_VALUES_MAX)
        finding->value_lens[finding->value_count++] = writer->len;
}

void sp_finding_number(struct sp_finding *finding, uint64_t value)
{
    struct sp_writer writer = begin_value(finding);
    sp_write_u64(&writer, value);
    end_value(finding, &writer);
}

void sp_finding_text(struct sp_finding *finding, struct sp_span value)
{
    struct sp_writer writer = begin_value(finding);
    sp_clean_write_first(&writer, value, SP_FINDING_VALUE_MAX - 8);
    end_value(finding, &writer);
}

void sp_finding_address(struct sp_finding *finding, const struct sp_address *value)
{
    struct sp_writer writer = begin_value(finding);
    sp_address_print(&writer, value);
    end_value(finding, &writer);
}

void sp_finding_seconds(struct sp_finding *finding, int64_t ns)
{
    struct sp_writer writer = begin_value(finding);
    const uint64_t ms = ns > 0 ? (uint64_t)ns / 1000000 : 0;
    sp_write_u64(&writer, ms / 1000);
    if (ms < 10000 && ms % 1000 != 0) /* of a long time nobody wants the milliseconds */
        sp_write_format(&writer, ".%03u", (unsigned)(ms % 1000));
    end_value(finding, &writer);
}

static bool is_same(const struct sp_finding *a, const struct sp_finding *b)
{
    return a->rule == b->rule && sp_address_equal(&a->who, &b->who) &&
           sp_span_equal(sp_span(a->values[0], a->value_lens[0]),
                         sp_span(b->values[0], b->value_lens[0]));
}

static unsigned place_of(const struct sp_finding *finding)
{
    return finding->at != NULL ? finding->at->number : 0;
}

/* In the order of the messages; of one message as they were found. */
static void sort(struct sp_findings *findings)
{
    for (unsigned i = 1; i < findings->count; i++) {
        const struct sp_finding finding = findings->rows[i];
        unsigned k = i;
        for (; k > 0 && place_of(&findings->rows[k - 1]) > place_of(&finding); k--)
            findings->rows[k] = findings->rows[k - 1];
        findings->rows[k] = finding;
    }
}

void sp_findings_merge(struct sp_findings *findings)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < findings->count; i++) {
        struct sp_finding *const finding = &findings->rows[i];
        unsigned k = 0;
        while (k < kept && !is_same(&findings->rows[k], finding))
            k++;
        if (k == kept) {
            findings->rows[kept++] = *finding;
            continue;
        }
        findings->rows[k].times++;
        findings->by_severity[rules[finding->rule].severity]--;
    }
    findings->count = kept;
    sort(findings);
}

/* A text with its values, {1} to {3}. */
static void write_filled(struct sp_writer *writer, const struct sp_finding *finding,
                         const char *text)
{
    struct sp_span values[SP_FINDING_VALUES_MAX];
    for (unsigned k = 0; k < SP_FINDING_VALUES_MAX; k++)
        values[k] = sp_span(finding->values[k], finding->value_lens[k]);
    sp_word_fill(writer, sp_span_of(text), values);
}

void sp_finding_write_seen(struct sp_writer *writer, const struct sp_finding *finding,
                           enum sp_language language)
{
    write_filled(writer, finding, rules[finding->rule].seen[language]);
}

void sp_finding_write_change(struct sp_writer *writer, const struct sp_finding *finding,
                             enum sp_language language)
{
    write_filled(writer, finding, rules[finding->rule].change[language]);
}

void sp_finding_write_who(struct sp_writer *writer, const struct sp_finding *finding)
{
    if (finding->who.family == SP_FAMILY_NONE)
        return;
    sp_address_print(writer, &finding->who);
    if (finding->agent.len == 0)
        return;
    sp_write_text(writer, " (");
    sp_clean_write_first(writer, finding->agent, 80);
    sp_write_text(writer, ")");
}

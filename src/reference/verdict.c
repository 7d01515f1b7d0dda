/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the reason in the requests that the two answer and in their outcomes: the first one that
 * holds is given.
 */
#include "reference/verdict.h"

#include <stdbool.h>

#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

/* The two codes as a verdict sees them. */
struct verdict {
    struct sp_span numbers[2];
    struct sp_span outcomes[2];
    enum sp_word because;
    int first; /* the index of the one that {1} of `because` stands for */
};

static bool has_outcome(const struct verdict *verdict, int k, struct sp_span outcome)
{
    return sp_span_equal(verdict->outcomes[k], outcome);
}

static bool have_one_outcome(const struct verdict *verdict)
{
    return sp_span_equal(verdict->outcomes[0], verdict->outcomes[1]);
}

static bool is_step(const struct verdict *verdict, int k)
{
    return has_outcome(verdict, k, SP_SPAN("redirect")) ||
           has_outcome(verdict, k, SP_SPAN("challenge"));
}

static bool have_one_method(struct sp_span a, struct sp_span b)
{
    if (sp_span_equal(a, SP_SPAN("any")) || sp_span_equal(b, SP_SPAN("any")))
        return true;
    struct sp_span method;
    while (sp_text_next_word(&a, &method)) {
        struct sp_span rest = b;
        struct sp_span other;
        while (sp_text_next_word(&rest, &other))
            if (sp_span_equal(method, other))
                return true;
    }
    return false;
}

static enum sp_word because_of_one_outcome(const struct verdict *verdict)
{
    if (has_outcome(verdict, 0, SP_SPAN("provisional")))
        return SP_WORD_because_open;
    if (has_outcome(verdict, 0, SP_SPAN("redirect")))
        return SP_WORD_because_redirect;
    return has_outcome(verdict, 0, SP_SPAN("success")) ? SP_WORD_because_good
                                                       : SP_WORD_because_same;
}

static void find_reason(struct verdict *verdict)
{
    const bool is_open_at_1 = has_outcome(verdict, 1, SP_SPAN("provisional"));
    if (have_one_outcome(verdict)) {
        verdict->because = because_of_one_outcome(verdict);
    } else if (has_outcome(verdict, 0, SP_SPAN("provisional")) || is_open_at_1) {
        verdict->because = SP_WORD_because_wait;
        verdict->first = is_open_at_1;
    } else if (is_step(verdict, 0) || is_step(verdict, 1)) {
        verdict->because = SP_WORD_because_step;
        verdict->first = !is_step(verdict, 0);
    } else {
        verdict->because = SP_WORD_because_other;
    }
}

static void write_reason(struct sp_writer *writer, const struct verdict *verdict,
                         enum sp_language language)
{
    const struct sp_span turned[] = {verdict->numbers[verdict->first],
                                     verdict->numbers[!verdict->first]};
    char octets[SP_STATEMENT_MAX];
    struct sp_writer because;
    sp_writer_init(&because, octets, sizeof octets);
    sp_word_fill(&because, sp_word(verdict->because, language), turned);
    const struct sp_span arguments[] = {verdict->numbers[0], verdict->numbers[1],
                                        sp_state_end(&because)};
    const enum sp_word which =
        have_one_outcome(verdict) && verdict->because != SP_WORD_because_methods
            ? SP_WORD_which_same
            : SP_WORD_which_never;
    sp_word_fill(writer, sp_word(which, language), arguments);
}

/* "- 301 (Moved Permanently): send the request where the response points." */
static void write_consequence(struct sp_writer *writer, unsigned code, enum sp_language language)
{
    char key_octets[32];
    char number_octets[4];
    struct sp_writer key;
    struct sp_writer number;
    sp_writer_init(&key, key_octets, sizeof key_octets);
    sp_writer_init(&number, number_octets, sizeof number_octets);
    sp_write_text(&key, "then_");
    sp_write_text(&key, sp_reference_outcome(code));
    sp_write_u64(&number, code);
    const struct sp_span arguments[] = {sp_state_end(&number),
                                        sp_span_of(sp_reference_phrase(code, SP_LANGUAGE_EN))};
    sp_write_text(writer, "\n" SP_TEXT_ITEM);
    sp_word_fill(writer, sp_word_for(sp_state_end(&key), language), arguments);
}

void sp_verdict_write(struct sp_writer *writer, const struct sp_reference_code *const *codes,
                      enum sp_language language)
{
    char octets[2][4];
    struct verdict verdict = {.first = 0};
    for (int k = 0; k < 2; k++) {
        struct sp_writer number;
        sp_writer_init(&number, octets[k], sizeof octets[k]);
        sp_write_u64(&number, codes[k]->code);
        verdict.numbers[k] = sp_state_end(&number);
        verdict.outcomes[k] = sp_span_of(sp_reference_outcome(codes[k]->code));
    }
    find_reason(&verdict);
    if (!have_one_method(sp_span_of(codes[0]->methods), sp_span_of(codes[1]->methods)))
        verdict.because = SP_WORD_because_methods;
    write_reason(writer, &verdict, language);
    if (have_one_outcome(&verdict))
        return;
    for (int k = 0; k < 2; k++)
        write_consequence(writer, codes[k]->code, language);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets the facts about two codes against each other. Two values that read the same are one fact,
 * said once of both.
 */
#include "reference/contrast.h"

#include "reference/fact.h"
#include "reference/statement.h"
#include "reference/word.h"

/* `two` has places for a code and its value, and for the other code and its value; `both` uses the
 * second place only. `none` stands for no value. */
static const struct contrast {
    enum sp_fact fact;
    enum sp_word two, both, none;
} contrasts[] = {
#define CONTRAST(fact, name, none)                                                                 \
    {                                                                                              \
        SP_FACT_##fact, SP_WORD_two_##name, SP_WORD_both_##name, SP_WORD_##none                    \
    }
    CONTRAST(OUTCOME, outcome, none),   CONTRAST(SENDERS, senders, none),
    CONTRAST(METHODS, methods, none),   CONTRAST(HEADERS, headers, none_headers),
    CONTRAST(RETRY, retry, none),       CONTRAST(ENDS, ends, none),
    CONTRAST(Q850, q850, none_q850),    CONTRAST(DEFINED, defined, none),
    CONTRAST(RELATED, related, none),   CONTRAST(SECTIONS, sections, none),
    CONTRAST(STANDING, standing, none),
#undef CONTRAST
};

enum {
    CONTRAST_COUNT = sizeof contrasts / sizeof contrasts[0]
};

_Static_assert((int)SP_CONTRAST_FACTS == (int)CONTRAST_COUNT,
               "the header tells how many there are");

bool sp_contrast_write(struct sp_writer *writer, unsigned k,
                       const struct sp_reference_code *const *codes, enum sp_language language)
{
    const struct contrast *const contrast = &contrasts[k % CONTRAST_COUNT];
    const bool wants_common = k >= CONTRAST_COUNT;
    struct {
        char number[4], value[SP_STATEMENT_MAX];
    } octets[2];
    struct sp_span arguments[4];
    bool has_value = false;
    for (int i = 0; i < 2; i++) {
        struct sp_writer number;
        struct sp_writer value;
        sp_writer_init(&number, octets[i].number, sizeof octets[i].number);
        sp_writer_init(&value, octets[i].value, sizeof octets[i].value);
        sp_write_u64(&number, codes[i]->code);
        sp_fact_value(contrast->fact, &value, codes[i], language);
        has_value = has_value || value.len > 0;
        arguments[2 * i] = sp_state_end(&number);
        arguments[2 * i + 1] =
            value.len > 0 ? sp_state_end(&value) : sp_word(contrast->none, language);
    }
    const bool is_common = sp_span_equal(arguments[1], arguments[3]);
    if (is_common != wants_common || !has_value)
        return false;
    sp_word_fill(writer, sp_word(is_common ? contrast->both : contrast->two, language), arguments);
    return true;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said about two codes together. The first difference is that of their classes; the others
 * are written by hand in data/pair, each as two sentences, one on each code, or come from the facts
 * about the two where nobody has written any.
 */
#include "reference/comparison.h"

#include "base/check.h"
#include "reference/contrast.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/verdict.h"
#include "reference/word.h"

enum sp_err sp_comparison_init(struct sp_comparison *comparison, unsigned a, unsigned b,
                               enum sp_language language)
{
    const struct sp_comparison found = {
        .codes = {sp_reference_find(a), sp_reference_find(b)},
        .pair = sp_reference_find_pair(a, b),
        .language = language,
    };
    if (found.codes[0] == NULL || found.codes[1] == NULL)
        return SP_ERR_ABSENT;
    if (a == b)
        return SP_ERR_DUPLICATE;
    *comparison = found;
    if (found.pair != NULL)
        comparison->rest = sp_span_of(found.pair->text[language][SP_PAIR_differences]);
    return SP_OK;
}

void sp_comparison_title(const struct sp_comparison *comparison, struct sp_writer *writer)
{
    sp_write_text(writer, "SIP ");
    sp_state_title(writer, comparison->codes[0]->code, comparison->language);
    sp_write_text(writer, " vs ");
    sp_state_title(writer, comparison->codes[1]->code, comparison->language);
}

static bool is_one_class(const struct sp_comparison *comparison)
{
    return sp_reference_class_of(comparison->codes[0]->code) ==
           sp_reference_class_of(comparison->codes[1]->code);
}

void sp_comparison_lead(const struct sp_comparison *comparison, struct sp_writer *writer)
{
    const enum sp_language language = comparison->language;
    struct {
        char number[4], class[64];
    } octets[2];
    struct sp_span arguments[8];
    for (int k = 0; k < 2; k++) {
        const struct sp_reference_code *const page = comparison->codes[k];
        struct sp_writer number;
        struct sp_writer class;
        sp_writer_init(&number, octets[k].number, sizeof octets[k].number);
        sp_writer_init(&class, octets[k].class, sizeof octets[k].class);
        sp_write_u64(&number, page->code);
        sp_state_class(&class, page->code, language);
        struct sp_span *const four = arguments + 4 * k;
        four[0] = sp_state_end(&number);
        four[1] = sp_span_of(sp_reference_phrase(page->code, SP_LANGUAGE_EN));
        four[2] = sp_state_end(&class);
        four[3] = sp_span_of(page->text[language][SP_CODE_summary]);
    }
    const enum sp_word sentence = is_one_class(comparison) ? SP_WORD_lead_both : SP_WORD_lead;
    sp_word_fill(writer, sp_word(sentence, language), arguments);
}

/* "301 is a 3xx Redirection response: ... 422 is a 4xx Request Failure response: ..." */
static void write_classes(const struct sp_comparison *comparison, struct sp_writer *writer)
{
    char octets[2][4];
    struct sp_span numbers[2];
    for (int k = 0; k < 2; k++) {
        struct sp_writer number;
        sp_writer_init(&number, octets[k], sizeof octets[k]);
        sp_write_u64(&number, comparison->codes[k]->code);
        numbers[k] = sp_state_end(&number);
    }
    if (is_one_class(comparison)) {
        sp_state_class_both(writer, numbers[0], numbers[1], comparison->language);
        return;
    }
    for (int k = 0; k < 2; k++) {
        sp_write_text(writer, k == 0 ? "" : " ");
        sp_state_class_is(writer, comparison->codes[k]->code, numbers[k], comparison->language);
    }
}

static bool write_by_hand(struct sp_comparison *comparison, struct sp_writer *writer)
{
    struct sp_span on[2]; /* what is said on the smaller code, and on the larger */
    if (!sp_text_next_item(&comparison->rest, &on[0]))
        return false;
    const bool is_two = sp_text_next_item(&comparison->rest, &on[1]);
    SP_CHECK(is_two);
    const bool is_turned = comparison->codes[0]->code != comparison->pair->first;
    sp_write_span(writer, on[is_turned]);
    sp_write_octet(writer, ' ');
    sp_write_span(writer, on[!is_turned]);
    return true;
}

bool sp_comparison_next(struct sp_comparison *comparison, struct sp_writer *writer)
{
    const unsigned at = comparison->told++;
    if (at == 0) {
        write_classes(comparison, writer);
        return true;
    }
    if (comparison->pair != NULL)
        return write_by_hand(comparison, writer);
    for (unsigned k = at - 1; k < SP_CONTRAST_COUNT; k++, comparison->told++)
        if (sp_contrast_write(writer, k, comparison->codes, comparison->language))
            return true;
    return false;
}

void sp_comparison_which(const struct sp_comparison *comparison, struct sp_writer *writer)
{
    if (comparison->pair != NULL)
        sp_write_text(writer, comparison->pair->text[comparison->language][SP_PAIR_which]);
    else
        sp_verdict_write(writer, comparison->codes, comparison->language);
}

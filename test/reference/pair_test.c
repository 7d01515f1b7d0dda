/* SPDX-License-Identifier: Apache-2.0
 *
 * Each two registered codes, in both orders and languages: that the page of the two is whole
 * and reads well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "reference/comparison.h"
#include "reference/contrast.h"
#include "reference/text.h"
#include "signpost/reference/page.h"

enum {
    WIDTH = 80,
    DIFFERENCES_MIN = 5,
    CODES = 75,
};

struct pair {
    unsigned a, b;
    enum sp_language language;
};

/* Calls `check` for each two codes, in both orders and languages. */
static void for_each_pair(void (*check)(const struct pair *pair))
{
    const struct sp_reference_code *a;
    const struct sp_reference_code *b;
    for (unsigned i = 0; (a = sp_reference_at(i)) != NULL; i++)
        for (unsigned k = 0; (b = sp_reference_at(k)) != NULL; k++)
            for (enum sp_language language = 0; a != b && language < SP_LANGUAGE_COUNT; language++)
                check(&(const struct pair){a->code, b->code, language});
}

static struct sp_span ended(const struct sp_writer *writer)
{
    struct sp_span written;
    assert_int_equal(sp_writer_end(writer, &written), SP_OK);
    return written;
}

/* Blocks are parted by empty lines. Behind the title and the opening each is a code's title, which
 * begins with its digits, or a heading with lines below it. */
static void has_no_empty_section(struct sp_span page)
{
    struct sp_span line;
    unsigned block = 0;
    unsigned lines = 0;
    bool is_title = false;
    while (sp_text_next_line(&page, &line)) {
        if (lines == 0)
            is_title = line.len > 0 && line.ptr[0] >= '1' && line.ptr[0] <= '6';
        if (line.len > 0) {
            lines++;
            continue;
        }
        assert_true(lines > 0 && (block < 2 || is_title || lines > 1));
        block++;
        lines = 0;
    }
    assert_true(lines > 1);
}

static void page_reads_well(const struct pair *pair)
{
    static char octets[SP_REFERENCE_PAGE_MAX];
    const struct sp_reference_format format = {.language = pair->language, .width = WIDTH};
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_compare(&writer, pair->a, pair->b, &format), SP_OK);
    const struct sp_span page = ended(&writer);
    assert_keeps_to(WIDTH, page);
    assert_repeats_no_word(page);
    has_no_empty_section(page);
}

/* The differences that stand in the facts, that of the classes among them. */
static unsigned count_contrasts(const struct pair *pair)
{
    const struct sp_reference_code *const codes[] = {sp_reference_find(pair->a),
                                                     sp_reference_find(pair->b)};
    unsigned count = sp_reference_class_of(pair->a) != sp_reference_class_of(pair->b);
    for (unsigned k = 0; k < SP_CONTRAST_FACTS; k++) {
        char octets[SP_REFERENCE_PAGE_MAX];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        count += sp_contrast_write(&writer, k, codes, pair->language);
    }
    return count;
}

static unsigned count_differences(struct sp_comparison *comparison)
{
    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    unsigned count = 0;
    sp_writer_init(&writer, octets, sizeof octets);
    while (sp_comparison_next(comparison, &writer)) {
        assert_true(ended(&writer).len > 0);
        if (comparison->language == SP_LANGUAGE_KO)
            assert_korean(ended(&writer));
        sp_writer_init(&writer, octets, sizeof octets);
        count++;
    }
    return count;
}

static void says_enough(const struct pair *pair)
{
    struct sp_comparison comparison;
    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    assert_int_equal(sp_comparison_init(&comparison, pair->a, pair->b, pair->language), SP_OK);
    unsigned count = count_differences(&comparison);
    if (comparison.pair == NULL)
        count = count_contrasts(pair);
    if (count < DIFFERENCES_MIN)
        print_message("%u and %u: %u differences\n", pair->a, pair->b, count);
    assert_true(count >= DIFFERENCES_MIN);

    sp_writer_init(&writer, octets, sizeof octets);
    sp_comparison_which(&comparison, &writer);
    assert_true(ended(&writer).len > 0);
    if (pair->language == SP_LANGUAGE_KO)
        assert_korean(ended(&writer));
}

static void every_two_codes_have_a_page_that_reads_well(void **state)
{
    (void)state;
    assert_non_null(sp_reference_at(CODES - 1));
    assert_null(sp_reference_at(CODES));
    for_each_pair(page_reads_well);
}

static void every_two_codes_have_five_differences_and_a_verdict(void **state)
{
    (void)state;
    for_each_pair(says_enough);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_two_codes_have_a_page_that_reads_well),
        cmocka_unit_test(every_two_codes_have_five_differences_and_a_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * That each section the reference points at exists: it stands in section.tsv, and when a folder of
 * RFC texts (rfc3261.txt, ...) is given as argument, it is a heading there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reference/text.h"
#include "signpost/reference/term.h"

enum {
    LINE_MAX_OCTETS = 4096
};

struct places {
    const char *folder; /* of RFC texts; NULL: none */
    unsigned wrong;
};

/* "3261 \t 1 2 2.1 ...": whether the line is about this RFC and has the section. */
static bool lists(struct sp_span line, struct sp_span rfc, struct sp_span section)
{
    struct sp_span known;
    struct sp_span list = sp_span_after(line, sp_span_find(line, '\t') + 1);
    if (!sp_span_equal(sp_span_first(line, sp_span_find(line, '\t')), rfc))
        return false;
    while (sp_text_next_word(&list, &known))
        if (sp_span_equal(known, section))
            return true;
    return false;
}

/* "   20.33 Retry-After" or "6.  Min-SE": whether the line is a heading with that number. */
static bool is_heading(struct sp_span line, struct sp_span section)
{
    const struct sp_span text = sp_span_trim(line);
    struct sp_span rest = sp_span_after(text, section.len);
    if (!sp_span_has_prefix(text, section))
        return false;
    if (sp_span_has_prefix(rest, SP_SPAN(".")))
        rest = sp_span_after(rest, 1);
    return sp_span_has_prefix(rest, SP_SPAN(" ")) && sp_span_trim(rest).len > 0;
}

/* Whether a line of the file satisfies one of the two; true when the file is not there. */
static bool file_has(const char *path, struct sp_span rfc, struct sp_span section)
{
    char octets[LINE_MAX_OCTETS];
    bool is_found = false;
    FILE *const in = fopen(path, "r");
    if (in == NULL)
        return true;
    while (!is_found && fgets(octets, sizeof octets, in) != NULL) {
        const struct sp_span line = sp_span_trim(sp_span_of(octets));
        is_found = rfc.len > 0 ? lists(line, rfc, section) : is_heading(line, section);
    }
    fclose(in);
    return is_found;
}

static void check(struct places *places, const char *owner, struct sp_span ref)
{
    const struct sp_span rfc = sp_span_first(ref, sp_span_find(ref, ':'));
    const struct sp_span section = sp_span_after(ref, rfc.len + 1);
    char path[512];
    if (section.len == 0)
        return;
    bool is_there = file_has(SIGNPOST_SOURCE_DIR "/test/reference/section.tsv", rfc, section);
    if (is_there && places->folder != NULL) {
        snprintf(path, sizeof path, "%s/rfc%.*s.txt", places->folder, (int)rfc.len, rfc.ptr);
        is_there = file_has(path, sp_span_absent(), section);
    }
    if (!is_there)
        print_message(
            "%s: RFC %.*s has no section %.*s; if it has, test/reference/section.tsv lacks it\n",
            owner, (int)rfc.len, rfc.ptr, (int)section.len, section.ptr);
    places->wrong += !is_there;
}

static void check_list(struct places *places, const char *owner, const char *refs)
{
    struct sp_span list = sp_span_of(refs);
    struct sp_span ref;
    while (sp_text_next_word(&list, &ref))
        check(places, owner, ref);
}

static void sections_of_codes_exist(void **state)
{
    struct places places = {.folder = *state};
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++)
        check_list(&places, page->text[SP_LANGUAGE_EN][SP_CODE_summary], page->refs);
    assert_int_equal(places.wrong, 0);
}

static void sections_of_terms_exist(void **state)
{
    struct places places = {.folder = *state};
    const struct sp_reference_term *term;
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++)
        for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++)
            check_list(&places, term->name, term->ref);
    assert_int_equal(places.wrong, 0);
}

static void the_year_of_each_defining_rfc_is_known(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        uint32_t rfc;
        const struct sp_span refs = sp_span_of(page->refs);
        assert_int_equal(sp_span_to_u32(sp_span_first(refs, sp_span_find(refs, ':')), 9999, &rfc),
                         SP_OK);
        if (sp_reference_year(rfc) == 0)
            fail_msg("%u: the year of RFC %u is not in data/rfc.tsv", page->code, rfc);
    }
}

int main(int argc, char **argv)
{
    void *const folder = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(sections_of_codes_exist, folder),
        cmocka_unit_test_prestate(sections_of_terms_exist, folder),
        cmocka_unit_test(the_year_of_each_defining_rfc_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

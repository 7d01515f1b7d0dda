/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the reference: whatever is asked, hits come in order and name something, and advice
 * on a header field holds nothing that a terminal would take for its own. The input is a question,
 * and as "NAME:VALUE" a field of a 422.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/reference/advice.h"
#include "signpost/reference/search.h"

enum {
    HITS = 8,
    CODE = 422,
};

static void ask(struct sp_span question)
{
    struct sp_reference_hit hits[HITS];
    const struct sp_reference_term *term;
    unsigned first;
    unsigned last;
    const unsigned count = sp_reference_search(question, hits, HITS);
    SP_CHECK(count <= HITS);
    for (unsigned k = 0; k < count; k++) {
        SP_CHECK((hits[k].code == 0) != (hits[k].term == NULL));
        SP_CHECK(k == 0 || hits[k - 1].match <= hits[k].match);
    }
    if (sp_reference_read_mask(question, &first, &last) == SP_OK)
        SP_CHECK(first >= 100 && first < last && last < 700);
    if (sp_reference_read_term(question, &term) == SP_OK)
        SP_CHECK(term->name != NULL);
}

static void advise(struct sp_span line)
{
    const size_t colon = sp_span_find(line, ':');
    const struct sp_reference_field field = {CODE, sp_span_first(line, colon),
                                             sp_span_after(line, colon + 1)};
    char octets[8192];
    struct sp_writer writer;
    struct sp_span advice;
    sp_writer_init(&writer, octets, sizeof octets);
    if (sp_reference_advise(&writer, &field, SP_LANGUAGE_EN) != SP_OK)
        return;
    SP_CHECK(sp_writer_end(&writer, &advice) == SP_OK && advice.len > 0);
    for (size_t i = 0; i < advice.len; i++)
        SP_CHECK((unsigned char)advice.ptr[i] >= 0x20 && advice.ptr[i] != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sp_span input = sp_span((const char *)data, size);
    ask(input);
    advise(input);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the reference, as tool/table and tool/text make them of data/, and how a code is
 * found in them. A row of data/code.tsv without its text, or a text without its row, does not
 * compile.
 */
#include "signpost/reference/code.h"

#include "signpost/base/table/class.h"
#include "signpost/base/table/code.h"
#include "signpost/base/table/code_text.h"
#include "signpost/base/table/outcome.h"
#include "signpost/base/table/pair_text.h"
#include "signpost/base/table/phrase_ko.h"
#include "signpost/base/table/rfc.h"
#include "signpost/base/table/status.h"

enum {
    COUNT_OF_100 = 100
};

struct phrase {
    uint16_t code;
    const char *text;
};

static const struct sp_reference_code codes[] = {
#define CODE(code, refs, senders, methods, must, should, may, retry, ends, q850, related)          \
    {code, refs,  senders, methods, must,    should,                                               \
     may,  retry, ends,    q850,    related, SP_CODE_TEXT_##code},
    SP_CODE_TABLE(CODE)
#undef CODE
};

static const struct sp_reference_pair pairs[] = {
#define PAIR(first, second) {first, second, SP_PAIR_TEXT_##first##_##second},
    SP_PAIR_TEXT_TABLE(PAIR)
#undef PAIR
};

static const struct sp_reference_class classes[] = {
#define CLASS(digit, name_en, name_ko, meaning_en, meaning_ko)                                     \
    {digit, {name_en, name_ko}, {meaning_en, meaning_ko}},
    SP_CLASS_TABLE(CLASS)
#undef CLASS
};

static const struct phrase phrases[] = {
#define PHRASE(code, text) {code, text},
    SP_STATUS_TABLE(PHRASE)};

static const struct phrase phrases_ko[] = {SP_PHRASE_KO_TABLE(PHRASE)
#undef PHRASE
};

static const struct phrase outcomes[] = {
#define OUTCOME(code, outcome, standing) {code, outcome},
    SP_OUTCOME_TABLE(OUTCOME)
#undef OUTCOME
};

static const struct phrase standings[] = {
#define STANDING(code, outcome, standing) {code, standing},
    SP_OUTCOME_TABLE(STANDING)
#undef STANDING
};

static const uint16_t years[][2] = {
#define YEAR(rfc, year) {rfc, year},
    SP_RFC_TABLE(YEAR)
#undef YEAR
};

enum {
    CODE_COUNT = sizeof codes / sizeof codes[0],
    PAIR_COUNT = sizeof pairs / sizeof pairs[0],
    CLASS_COUNT = sizeof classes / sizeof classes[0],
    PHRASE_COUNT = sizeof phrases / sizeof phrases[0],
    YEAR_COUNT = sizeof years / sizeof years[0],
#define TEXT_COUNT_ONE(code) +1
    TEXT_COUNT = 0 SP_CODE_TEXT_TABLE(TEXT_COUNT_ONE),
#undef TEXT_COUNT_ONE
};

_Static_assert(CODE_COUNT == TEXT_COUNT, "each data/code/CODE.txt needs a row in data/code.tsv");
_Static_assert(CODE_COUNT == PHRASE_COUNT, "each registered code needs its page in data/code");
_Static_assert(PHRASE_COUNT == sizeof phrases_ko / sizeof phrases_ko[0],
               "data/status.tsv and data/phrase_ko.tsv hold the same codes");
_Static_assert(PHRASE_COUNT == sizeof outcomes / sizeof outcomes[0],
               "data/status.tsv and data/outcome.tsv hold the same codes");
_Static_assert(CLASS_COUNT == 6, "RFC 3261 §7.2 knows six classes");

const struct sp_reference_code *sp_reference_at(unsigned k)
{
    return k < CODE_COUNT ? &codes[k] : NULL;
}

const struct sp_reference_code *sp_reference_find(unsigned code)
{
    for (unsigned k = 0; k < CODE_COUNT; k++)
        if (codes[k].code == code)
            return &codes[k];
    return NULL;
}

const struct sp_reference_pair *sp_reference_find_pair(unsigned a, unsigned b)
{
    const unsigned first = a < b ? a : b;
    const unsigned second = a < b ? b : a;
    for (unsigned k = 0; k < PAIR_COUNT; k++)
        if (pairs[k].first == first && pairs[k].second == second)
            return &pairs[k];
    return NULL;
}

const struct sp_reference_pair *sp_reference_pair_at(unsigned k)
{
    return k < PAIR_COUNT ? &pairs[k] : NULL;
}

static const char *find_phrase(const struct phrase *table, unsigned code)
{
    for (unsigned k = 0; k < PHRASE_COUNT; k++)
        if (table[k].code == code)
            return table[k].text;
    return NULL;
}

const char *sp_reference_phrase(unsigned code, enum sp_language language)
{
    return find_phrase(language == SP_LANGUAGE_KO ? phrases_ko : phrases, code);
}

const char *sp_reference_outcome(unsigned code)
{
    const char *const outcome = find_phrase(outcomes, code);
    const unsigned treated_as = sp_reference_treated_as(code);
    return outcome != NULL ? outcome : find_phrase(outcomes, treated_as);
}

const char *sp_reference_standing(unsigned code)
{
    return find_phrase(standings, code);
}

unsigned sp_reference_year(unsigned rfc)
{
    for (unsigned k = 0; k < YEAR_COUNT; k++)
        if (years[k][0] == rfc)
            return years[k][1];
    return 0;
}

const struct sp_reference_class *sp_reference_class_of(unsigned code)
{
    const unsigned digit = code / COUNT_OF_100;
    return digit >= 1 && digit <= CLASS_COUNT ? &classes[digit - 1] : NULL;
}

unsigned sp_reference_treated_as(unsigned code)
{
    if (code / COUNT_OF_100 == 1)
        return code == 100 ? 100 : 183;
    return code - code % COUNT_OF_100;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentences about a code that do not stand in its own file.
 */
#include "reference/statement.h"

#include "base/check.h"
#include "reference/word.h"
#include "signpost/base/table/unregistered.h"

/* Codes that are seen although nobody registered them. */
static const struct stranger {
    uint16_t code;
    const char *phrase;
    const char *text[SP_LANGUAGE_COUNT];
} strangers[] = {
#define STRANGER(code, phrase, en, ko) {code, phrase, {en, ko}},
    SP_UNREGISTERED_TABLE(STRANGER)
#undef STRANGER
};

struct sp_span sp_state_end(const struct sp_writer *writer)
{
    struct sp_span written = sp_span_absent();
    const enum sp_err err = sp_writer_end(writer, &written);
    SP_CHECK(err == SP_OK);
    return written;
}

unsigned sp_state_number(struct sp_span word)
{
    uint32_t number = 0;
    const enum sp_err err = sp_span_to_u32(word, UINT32_MAX, &number);
    SP_CHECK(err == SP_OK);
    return number;
}

void sp_state_title(struct sp_writer *writer, unsigned code, enum sp_language language)
{
    const char *const phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
    sp_write_u64(writer, code);
    if (phrase == NULL)
        return;
    sp_write_octet(writer, ' ');
    sp_write_text(writer, phrase);
    if (language == SP_LANGUAGE_EN)
        return;
    sp_write_text(writer, " (");
    sp_write_text(writer, sp_reference_phrase(code, language));
    sp_write_octet(writer, ')');
}

void sp_state_class(struct sp_writer *writer, unsigned code, enum sp_language language)
{
    const struct sp_reference_class *const class = sp_reference_class_of(code);
    sp_write_u64(writer, class->digit);
    sp_write_text(writer, "xx ");
    sp_write_text(writer, class->name[language]);
}

/* Fills a sentence that has a place for a name, a class, its meaning and another name. */
static void write_class_of(struct sp_writer *writer, unsigned code, enum sp_word sentence,
                           const struct sp_span *names, enum sp_language language)
{
    char octets[64];
    struct sp_writer class;
    sp_writer_init(&class, octets, sizeof octets);
    sp_state_class(&class, code, language);
    const struct sp_span arguments[] = {names[0], sp_state_end(&class),
                                        sp_span_of(sp_reference_class_of(code)->meaning[language]),
                                        names[1]};
    sp_word_fill(writer, sp_word(sentence, language), arguments);
}

void sp_state_class_is(struct sp_writer *writer, unsigned code, struct sp_span name,
                       enum sp_language language)
{
    const struct sp_span names[] = {name, sp_span_absent()};
    write_class_of(writer, code, SP_WORD_class_is, names, language);
}

void sp_state_class_both(struct sp_writer *writer, struct sp_span a, struct sp_span b,
                         enum sp_language language)
{
    const struct sp_span names[] = {a, b};
    write_class_of(writer, sp_state_number(a), SP_WORD_class_both, names, language);
}

static void write_treated_as(struct sp_writer *writer, unsigned code, struct sp_span name,
                             enum sp_language language)
{
    const unsigned other = sp_reference_treated_as(code);
    char octets[128];
    struct sp_writer title;
    if (other == code)
        return;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_title(&title, other, language);
    const struct sp_span arguments[] = {name, sp_state_end(&title)};
    sp_write_octet(writer, ' ');
    sp_word_fill(writer, sp_word(SP_WORD_treated_as, language), arguments);
}

static void write_stranger(struct sp_writer *writer, unsigned code, struct sp_span name,
                           enum sp_language language)
{
    for (size_t k = 0; k < sizeof strangers / sizeof strangers[0]; k++) {
        if (strangers[k].code != code)
            continue;
        const struct sp_span arguments[] = {name, sp_span_of(strangers[k].phrase),
                                            sp_span_of(strangers[k].text[language])};
        sp_write_octet(writer, ' ');
        sp_word_fill(writer, sp_word(SP_WORD_known_as, language), arguments);
    }
}

const char *sp_reference_seen_as(unsigned code)
{
    for (size_t k = 0; k < sizeof strangers / sizeof strangers[0]; k++)
        if (strangers[k].code == code)
            return strangers[k].phrase;
    return NULL;
}

void sp_state_opening(struct sp_writer *writer, unsigned code, enum sp_language language)
{
    const struct sp_reference_code *const page = sp_reference_find(code);
    char octets[4];
    struct sp_writer number;
    sp_writer_init(&number, octets, sizeof octets);
    sp_write_u64(&number, code);
    const struct sp_span name = sp_state_end(&number);

    sp_state_class_is(writer, code, name, language);
    sp_write_octet(writer, ' ');
    if (page != NULL) {
        sp_write_text(writer, page->text[language][SP_CODE_summary]);
        return;
    }
    sp_word_fill(writer, sp_word(SP_WORD_unregistered, language), &name);
    write_stranger(writer, code, name, language);
    write_treated_as(writer, code, name, language);
}

void sp_state_ref(struct sp_writer *writer, struct sp_span ref)
{
    const size_t colon = sp_span_find(ref, ':');
    const struct sp_span section = sp_span_after(ref, colon + 1);
    sp_write_text(writer, "RFC ");
    sp_write_span(writer, sp_span_first(ref, colon));
    sp_write_text(writer, section.len > 0 ? " §" : "");
    sp_write_span(writer, section);
}

void sp_state_ref_url(struct sp_writer *writer, struct sp_span ref)
{
    const size_t colon = sp_span_find(ref, ':');
    const struct sp_span section = sp_span_after(ref, colon + 1);
    sp_write_text(writer, "https://www.rfc-editor.org/rfc/rfc");
    sp_write_span(writer, sp_span_first(ref, colon));
    sp_write_text(writer, section.len > 0 ? "#section-" : "");
    sp_write_span(writer, section);
}

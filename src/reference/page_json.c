/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages as JSON, schema 1: the same statements as the pages of text, with the facts as words
 * that do not change with the language. doc/explain-json.md lists the members.
 */
#include "signpost/reference/page.h"

#include "reference/comparison.h"
#include "reference/json.h"
#include "reference/statement.h"
#include "reference/text.h"

static const char *const section_keys[] = {
#define KEY(key, en, ko) #key,
    SP_CODE_SECTION_TABLE(KEY)
#undef KEY
};

/* Something of the statements, written first so that it can be escaped. */
struct piece {
    char octets[SP_STATEMENT_MAX];
    struct sp_writer writer;
};

static struct sp_writer *begin_piece(struct piece *piece)
{
    sp_writer_init(&piece->writer, piece->octets, sizeof piece->octets);
    return &piece->writer;
}

static void end_piece(struct sp_json *json, const char *key, const struct piece *piece)
{
    sp_json_text(json, key, sp_state_end(&piece->writer));
}

static void begin_page(struct sp_json *json, const char *kind, enum sp_language language)
{
    sp_json_open(json, NULL, '{');
    sp_json_number(json, "schema", SP_REFERENCE_SCHEMA);
    sp_json_text(json, "kind", sp_span_of(kind));
    sp_json_text(json, "language", language == SP_LANGUAGE_KO ? SP_SPAN("ko") : SP_SPAN("en"));
}

static void write_words(struct sp_json *json, const char *key, const char *words)
{
    struct sp_span list = sp_span_of(words);
    struct sp_span word;
    sp_json_open(json, key, '[');
    while (sp_text_next_word(&list, &word))
        sp_json_text(json, NULL, word);
    sp_json_close(json, ']');
}

/* The numbers of those words that begin with `prefix`: "to:23 from:22", "302 300". */
static void write_numbers(struct sp_json *json, const char *key, const char *words,
                          struct sp_span prefix)
{
    struct sp_span list = sp_span_of(words);
    struct sp_span word;
    sp_json_open(json, key, '[');
    while (sp_text_next_word(&list, &word))
        if (sp_span_has_prefix(word, prefix))
            sp_json_number(json, NULL, sp_state_number(sp_span_after(word, prefix.len)));
    sp_json_close(json, ']');
}

static void write_class(struct sp_json *json, unsigned code, enum sp_language language)
{
    const struct sp_reference_class *const class = sp_reference_class_of(code);
    sp_json_open(json, "class", '{');
    sp_json_number(json, "digit", class->digit);
    sp_json_text(json, "name", sp_span_of(class->name[language]));
    sp_json_text(json, "meaning", sp_span_of(class->meaning[language]));
    sp_json_close(json, '}');
}

/* "modify" of "retry_modify", which the member's name says already. */
static struct sp_span without_kind(const char *word)
{
    const struct sp_span whole = sp_span_of(word);
    return sp_span_after(whole, sp_span_find(whole, '_') + 1);
}

static void write_refs(struct sp_json *json, const char *words)
{
    struct sp_span list = sp_span_of(words);
    struct sp_span ref;
    struct piece piece;
    sp_json_open(json, "refs", '[');
    while (sp_text_next_word(&list, &ref)) {
        const size_t colon = sp_span_find(ref, ':');
        sp_json_open(json, NULL, '{');
        sp_json_number(json, "rfc", sp_state_number(sp_span_first(ref, colon)));
        sp_json_text(json, "section", sp_span_after(ref, colon + 1));
        sp_state_ref_url(begin_piece(&piece), ref);
        end_piece(json, "url", &piece);
        sp_json_close(json, '}');
    }
    sp_json_close(json, ']');
}

static void write_facts(struct sp_json *json, const struct sp_reference_code *page)
{
    sp_json_open(json, "facts", '{');
    sp_json_text(json, "outcome", sp_span_of(sp_reference_outcome(page->code)));
    sp_json_text(json, "standing", sp_span_of(sp_reference_standing(page->code)));
    write_words(json, "senders", page->senders);
    write_words(json, "methods", page->methods);
    write_words(json, "must", page->must);
    write_words(json, "should", page->should);
    write_words(json, "may", page->may);
    sp_json_text(json, "retry", without_kind(page->retry));
    sp_json_text(json, "ends", without_kind(page->ends));
    write_numbers(json, "q850_to", page->q850, SP_SPAN("to:"));
    write_numbers(json, "q850_from", page->q850, SP_SPAN("from:"));
    write_numbers(json, "related", page->related, SP_SPAN(""));
    sp_json_close(json, '}');
    write_refs(json, page->refs);
}

static void write_example(struct sp_json *json, struct sp_span example)
{
    struct sp_reference_message message;
    struct piece piece;
    sp_json_open(json, "example", '[');
    while (sp_reference_next_message(&example, &message) == SP_OK) {
        sp_json_open(json, NULL, '{');
        sp_json_text(json, "from", message.from);
        sp_json_text(json, "to", message.to);
        sp_reference_write_message(begin_piece(&piece), &message);
        end_piece(json, "message", &piece);
        sp_json_close(json, '}');
    }
    sp_json_close(json, ']');
}

/* What a code is called and how it counts; in an object that is open. */
static void write_name(struct sp_json *json, unsigned code, enum sp_language language)
{
    const char *const phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
    sp_json_number(json, "code", code);
    sp_json_bool(json, "is_registered", phrase != NULL);
    sp_json_bool(json, "has_page", sp_reference_find(code) != NULL);
    if (phrase != NULL) {
        sp_json_text(json, "phrase", sp_span_of(phrase));
        sp_json_text(json, "name", sp_span_of(sp_reference_phrase(code, language)));
    }
    if (sp_reference_seen_as(code) != NULL)
        sp_json_text(json, "seen_as", sp_span_of(sp_reference_seen_as(code)));
    write_class(json, code, language);
    sp_json_number(json, "treated_as", sp_reference_treated_as(code));
}

/* The members of one code, in an object that is open. */
static void write_code(struct sp_json *json, unsigned code, enum sp_language language)
{
    const struct sp_reference_code *const page = sp_reference_find(code);
    write_name(json, code, language);
    if (page == NULL)
        return;
    for (enum sp_code_section section = 0; section < SP_CODE_example; section++)
        sp_json_text(json, section_keys[section], sp_span_of(page->text[language][section]));
    write_facts(json, page);
    write_example(json, sp_span_of(page->text[language][SP_CODE_example]));
}

enum sp_err sp_reference_explain_json(struct sp_writer *writer, unsigned code,
                                      enum sp_language language)
{
    if (sp_reference_class_of(code) == NULL)
        return SP_ERR_RANGE;
    struct sp_json json = {.writer = writer};
    begin_page(&json, "code", language);
    write_code(&json, code, language);
    sp_json_close(&json, '}');
    return SP_OK;
}

enum sp_err sp_reference_compare_json(struct sp_writer *writer, unsigned a, unsigned b,
                                      enum sp_language language)
{
    struct sp_comparison comparison;
    const enum sp_err err = sp_comparison_init(&comparison, a, b, language);
    if (err != SP_OK)
        return err;
    struct sp_json json = {.writer = writer};
    struct piece piece;
    begin_page(&json, "pair", language);
    sp_comparison_title(&comparison, begin_piece(&piece));
    end_piece(&json, "title", &piece);
    sp_comparison_lead(&comparison, begin_piece(&piece));
    end_piece(&json, "lead", &piece);
    sp_json_open(&json, "codes", '[');
    for (int k = 0; k < 2; k++) {
        sp_json_open(&json, NULL, '{');
        write_code(&json, comparison.codes[k]->code, language);
        sp_json_close(&json, '}');
    }
    sp_json_close(&json, ']');
    sp_json_open(&json, "differences", '[');
    while (sp_comparison_next(&comparison, begin_piece(&piece)))
        end_piece(&json, NULL, &piece);
    sp_json_close(&json, ']');
    sp_comparison_which(&comparison, begin_piece(&piece));
    end_piece(&json, "which", &piece);
    sp_json_close(&json, '}');
    return SP_OK;
}

enum sp_err sp_reference_tabulate_json(struct sp_writer *writer, const unsigned *codes,
                                       unsigned count, enum sp_language language)
{
    for (unsigned k = 0; k < count; k++)
        if (sp_reference_find(codes[k]) == NULL)
            return SP_ERR_ABSENT;
    struct sp_json json = {.writer = writer};
    begin_page(&json, "table", language);
    sp_json_open(&json, "codes", '[');
    for (unsigned k = 0; k < count; k++) {
        const struct sp_reference_code *const page = sp_reference_find(codes[k]);
        sp_json_open(&json, NULL, '{');
        write_name(&json, codes[k], language);
        sp_json_text(&json, "summary", sp_span_of(page->text[language][SP_CODE_summary]));
        write_facts(&json, page);
        sp_json_close(&json, '}');
    }
    sp_json_close(&json, ']');
    sp_json_close(&json, '}');
    return SP_OK;
}

void sp_reference_list_json(struct sp_writer *writer, const unsigned *codes, unsigned count,
                            enum sp_language language)
{
    struct sp_json json = {.writer = writer};
    begin_page(&json, "codes", language);
    sp_json_open(&json, "codes", '[');
    for (unsigned k = 0; k < count; k++) {
        sp_json_open(&json, NULL, '{');
        write_name(&json, codes[k], language);
        sp_json_text(&json, "outcome", sp_span_of(sp_reference_outcome(codes[k])));
        sp_json_close(&json, '}');
    }
    sp_json_close(&json, ']');
    sp_json_close(&json, '}');
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the response codes mean: the six classes, and for each registered code its phrases, its
 * facts (data/code.tsv) and its texts in every language (data/code/CODE.txt). All of it is compiled
 * in, static and read-only.
 *
 * Text is UTF-8. A line of a text is a paragraph, an item of a list ("- ...") or a kept line, which
 * begins with four spaces. Lists of facts are words parted by single spaces; "-" is nothing.
 */
#ifndef SIGNPOST_REFERENCE_CODE_H
#define SIGNPOST_REFERENCE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/base/table/code_section.h"
#include "signpost/base/table/pair_section.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_language {
    SP_LANGUAGE_EN,
    SP_LANGUAGE_KO,
    SP_LANGUAGE_COUNT
};

/* SP_CODE_summary, SP_CODE_description, ..., in the order of the page. */
enum sp_code_section {
#define SP_CODE_SECTION_ENUM(key, en, ko) SP_CODE_##key,
    SP_CODE_SECTION_TABLE(SP_CODE_SECTION_ENUM)
#undef SP_CODE_SECTION_ENUM
    SP_CODE_SECTION_COUNT
};

/* SP_PAIR_differences, SP_PAIR_which. */
enum sp_pair_section {
#define SP_PAIR_SECTION_ENUM(key, en, ko) SP_PAIR_##key,
    SP_PAIR_SECTION_TABLE(SP_PAIR_SECTION_ENUM)
#undef SP_PAIR_SECTION_ENUM
    SP_PAIR_SECTION_COUNT
};

struct sp_reference_code {
    uint16_t code;
    const char *refs;    /* "3261:21.3.2 3261:8.1.3.4": RFC and section, the defining one first */
    const char *senders; /* "proxy uas" */
    const char *methods; /* "INVITE UPDATE", or "any" */
    const char *must, *should, *may; /* header fields that the response brings */
    const char *retry;               /* "retry_contact", "retry_modify" */
    const char *ends; /* what it ends in a dialog: "ends_transaction", "ends_dialog" */
    const char
        *q850; /* "to:23 from:22": causes a gateway makes of it, and makes it of (RFC 3398) */
    const char *related; /* "302 300 410" */
    const char *text[SP_LANGUAGE_COUNT][SP_CODE_SECTION_COUNT];
};

/* What is written by hand about two codes. */
struct sp_reference_pair {
    uint16_t first, second; /* first < second */
    /* The items of `differences` go in twos: one on `first`, one on `second`. */
    const char *text[SP_LANGUAGE_COUNT][SP_PAIR_SECTION_COUNT];
};

struct sp_reference_class {
    uint8_t digit;
    const char *name[SP_LANGUAGE_COUNT];    /* "Redirection" */
    const char *meaning[SP_LANGUAGE_COUNT]; /* a clause in English, sentences in Korean */
};

/* The facts and texts of a code; NULL when it is not registered. */
SP_API const struct sp_reference_code *sp_reference_find(unsigned code);

/* The k-th registered code, from 0; NULL behind the last. */
SP_API const struct sp_reference_code *sp_reference_at(unsigned k);

/* What is written about two codes, given in either order; NULL when nothing is. */
SP_API const struct sp_reference_pair *sp_reference_find_pair(unsigned a, unsigned b);

/* The k-th pair that something is written about, from 0; NULL behind the last. */
SP_API const struct sp_reference_pair *sp_reference_pair_at(unsigned k);

/* The phrase as registered, or in Korean; NULL when the code is not registered. */
SP_API const char *sp_reference_phrase(unsigned code, enum sp_language language);

/* The phrase that an unregistered code is seen with all the same: "Conflict" of 409; NULL for codes
 * that are registered or that nobody knows. */
SP_API const char *sp_reference_seen_as(unsigned code);

/* What came of a request that got this code, whatever its class says, as a word that does not
 * change with the language: "provisional", "success", "redirect", "challenge", "cancelled",
 * "declined" or "failure". Of an unregistered code it is that of the code it is treated as; NULL
 * outside 100..699.
 */
SP_API const char *sp_reference_outcome(unsigned code);

/* How a registered code stands with IANA: "active", "deprecated" or "reserved"; NULL for others. */
SP_API const char *sp_reference_standing(unsigned code);

/* The year of an RFC that defines a code; 0 for others. */
SP_API unsigned sp_reference_year(unsigned rfc);

/* The class of a code; NULL outside 100..699. */
SP_API const struct sp_reference_class *sp_reference_class_of(unsigned code);

/* The code that a client takes one for that it does not know: 183 or x00 (RFC 3261 §8.1.3.2). The
 * code itself when every client must know it. */
SP_API unsigned sp_reference_treated_as(unsigned code);

/* The language of a locale's name, such as "ko_KR.UTF-8": Korean when it says so and its character
 * set, if it names one, is UTF-8; else English. */
SP_API enum sp_language sp_reference_language(struct sp_span locale);

/* One message of an example: who sends it to whom, and its lines as kept. */
struct sp_reference_message {
    struct sp_span from, to;
    struct sp_span lines;
};

/* Takes the next message off an example. Errors: SP_ERR_ABSENT (no more). */
SP_API SP_MUST_USE enum sp_err sp_reference_next_message(struct sp_span *example,
                                                         struct sp_reference_message *message);

/* The message as it stands on the wire: its lines with CRLF, and behind the header section an empty
 * one, which an example spells out only where a body follows. */
SP_API void sp_reference_write_message(struct sp_writer *writer,
                                       const struct sp_reference_message *message);

#ifdef __cplusplus
}
#endif

#endif

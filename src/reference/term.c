/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of terms and how one is found in them.
 */
#include "signpost/reference/term.h"

#include "signpost/base/table/about_cause.h"
#include "signpost/base/table/about_header.h"
#include "signpost/base/table/about_method.h"
#include "signpost/base/table/about_option_tag.h"
#include "signpost/base/table/about_warning.h"
#include "signpost/base/table/finding.h"
#include "signpost/base/table/header.h"

/* Names may be numbers or begin with one, so all of them are taken as they are spelled. */
#define TERM(kind, name, ref, codes, en, ko) {SP_TERM_##kind, #name, ref, codes, {en, ko}},
#define HEADER(name, ref, codes, en, ko)     TERM(HEADER, name, ref, codes, en, ko)
#define METHOD(name, ref, codes, en, ko)     TERM(METHOD, name, ref, codes, en, ko)
#define OPTION_TAG(name, ref, codes, en, ko) TERM(OPTION_TAG, name, ref, codes, en, ko)
#define WARNING(name, ref, codes, en, ko)    TERM(WARNING, name, ref, codes, en, ko)
#define CAUSE(name, ref, codes, en, ko)      TERM(CAUSE, name, ref, codes, en, ko)

/* What it finds, and what to change; what was seen is for a trace to say. */
#define RULE(id, name, severity, ref, codes, en, ko, seen, seen_ko, change, change_ko)             \
    {SP_TERM_RULE, name, ref, codes, {en ". " change, ko ". " change_ko}},

/* In the order of the kinds. */
static const struct sp_reference_term terms[] = {
    SP_ABOUT_HEADER_TABLE(HEADER)         /* */
    SP_ABOUT_METHOD_TABLE(METHOD)         /* */
    SP_ABOUT_OPTION_TAG_TABLE(OPTION_TAG) /* */
    SP_ABOUT_WARNING_TABLE(WARNING)       /* */
    SP_ABOUT_CAUSE_TABLE(CAUSE)           /* */
    SP_FINDING_TABLE(RULE)                /* */
};

#undef HEADER
#undef METHOD
#undef OPTION_TAG
#undef WARNING
#undef CAUSE
#undef RULE
#undef TERM

/* Where each kind begins. */
#define ONE(name, ref, codes, en, ko)                                                      +1
#define ONE_RULE(id, name, severity, ref, codes, en, ko, seen, seen_ko, change, change_ko) +1
enum {
    HEADERS = 0,
    METHODS = HEADERS SP_ABOUT_HEADER_TABLE(ONE),
    OPTION_TAGS = METHODS SP_ABOUT_METHOD_TABLE(ONE),
    WARNINGS = OPTION_TAGS SP_ABOUT_OPTION_TAG_TABLE(ONE),
    CAUSES = WARNINGS SP_ABOUT_WARNING_TABLE(ONE),
    RULES = CAUSES SP_ABOUT_CAUSE_TABLE(ONE),
    TERM_COUNT = RULES SP_FINDING_TABLE(ONE_RULE)
};
#undef ONE
#undef ONE_RULE

static const unsigned firsts[SP_TERM_KIND_COUNT + 1] = {
    HEADERS, METHODS, OPTION_TAGS, WARNINGS, CAUSES, RULES, TERM_COUNT,
};

static const struct {
    const char *compact, *name;
} compacts[] = {
#define COMPACT(id, name, compact, is_single) {compact, name},
    SP_HEADER_TABLE(COMPACT)
#undef COMPACT
};

const struct sp_reference_term *sp_reference_term_at(enum sp_term_kind kind, unsigned k)
{
    const unsigned count = firsts[kind + 1] - firsts[kind];
    return k < count ? &terms[firsts[kind] + k] : NULL;
}

/* "k" is Supported; a name without a compact form is itself. */
static struct sp_span whole_name(struct sp_span name)
{
    for (size_t k = 0; k < sizeof compacts / sizeof compacts[0]; k++)
        if (name.len == 1 && sp_span_equal_nocase(sp_span_of(compacts[k].compact), name))
            return sp_span_of(compacts[k].name);
    return name;
}

const struct sp_reference_term *sp_reference_find_term(enum sp_term_kind kind, struct sp_span name)
{
    const struct sp_span whole = kind == SP_TERM_HEADER ? whole_name(name) : name;
    for (unsigned k = 0; k < TERM_COUNT; k++)
        if (terms[k].kind == kind && sp_span_equal_nocase(sp_span_of(terms[k].name), whole))
            return &terms[k];
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Which language a locale asks for. The pages are UTF-8, so a locale of another character set gets
 * the English ones, which differ from ASCII by a section sign at most.
 */
#include "signpost/reference/code.h"

/* language[_territory][.codeset][@modifier], as POSIX writes it. */
enum sp_language sp_reference_language(struct sp_span locale)
{
    const struct sp_span name = sp_span_first(locale, sp_span_find(locale, '@'));
    const struct sp_span place = sp_span_first(name, sp_span_find(name, '.'));
    const struct sp_span set = sp_span_after(name, place.len + 1);
    const struct sp_span language = sp_span_first(place, sp_span_find(place, '_'));
    const bool is_utf8 = set.len == 0 || sp_span_equal_nocase(set, SP_SPAN("UTF-8")) ||
                         sp_span_equal_nocase(set, SP_SPAN("UTF8"));
    return is_utf8 && sp_span_equal(language, SP_SPAN("ko")) ? SP_LANGUAGE_KO : SP_LANGUAGE_EN;
}

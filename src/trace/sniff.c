/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is parsed here: a start line is recognised, not judged, so that a broken message of SIP
 * is still one and can be told.
 */
#include "trace/sniff.h"

#include "base/ascii.h"
#include "signpost/sip/method.h"

enum {
    METHOD_MAX = 128, /* octets; RFC 4475 has one of 37 */
    START_LINE_MAX = 4096,
    LENGTH_DIGITS_MAX = 7,
};

struct sp_span sp_sniff_skip(struct sp_span octets)
{
    size_t count = 0;
    while (count < octets.len && (octets.ptr[count] == '\r' || octets.ptr[count] == '\n'))
        count++;
    return sp_span_after(octets, count);
}

static bool begins_with_nocase(struct sp_span octets, struct sp_span prefix)
{
    return sp_span_equal_nocase(sp_span_first(octets, prefix.len), prefix);
}

/* "... SIP/2.0", for any version. */
static bool ends_with_version(struct sp_span line)
{
    const struct sp_span name = SP_SPAN(" SIP/");
    const size_t version = name.len + 3;
    line = sp_span_trim(line);
    if (line.len <= version)
        return false;
    const struct sp_span end = sp_span_after(line, line.len - version);
    return begins_with_nocase(end, name) && sp_ascii_is(end.ptr[name.len], SP_ASCII_DIGIT);
}

bool sp_sniff_is_sip(struct sp_span octets)
{
    static const char *const schemes[] = {"sip:", "sips:", "tel:"};
    if (begins_with_nocase(octets, SP_SPAN("SIP/")))
        return octets.len > 4 && sp_ascii_is(octets.ptr[4], SP_ASCII_DIGIT);
    const size_t method = sp_ascii_run(sp_span_first(octets, METHOD_MAX), SP_ASCII_TOKEN);
    if (method == 0 || method >= octets.len || octets.ptr[method] != ' ')
        return false;
    const struct sp_span rest = sp_span_after(octets, method + 1);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (begins_with_nocase(rest, sp_span_of(schemes[i])))
            return true;
    const struct sp_span start = sp_span_first(rest, START_LINE_MAX);
    const size_t end = sp_span_find(start, '\n');
    return end < start.len && ends_with_version(sp_span_first(start, end));
}

bool sp_sniff_may_be_sip(struct sp_span octets)
{
    if (octets.len == 0 || sp_sniff_is_sip(octets))
        return octets.len > 0;
    if (octets.len > START_LINE_MAX || sp_span_find(octets, '\n') < octets.len)
        return false;
    if (sp_span_has_prefix(SP_SPAN("SIP/2.0 "), octets))
        return true;
    for (enum sp_method method = 1; method < SP_METHOD_COUNT; method++) {
        const struct sp_span name = sp_method_name(method);
        const struct sp_span rest = sp_span_after(octets, name.len);
        if (sp_span_has_prefix(name, octets))
            return true;
        if (sp_span_has_prefix(octets, name) && rest.len > 0 && rest.ptr[0] == ' ')
            return true;
    }
    return false;
}

/* The value of a line "Content-Length: 12" or "l: 12"; false for another line. */
static bool read_length(struct sp_span line, size_t *len)
{
    uint32_t value;
    const size_t colon = sp_span_find(line, ':');
    const struct sp_span name = sp_span_trim(sp_span_first(line, colon));
    const struct sp_span text = sp_span_trim(sp_span_after(line, colon + 1));
    if (!sp_span_equal_nocase(name, SP_SPAN("Content-Length")) &&
        !sp_span_equal_nocase(name, SP_SPAN("l")))
        return false;
    if (text.len > LENGTH_DIGITS_MAX || sp_span_to_u32(text, UINT32_MAX, &value) != SP_OK)
        return false;
    *len = value;
    return true;
}

/* Where the empty line ends the header section; 0 when it has not come yet. */
static size_t header_end(struct sp_span octets, size_t *scanned)
{
    while (*scanned < octets.len) {
        const struct sp_span rest = sp_span_after(octets, *scanned);
        const size_t at = *scanned + sp_span_find(rest, '\n');
        if (at + 1 >= octets.len)
            return 0;
        if (octets.ptr[at + 1] == '\n')
            return at + 2;
        if (octets.ptr[at + 1] == '\r') {
            if (at + 2 >= octets.len)
                return 0;
            if (octets.ptr[at + 2] == '\n')
                return at + 3;
        }
        *scanned = at + 1;
    }
    return 0;
}

enum sp_err sp_sniff_length(struct sp_span octets, size_t *scanned, size_t *len)
{
    size_t body = 0;
    const size_t end = header_end(octets, scanned);
    if (end == 0)
        return SP_PARTIAL;
    for (struct sp_span rest = sp_span_first(octets, end); rest.len > 0;) {
        const size_t line = sp_span_find(rest, '\n');
        if (read_length(sp_span_first(rest, line), &body))
            break;
        rest = sp_span_after(rest, line + 1);
    }
    if (octets.len - end < body)
        return SP_PARTIAL;
    *len = end + body;
    return SP_OK;
}

size_t sp_sniff_resume(struct sp_span octets, size_t from)
{
    while (from < octets.len) {
        from += sp_span_find(sp_span_after(octets, from), '\n') + 1;
        if (from < octets.len && sp_sniff_is_sip(sp_span_after(octets, from)))
            return from;
    }
    return octets.len;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A line is read into its words, then written as a message.
 */
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>

#include "signpost/base/writer.h"

struct line {
    struct sp_span start, uri; /* "INVITE" or "422", and the Request-URI */
    struct sp_span cseq, branch, id, from, to, user, method, via, fields;
    bool is_inside, is_reversed, is_bare;
};

static void refuse(struct sp_span line)
{
    fprintf(stderr, "no line of a flow: %.*s\n", (int)line.len, line.ptr);
    abort();
}

static struct sp_span next_word(struct sp_span *rest)
{
    *rest = sp_span_trim(*rest);
    const struct sp_span word = sp_span_first(*rest, sp_span_find(*rest, ' '));
    *rest = sp_span_after(*rest, word.len);
    return word;
}

static bool is_status(struct sp_span start)
{
    return start.len == 3 && start.ptr[0] >= '1' && start.ptr[0] <= '6';
}

static bool is_one_of(struct sp_span word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (sp_span_equal(word, sp_span_of(*list)))
            return true;
    return false;
}

static void read_word(struct line *line, struct sp_span word, struct sp_span whole)
{
    const struct {
        const char *name;
        struct sp_span *value;
    } values[] = {
        {"cseq=", &line->cseq}, {"branch=", &line->branch}, {"id=", &line->id},
        {"from=", &line->from}, {"to=", &line->to},         {"user=", &line->user},
        {"m=", &line->method},  {"via=", &line->via},
    };
    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
        const struct sp_span name = sp_span_of(values[k].name);
        if (sp_span_has_prefix(word, name)) {
            *values[k].value = sp_span_after(word, name.len);
            return;
        }
    }
    if (sp_span_equal(word, SP_SPAN("re")))
        line->is_inside = true;
    else if (sp_span_equal(word, SP_SPAN("rev")))
        line->is_reversed = true;
    else if (sp_span_equal(word, SP_SPAN("bare")))
        line->is_bare = true;
    else if (sp_span_find(word, ':') < word.len && sp_span_is_absent(line->uri))
        line->uri = word;
    else
        refuse(whole);
}

static void read_line(struct sp_span whole, struct sp_span rest, struct line *line)
{
    static const char *const inside[] = {"BYE", "ACK", "UPDATE", "PRACK", "INFO", "REFER", NULL};
    *line = (struct line){.cseq = SP_SPAN("1"),
                          .id = SP_SPAN("c1"),
                          .user = SP_SPAN("a"),
                          .method = SP_SPAN("INVITE"),
                          .via = SP_SPAN("1")};
    const size_t bar = sp_span_find(rest, '|');
    line->fields = sp_span_after(rest, bar);
    rest = sp_span_first(rest, bar);
    line->start = next_word(&rest);
    if (!is_status(line->start)) {
        line->method = line->start;
        line->is_inside = is_one_of(line->start, inside);
    }
    for (struct sp_span word = next_word(&rest); word.len > 0; word = next_word(&rest))
        read_word(line, word, whole);
}

static void write_field(struct sp_writer *writer, const char *name, struct sp_span value)
{
    sp_write_text(writer, name);
    sp_write_span(writer, value);
    sp_write_text(writer, "\r\n");
}

static void write_vias(struct sp_writer *writer, const struct line *line,
                       const struct flow_step *step)
{
    static const char *const as_invite[] = {"ACK", "CANCEL", NULL};
    const bool is_request = !is_status(line->start);
    const char low = step->from < step->to ? step->from : step->to;
    const char high = step->from < step->to ? step->to : step->from;
    sp_write_format(writer, "Via: SIP/2.0/UDP 192.0.2.%d:5060;branch=z9hG4bK",
                    (is_request ? step->from : step->to) - 'A' + 1);
    if (line->branch.len > 0) {
        sp_write_span(writer, line->branch);
    } else {
        sp_write_format(writer, "%c%c", low, high);
        sp_write_span(writer, line->cseq);
        sp_write_span(writer,
                      is_one_of(line->method, as_invite) ? SP_SPAN("INVITE") : line->method);
        sp_write_text(writer, line->is_reversed ? "r" : "");
    }
    sp_write_text(writer, "\r\n");
    for (char k = '1'; k < line->via.ptr[0]; k++)
        sp_write_format(writer, "Via: SIP/2.0/UDP 192.0.2.250;branch=z9hG4bKbelow%c\r\n", k);
}

/* From and To of the dialog: the caller's tag is f, the callee's t. */
static void write_parties(struct sp_writer *writer, const struct line *line)
{
    const bool is_request = !is_status(line->start);
    const bool has_to = is_request ? line->is_inside : !sp_span_equal(line->start, SP_SPAN("100"));
    const struct sp_span callee = line->to.len > 0 ? line->to : SP_SPAN("t");
    const struct sp_span caller = line->from.len > 0 ? line->from : SP_SPAN("f");
    const bool is_swapped = line->is_reversed;
    sp_write_text(writer, "From: <sip:");
    sp_write_span(writer, is_swapped ? SP_SPAN("b") : line->user);
    sp_write_text(writer, "@example.com>;tag=");
    sp_write_span(writer, is_swapped ? callee : caller);
    sp_write_text(writer, "\r\nTo: <sip:");
    sp_write_span(writer, is_swapped ? line->user : SP_SPAN("b"));
    sp_write_text(writer, "@example.com>");
    if (has_to || is_swapped) {
        sp_write_text(writer, ";tag=");
        sp_write_span(writer, is_swapped ? caller : callee);
    }
    sp_write_text(writer, "\r\n");
}

static bool needs_contact(const struct line *line)
{
    static const char *const methods[] = {"INVITE", "UPDATE", "REFER", "SUBSCRIBE", NULL};
    if (line->is_bare || line->fields.len == 0)
        return !line->is_bare && is_one_of(line->method, methods) &&
               (!is_status(line->start) || line->start.ptr[0] == '2');
    for (size_t k = 0; k + 8 < line->fields.len; k++)
        if (sp_span_has_prefix(sp_span_after(line->fields, k), SP_SPAN("Contact:")))
            return false;
    return is_one_of(line->method, methods) &&
           (!is_status(line->start) || line->start.ptr[0] == '2');
}

static void write_fields(struct sp_writer *writer, struct sp_span fields)
{
    while (fields.len > 0) {
        fields = sp_span_after(fields, 1); /* the bar */
        const struct sp_span field = sp_span_first(fields, sp_span_find(fields, '|'));
        write_field(writer, "", sp_span_trim(field));
        fields = sp_span_after(fields, field.len);
    }
}

static void write_start(struct sp_writer *writer, const struct line *line)
{
    const struct sp_span uri =
        sp_span_is_absent(line->uri) ? SP_SPAN("sip:b@example.com") : line->uri;
    if (is_status(line->start)) {
        sp_write_text(writer, "SIP/2.0 ");
        write_field(writer, "", line->start);
        writer->len -= 2; /* an empty phrase behind its blank */
        sp_write_text(writer, " \r\n");
        return;
    }
    sp_write_span(writer, line->start);
    sp_write_text(writer, " ");
    sp_write_span(writer, uri);
    sp_write_text(writer, " SIP/2.0\r\n");
}

static void write_message(const struct line *line, struct flow_step *step)
{
    struct sp_writer writer;
    struct sp_span written = sp_span_absent();
    sp_writer_init(&writer, step->octets, sizeof step->octets);
    write_start(&writer, line);
    write_vias(&writer, line, step);
    write_parties(&writer, line);
    sp_write_text(&writer, "Call-ID: ");
    sp_write_span(&writer, line->id);
    sp_write_text(&writer, "@example.com\r\nCSeq: ");
    sp_write_span(&writer, line->cseq);
    sp_write_text(&writer, " ");
    write_field(&writer, "", line->method);
    if (!is_status(line->start))
        sp_write_text(&writer, "Max-Forwards: 70\r\n");
    if (needs_contact(line))
        sp_write_format(&writer, "Contact: <sip:192.0.2.%d:5060>\r\n", step->from - 'A' + 1);
    write_fields(&writer, line->fields);
    sp_write_text(&writer, "Content-Length: 0\r\n\r\n");
    if (sp_writer_end(&writer, &written) != SP_OK)
        refuse(line->start);
    step->len = written.len;
}

static int64_t read_ms(struct sp_span text, struct sp_span whole)
{
    uint64_t seconds, fraction = 0;
    const size_t point = sp_span_find(text, '.');
    struct sp_span digits = sp_span_first(sp_span_after(text, point + 1), 3);
    if (sp_span_to_u64(sp_span_first(text, point), UINT32_MAX, &seconds) != SP_OK ||
        (digits.len > 0 && sp_span_to_u64(digits, 999, &fraction) != SP_OK))
        refuse(whole);
    for (size_t k = digits.len; k < 3; k++)
        fraction *= 10;
    return (int64_t)(seconds * 1000 + fraction);
}

bool flow_next(struct sp_span *rest, struct flow_step *step)
{
    while (rest->len > 0) {
        const struct sp_span whole = sp_span_first(*rest, sp_span_find(*rest, '\n'));
        struct sp_span words = whole;
        *rest = sp_span_after(*rest, whole.len + 1);
        const struct sp_span time = next_word(&words);
        if (time.len == 0 || time.ptr[0] == '#')
            continue;
        if (sp_span_equal(time, SP_SPAN("end"))) {
            *step = (struct flow_step){.at_ms = read_ms(next_word(&words), whole)};
            return true;
        }
        const struct sp_span way = next_word(&words);
        struct line line;
        if (way.len != 3 || way.ptr[1] != '>')
            refuse(whole);
        *step =
            (struct flow_step){.at_ms = read_ms(time, whole), .from = way.ptr[0], .to = way.ptr[2]};
        read_line(whole, words, &line);
        write_message(&line, step);
        return true;
    }
    return false;
}

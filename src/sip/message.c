/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a message in one pass: start line, fields, body. A fault does not end the pass, because the
 * answer needs the fields behind it; the first fault is the one that is told.
 */
#include "signpost/sip/message.h"

#include "sip/block.h"
#include "sip/fault.h"
#include "sip/line.h"
#include "sip/scan.h"
#include "sip/start_line.h"

enum {
    FIELDS_AT_FIRST = 32, /* most messages have fewer; doubled when they have more */
    CONTENT_LENGTH_DIGITS_MAX = 7,
};

struct reader {
    const char *at;
    const char *end;
    struct sp_arena *arena;
    struct sp_message *message;
    struct sp_fault *fault;
    enum sp_err err;                /* of the first fault */
    uint16_t room;                  /* in message->fields */
    uint16_t last[SP_HEADER_COUNT]; /* index of the last field of a kind that has a first one */
};

static void note(struct reader *reader, enum sp_err err, uint16_t status, const char *phrase,
                 const char *at)
{
    if (reader->err != SP_OK)
        return;
    reader->err = err;
    *reader->fault = (struct sp_fault){
        .status = status,
        .phrase = phrase,
        .offset = (size_t)(at - reader->message->octets.ptr),
    };
}

static void note_odd_octet(struct reader *reader, const char *at)
{
    const char *phrase = "Control octet in the header section";
    if (*at == '\r')
        phrase = "Bare CR in the header section";
    else if (*at == '\n')
        phrase = "Bare LF in the header section";
    note(reader, SP_ERR_SYNTAX, 400, phrase, at);
}

/* Whether there is a place for one more field; when there is none, the fault is noted. */
static bool make_room(struct reader *reader)
{
    struct sp_message *const message = reader->message;
    if (message->field_count < reader->room)
        return true;
    const size_t room = reader->room > 0 ? 2 * (size_t)reader->room : FIELDS_AT_FIRST;
    struct sp_field *const fields =
        room <= SP_MESSAGE_FIELDS_MAX ? sp_arena_alloc(reader->arena, room * sizeof *fields) : NULL;
    if (fields == NULL) {
        note(reader, SP_ERR_FULL, 513, "Too Many Header Fields", reader->at);
        return false;
    }
    if (message->field_count > 0)
        memcpy(fields, message->fields, message->field_count * sizeof *fields);
    message->fields = fields;
    reader->room = (uint16_t)room;
    return true;
}

/* Puts a field at the end, behind the others of its kind. */
static void add_field(struct reader *reader, enum sp_header id, struct sp_span name,
                      struct sp_span value)
{
    struct sp_message *const message = reader->message;
    if (!make_room(reader))
        return;
    const uint16_t index = message->field_count++;
    struct sp_field *const field = &message->fields[index];
    field->name = name;
    field->value = value;
    field->id = id;
    field->next = 0;
    if (message->first[id] == 0)
        message->first[id] = (uint16_t)(index + 1);
    else
        message->fields[reader->last[id]].next = index;
    reader->last[id] = index;
}

/* The value as it is kept: one line without white space at its ends. Absent when it is refused. */
static struct sp_span take_value(struct reader *reader, const struct sp_line *line, size_t start)
{
    struct sp_span value = sp_span_after(line->text, start);
    if (line->odd != NULL || line->is_folded) {
        const char *const odd = sp_line_find_fault(value);
        if (odd != NULL) {
            note_odd_octet(reader, odd);
            return sp_span_absent();
        }
    }
    if (line->is_folded) {
        struct sp_span unfolded;
        if (sp_line_unfold(value, reader->arena, &unfolded) != SP_OK) {
            note(reader, SP_ERR_FULL, 513, "Message Too Large", reader->at);
            return sp_span_absent();
        }
        value = unfolded;
    }
    struct sp_scan scan = sp_scan_of(value);
    sp_scan_trim(&scan);
    return sp_scan_rest(&scan);
}

/* Where the colon is, or the length of the line. Most names end within the first block. */
static size_t find_colon(struct sp_span line)
{
    if (line.len >= SP_BLOCK) {
        const unsigned before = sp_block_before(line.ptr, ':');
        if (before < SP_BLOCK)
            return before;
    }
    return sp_span_find(line, ':');
}

/* A token without the white space behind it; absent when there is anything else. */
static struct sp_span take_token(struct sp_span text)
{
    struct sp_scan scan = sp_scan_of(text);
    const struct sp_span token = sp_scan_run(&scan, SP_ASCII_TOKEN);
    sp_scan_skip_space(&scan);
    return token.len > 0 && sp_scan_is_done(&scan) ? token : sp_span_absent();
}

/* name HCOLON value, where HCOLON = *( SP / HTAB ) ":" SWS. Nothing else may stand before the
 * colon: whoever reads another name there reads another message. */
static void read_field(struct reader *reader, const struct sp_line *line)
{
    const size_t colon = find_colon(line->text);
    struct sp_span name = sp_span_first(line->text, colon);
    enum sp_header id = sp_header_find(name);
    if (id == SP_HEADER_OTHER) { /* one that nobody knows, has white space behind it, or is none */
        name = take_token(name);
        id = sp_header_find(name);
    }
    if (colon == line->text.len || sp_span_is_absent(name)) {
        note(reader, SP_ERR_SYNTAX, 400, "Malformed header field name", line->text.ptr);
        return;
    }
    const struct sp_span value = take_value(reader, line, colon + 1);
    if (!sp_span_is_absent(value))
        add_field(reader, id, name, value);
}

/* Steps over an empty line when it comes next. */
static bool take_empty_line(struct reader *reader)
{
    if (reader->end - reader->at < 2 || reader->at[0] != '\r' || reader->at[1] != '\n')
        return false;
    reader->at += 2;
    return true;
}

/* All lines up to the empty one. Errors: SP_PARTIAL. */
static enum sp_err read_fields(struct reader *reader)
{
    struct sp_line line;
    while (!take_empty_line(reader) && reader->err != SP_ERR_FULL) {
        if (sp_line_find(reader->at, reader->end, true, &line) != SP_OK)
            return SP_PARTIAL;
        read_field(reader, &line);
        reader->at = line.next;
    }
    return SP_OK;
}

/* Errors: SP_PARTIAL; SP_ERR_SYNTAX when it can't even be told for a start line of SIP. */
static enum sp_err read_start_line(struct reader *reader)
{
    struct sp_line line;
    struct sp_fault fault;
    if (sp_line_find(reader->at, reader->end, false, &line) != SP_OK)
        return SP_PARTIAL;
    if (line.odd != NULL)
        note_odd_octet(reader, line.odd);
    const enum sp_err err = sp_start_line_parse(line.text, reader->message, &fault);
    if (err != SP_OK)
        note(reader, err, fault.status, fault.phrase, reader->at + fault.offset);
    reader->at = line.next;
    return err != SP_OK && fault.status == 0 ? SP_ERR_SYNTAX : SP_OK;
}

/* Content-Length: one field, 1 to 7 digits. Errors: SP_ERR_ABSENT, others noted. */
static enum sp_err read_content_length(struct reader *reader, size_t *length)
{
    const struct sp_message *const message = reader->message;
    const uint16_t first = message->first[SP_HEADER_CONTENT_LENGTH];
    uint32_t value = 0;
    if (first == 0)
        return SP_ERR_ABSENT;
    const struct sp_field *const field = &message->fields[first - 1];
    if (field->next != 0) {
        note(reader, SP_ERR_DUPLICATE, 400, "Two Content-Length fields",
             message->fields[field->next].name.ptr);
    } else if (field->value.len > CONTENT_LENGTH_DIGITS_MAX ||
               sp_scan_only_number(field->value, UINT32_MAX, &value) != SP_OK) {
        note(reader, SP_ERR_SYNTAX, 400, "Malformed Content-Length", field->name.ptr);
    }
    *length = value;
    return reader->err;
}

/* RFC 3261 §18.3. Errors: SP_PARTIAL, others noted. */
static enum sp_err read_body(struct reader *reader, enum sp_framing framing, size_t body_max)
{
    const size_t came = (size_t)(reader->end - reader->at);
    size_t length = came;
    const enum sp_err err = read_content_length(reader, &length);
    if (err == SP_ERR_ABSENT && framing == SP_FRAMING_STREAM)
        note(reader, SP_ERR_SYNTAX, 400, "Missing Content-Length", reader->at);
    else if (length > body_max)
        note(reader, SP_ERR_RANGE, 413, "Request Entity Too Large", reader->at);
    else if (length > came && framing == SP_FRAMING_STREAM && reader->err == SP_OK)
        return SP_PARTIAL;
    else if (length > came)
        note(reader, SP_ERR_RANGE, 400, "Content-Length above what came", reader->at);
    if (reader->err != SP_OK)
        return reader->err;
    reader->message->body = sp_span(reader->at, length);
    reader->at += length;
    return SP_OK;
}

static void init_message(struct sp_message *message)
{
    message->is_request = false;
    message->method = SP_METHOD_OTHER;
    message->method_name = sp_span_absent();
    message->request_uri = sp_span_absent();
    message->reason = sp_span_absent();
    message->status = 0;
    message->body = sp_span_absent();
    message->fields = NULL;
    message->field_count = 0;
    memset(message->first, 0, sizeof message->first);
    message->read.known = 0;
}

enum sp_err sp_message_parse(struct sp_span octets, enum sp_framing framing, size_t body_max,
                             struct sp_arena *arena, struct sp_message *message,
                             struct sp_fault *fault)
{
    struct reader reader;
    reader.at = octets.ptr;
    reader.end = octets.len > 0 ? octets.ptr + octets.len : octets.ptr;
    reader.arena = arena;
    reader.message = message;
    reader.fault = fault;
    reader.err = SP_OK;
    reader.room = 0;
    init_message(message);
    while (take_empty_line(&reader)) /* RFC 3261 §7.5 */
        ;
    message->octets = sp_span(reader.at, 0);

    enum sp_err err = read_start_line(&reader);
    if (err == SP_OK)
        err = read_fields(&reader);
    if (err == SP_OK && reader.err != SP_ERR_FULL)
        err = read_body(&reader, framing, body_max);
    if (err == SP_PARTIAL && framing == SP_FRAMING_STREAM)
        return SP_PARTIAL;
    if (err == SP_PARTIAL)
        note(&reader, SP_ERR_SYNTAX, 400, "Header section does not end", reader.at);
    message->octets.len = (size_t)(reader.at - message->octets.ptr);
    if (reader.err != SP_OK && !sp_fault_may_be_told(message))
        fault->status = 0;
    return reader.err;
}

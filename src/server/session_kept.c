/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of calls, as JSON for people's programs and as octets for ourselves: a version, numbers
 * of fixed width with the least octet first, texts behind their length.
 */
#include "server/session_kept.h"

#include <endian.h>
#include <time.h>

enum {
    VERSION = 1,
    TEXTS = 9,
};

/* JSON. */

static void write_string(struct sp_writer *writer, const char *name, struct sp_span text)
{
    static const char digits[] = "0123456789abcdef";
    sp_write_text(writer, ",\"");
    sp_write_text(writer, name);
    sp_write_text(writer, "\":\"");
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char octet = (unsigned char)text.ptr[i];
        if (octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\') {
            sp_write_octet(writer, text.ptr[i]);
            continue;
        }
        sp_write_text(writer, "\\u00");
        sp_write_octet(writer, digits[octet >> 4]);
        sp_write_octet(writer, digits[octet & 15]);
    }
    sp_write_octet(writer, '"');
}

/* "2026-01-31T12:00:00.123Z" */
static void write_time(struct sp_writer *writer, const char *name, struct sp_wall wall)
{
    const time_t seconds = (time_t)(wall.unix_ms / 1000);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL)
        return;
    sp_write_format(writer, ",\"%s\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", name,
                    utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                    utc.tm_sec, (int)(wall.unix_ms % 1000));
}

static const char *ended_by_text(enum sp_session_ended_by by)
{
    switch (by) {
    case SP_SESSION_LIVES:
        return "nobody";
    case SP_SESSION_ENDED_BY_CALLER:
        return "caller";
    case SP_SESSION_ENDED_BY_CALLEE:
        return "callee";
    case SP_SESSION_ENDED_BY_EXPIRY:
        return "expiry";
    case SP_SESSION_ENDED_BY_SILENCE:
        return "silence";
    case SP_SESSION_ENDED_BY_OPERATOR:
        return "operator";
    }
    return "nobody";
}

const char *sp_session_refresher_text(enum sp_session_side side)
{
    switch (side) {
    case SP_SESSION_NOBODY:
        return "none";
    case SP_SESSION_ME:
        return "caller";
    case SP_SESSION_PEER:
        return "callee";
    }
    return "none";
}

void sp_session_line_write(struct sp_writer *writer, const struct sp_session_record *record)
{
    sp_write_text(writer, "{\"schema\":1");
    write_string(writer, "call_id", record->call_id);
    write_string(writer, "from", record->caller);
    write_string(writer, "to", record->callee);
    write_time(writer, "start", record->began);
    write_time(writer, "answer", record->answered);
    write_time(writer, "end", record->ended);
    write_time(writer, "proof", record->proof);
    sp_write_format(writer, ",\"duration_ms\":%lld",
                    (long long)(record->ended.unix_ms - record->answered.unix_ms));
    write_string(writer, "ended_by", sp_span_of(ended_by_text(record->ended_by)));
    sp_write_format(writer, ",\"interval_s\":%u", record->interval_s);
    write_string(writer, "refresher", sp_span_of(sp_session_refresher_text(record->refresher)));
    sp_write_text(writer, "}\n");
}

/* For ourselves. */

void sp_session_key_write(struct sp_writer *writer, const struct sp_session_record *record)
{
    sp_write_span(writer, record->call_id);
    sp_write_octet(writer, '\n');
    sp_write_span(writer, record->caller_tag);
    sp_write_octet(writer, '\n');
    sp_write_span(writer, record->callee_tag);
}

static void write_number(struct sp_writer *writer, uint64_t number, size_t octets)
{
    const uint64_t least_first = htole64(number);
    sp_write_span(writer, sp_span((const char *)&least_first, octets));
}

/* The texts, in the order in which they are written and read. */
static void list_texts(struct sp_session_record *record, struct sp_span *texts[TEXTS])
{
    struct sp_span *const all[TEXTS] = {
        &record->call_id,    &record->caller,         &record->callee,
        &record->caller_tag, &record->callee_tag,     &record->caller_contact,
        &record->routes,     &record->callee_contact, &record->routes_back,
    };
    for (int i = 0; i < TEXTS; i++)
        texts[i] = all[i];
}

void sp_session_kept_write(struct sp_writer *writer, const struct sp_session_record *record,
                           struct sp_wall deadline)
{
    struct sp_session_record copy = *record;
    struct sp_span *texts[TEXTS];
    list_texts(&copy, texts);
    sp_write_octet(writer, VERSION);
    write_number(writer, (uint64_t)deadline.unix_ms, 8);
    write_number(writer, (uint64_t)record->began.unix_ms, 8);
    write_number(writer, (uint64_t)record->answered.unix_ms, 8);
    write_number(writer, (uint64_t)record->proof.unix_ms, 8);
    write_number(writer, record->interval_s, 4);
    write_number(writer, record->caller_cseq, 4);
    write_number(writer, record->callee_cseq, 4);
    write_number(writer, record->policy.min_se_s, 4);
    write_number(writer, record->policy.interval_s, 4);
    write_number(writer, record->policy.max_s, 4);
    write_number(writer, (uint64_t)record->policy.mode, 1);
    write_number(writer, (uint64_t)record->refresher, 1);
    for (int i = 0; i < TEXTS; i++) {
        write_number(writer, texts[i]->len, 2);
        sp_write_span(writer, *texts[i]);
    }
}

/* A number of so many octets; what is too short leaves an absent span behind. */
static uint64_t take_number(struct sp_span *rest, size_t octets)
{
    uint64_t number = 0;
    if (sp_span_is_absent(*rest) || rest->len < octets) {
        *rest = sp_span_absent();
        return 0;
    }
    for (size_t i = 0; i < octets; i++)
        number |= (uint64_t)(unsigned char)rest->ptr[i] << 8 * i;
    *rest = sp_span_after(*rest, octets);
    return number;
}

static struct sp_span take_text(struct sp_span *rest)
{
    const size_t len = take_number(rest, 2);
    if (sp_span_is_absent(*rest) || rest->len < len) {
        *rest = sp_span_absent();
        return *rest;
    }
    const struct sp_span text = sp_span_first(*rest, len);
    *rest = sp_span_after(*rest, len);
    return text;
}

enum sp_err sp_session_kept_read(struct sp_span kept, struct sp_session_record *record,
                                 struct sp_wall *deadline)
{
    struct sp_session_record read = {.expires = SP_TIME_NEVER, .ends_by_bye = true};
    struct sp_span *texts[TEXTS];
    struct sp_wall end;
    list_texts(&read, texts);
    if (take_number(&kept, 1) != VERSION)
        return SP_ERR_SYNTAX;
    end.unix_ms = (int64_t)take_number(&kept, 8);
    read.began.unix_ms = (int64_t)take_number(&kept, 8);
    read.answered.unix_ms = (int64_t)take_number(&kept, 8);
    read.proof.unix_ms = (int64_t)take_number(&kept, 8);
    read.interval_s = (uint32_t)take_number(&kept, 4);
    read.caller_cseq = (uint32_t)take_number(&kept, 4);
    read.callee_cseq = (uint32_t)take_number(&kept, 4);
    read.policy.min_se_s = (uint32_t)take_number(&kept, 4);
    read.policy.interval_s = (uint32_t)take_number(&kept, 4);
    read.policy.max_s = (uint32_t)take_number(&kept, 4);
    const uint64_t mode = take_number(&kept, 1);
    const uint64_t refresher = take_number(&kept, 1);
    for (int i = 0; i < TEXTS; i++)
        *texts[i] = take_text(&kept);
    if (sp_span_is_absent(kept) || kept.len > 0 || mode > SP_SESSION_OBSERVE ||
        refresher > SP_SESSION_PEER)
        return SP_ERR_SYNTAX;
    read.policy.mode = (enum sp_session_mode)mode;
    read.refresher = (enum sp_session_side)refresher;
    *record = read;
    *deadline = end;
    return SP_OK;
}

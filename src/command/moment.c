/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates in, dates out.
 */
#include "command/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    MS = 1000
};

static enum sp_err read_age(struct sp_span text, struct sp_wall now, struct sp_wall *moment)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    uint32_t count = 0;
    if (text.len < 2)
        return SP_ERR_SYNTAX;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text.ptr[text.len - 1] != units[i].unit)
            continue;
        const enum sp_err err = sp_span_to_u32(sp_span_first(text, text.len - 1), 1000000, &count);
        if (err == SP_OK)
            moment->unix_ms = now.unix_ms - count * units[i].seconds * MS;
        return err;
    }
    return SP_ERR_SYNTAX;
}

/* A number of exactly so many digits in front, followed by `end` or by nothing; it is taken off. */
static enum sp_err take_number(struct sp_span *rest, size_t digits, char end, int *value)
{
    uint32_t number = 0;
    const enum sp_err err = sp_span_to_u32(sp_span_first(*rest, digits), 9999, &number);
    if (err != SP_OK || rest->len < digits)
        return SP_ERR_SYNTAX;
    *rest = sp_span_after(*rest, digits);
    if (rest->len > 0 && rest->ptr[0] != end)
        return SP_ERR_SYNTAX;
    *rest = sp_span_after(*rest, 1);
    *value = (int)number;
    return SP_OK;
}

static enum sp_err read_clock(struct sp_span text, struct tm *parts)
{
    if (text.len == 0)
        return SP_OK;
    enum sp_err err = take_number(&text, 2, ':', &parts->tm_hour);
    if (err == SP_OK)
        err = take_number(&text, 2, ':', &parts->tm_min);
    if (err == SP_OK && text.len > 0)
        err = take_number(&text, 2, '\0', &parts->tm_sec);
    return err;
}

/* Where the clock begins, behind a T or a blank. */
static size_t find_clock(struct sp_span text)
{
    const size_t at = sp_span_find(text, 'T');
    return at < text.len ? at : sp_span_find(text, ' ');
}

enum sp_err sp_moment_read(struct sp_span text, struct sp_wall now, struct sp_wall *moment)
{
    struct tm parts = {.tm_mday = 0};
    if (text.len > 0 && text.ptr[text.len - 1] == 'Z')
        text.len--;
    const size_t clock = find_clock(text);
    struct sp_span date = sp_span_first(text, clock);
    if (sp_span_find(date, '-') == date.len)
        return read_age(text, now, moment);
    enum sp_err err = take_number(&date, 4, '-', &parts.tm_year);
    if (err == SP_OK)
        err = take_number(&date, 2, '-', &parts.tm_mon);
    if (err == SP_OK)
        err = take_number(&date, 2, '\0', &parts.tm_mday);
    if (err == SP_OK)
        err = read_clock(sp_span_after(text, clock + 1), &parts);
    if (err != SP_OK || date.len > 0)
        return SP_ERR_SYNTAX;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    const struct tm wanted = parts;
    const time_t seconds = timegm(&parts); /* brings parts that are out of range into it */
    if (parts.tm_mon != wanted.tm_mon || parts.tm_mday != wanted.tm_mday ||
        parts.tm_hour != wanted.tm_hour || parts.tm_min != wanted.tm_min)
        return SP_ERR_RANGE;
    moment->unix_ms = (int64_t)seconds * MS;
    return SP_OK;
}

const char *sp_moment_text(struct sp_wall moment, char text[SP_MOMENT_MAX])
{
    const time_t seconds = (time_t)(moment.unix_ms / MS);
    struct tm parts;
    if (moment.unix_ms == 0 || gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, SP_MOMENT_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        memcpy(text, "-", 2);
    return text;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Days become a date by counting years from a first of March, so that the leap day comes last.
 */
#include "trace/stamp.h"

#include "signpost/base/time.h"

struct date {
    unsigned year, month, day;
};

static struct date date_of(int64_t days)
{
    enum {
        DAYS_TO_1970 = 719468, /* from 0000-03-01 */
        DAYS_400_YEARS = 146097,
    };
    const uint64_t since = (uint64_t)(days + DAYS_TO_1970);
    const uint64_t era = since / DAYS_400_YEARS;
    const uint64_t day_of_era = since % DAYS_400_YEARS;
    const uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const uint64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const uint64_t march_month = (5 * day_of_year + 2) / 153; /* 0 is March */
    const uint64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct date){
        .year = (unsigned)(year_of_era + era * 400 + (month <= 2)),
        .month = (unsigned)month,
        .day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1),
    };
}

/* The date, `between`, the time of day to the second. */
static void write_date(struct sp_writer *writer, int64_t at_ns, char between)
{
    const int64_t day_s = 24 * 60 * 60;
    const int64_t seconds = at_ns / SP_SECOND;
    const unsigned of_day = (unsigned)(seconds % day_s);
    const struct date date = date_of(seconds / day_s);
    sp_write_format(writer, "%04u-%02u-%02u%c%02u:%02u:%02u", date.year, date.month, date.day,
                    between, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

void sp_stamp_write(struct sp_writer *writer, int64_t at_ns)
{
    const int64_t at = at_ns > 0 ? at_ns : 0;
    write_date(writer, at, ' ');
    sp_write_format(writer, ".%03u UTC", (unsigned)(at % SP_SECOND / SP_MILLISECOND));
}

void sp_stamp_write_rfc3339(struct sp_writer *writer, int64_t at_ns)
{
    const int64_t at = at_ns > 0 ? at_ns : 0;
    write_date(writer, at, 'T');
    sp_write_format(writer, ".%06uZ", (unsigned)(at % SP_SECOND / SP_MICROSECOND));
}

void sp_stamp_write_seconds(struct sp_writer *writer, int64_t ns)
{
    const int64_t ms = (ns > 0 ? ns : 0) / SP_MILLISECOND;
    sp_write_format(writer, "%lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000));
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV: what is read as a row lies inside the input, and written again it reads as the same row.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "store/csv.h"

static void check_again(const struct sp_csv_row *row)
{
    size_t max = 1;
    for (size_t i = 0; i < row->count; i++)
        max += 2 * row->field[i].len + 3;
    char *octets = malloc(max);
    struct sp_writer writer;
    struct sp_csv_row again;
    struct sp_csv_reading reading;
    sp_writer_init(&writer, octets, max);
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            sp_write_octet(&writer, ',');
        sp_csv_write_field(&writer, row->field[i]);
    }
    sp_write_octet(&writer, '\n');
    SP_CHECK(writer.err == SP_OK);
    SP_CHECK(sp_csv_row_read(octets, writer.len, false, &again, &reading) == SP_OK);
    SP_CHECK(again.count == row->count && reading.used == writer.len);
    for (size_t i = 0; i < row->count; i++)
        SP_CHECK(sp_span_equal(again.field[i], row->field[i]));
    free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 65536)
        return 0;
    char *text = malloc(size);
    size_t start = 0;
    memcpy(text, data, size);
    while (start < size) {
        struct sp_csv_row row;
        struct sp_csv_reading reading;
        if (sp_csv_row_read(text + start, size - start, true, &row, &reading) != SP_OK)
            break;
        SP_CHECK(reading.used > 0 && reading.used <= size - start);
        for (size_t i = 0; i < row.count; i++)
            SP_CHECK(row.field[i].ptr >= text + start &&
                     row.field[i].ptr + row.field[i].len <= text + start + reading.used);
        check_again(&row);
        start += reading.used;
    }
    free(text);
    return 0;
}

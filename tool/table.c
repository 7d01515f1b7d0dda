/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns a table of data/ into a header with an X-macro list: table PREFIX IN.tsv OUT.h writes
 * SP_<PREFIX>_TABLE(X), which calls X once a row. The first column is an identifier or a number;
 * the others become string literals unless they are digits. Lines that begin with '#' are comments.
 * All rows must have equally many columns.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_MAX_OCTETS = 4096
};

struct conversion {
    const char *prefix;
    const char *path;
    FILE *in, *out;
    int line;
    int columns; /* of the first row; 0 before it */
};

static bool is_number(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static void write_literal(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static bool fail(const struct conversion *conversion, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", conversion->path, conversion->line, what);
    return false;
}

static bool convert_row(struct conversion *conversion, char *row)
{
    int columns = 0;
    fputs(" \\\n    X(", conversion->out);
    for (char *cell = row, *next = NULL; cell != NULL; cell = next, columns++) {
        next = strchr(cell, '\t');
        if (next != NULL)
            *next++ = '\0';
        if (columns > 0)
            fputs(", ", conversion->out);
        if (columns == 0 && !isalnum((unsigned char)*cell))
            return fail(conversion, "the first column must be an identifier or a number");
        if (columns == 0 || is_number(cell))
            fputs(cell, conversion->out);
        else
            write_literal(conversion->out, cell);
    }
    fputc(')', conversion->out);
    if (conversion->columns == 0)
        conversion->columns = columns;
    if (columns != conversion->columns)
        return fail(conversion, "this row has another number of columns than the first one");
    return true;
}

static bool convert(struct conversion *conversion)
{
    char line[LINE_MAX_OCTETS];
    fprintf(conversion->out,
            "/* Made from %s; change that. */\n#ifndef SIGNPOST_TABLE_%s_H\n#define "
            "SIGNPOST_TABLE_%s_H\n\n"
            "#define SP_%s_TABLE(X)",
            strrchr(conversion->path, '/') ? strrchr(conversion->path, '/') + 1 : conversion->path,
            conversion->prefix, conversion->prefix, conversion->prefix);
    while (fgets(line, sizeof line, conversion->in) != NULL) {
        conversion->line++;
        const size_t len = strcspn(line, "\n");
        if (line[len] == '\0' && !feof(conversion->in))
            return fail(conversion, "line too long");
        line[len] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (!convert_row(conversion, line))
            return false;
    }
    fputs("\n\n#endif\n", conversion->out);
    return conversion->columns > 0 || fail(conversion, "no rows");
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: table PREFIX IN.tsv OUT.h\n", stderr);
        return 2;
    }
    struct conversion conversion = {.prefix = argv[1], .path = argv[2]};
    conversion.in = fopen(argv[2], "r");
    conversion.out = fopen(argv[3], "w");
    if (conversion.in == NULL || conversion.out == NULL) {
        perror(conversion.in == NULL ? argv[2] : argv[3]);
        return 1;
    }
    const bool done = convert(&conversion);
    fclose(conversion.in);
    if (fclose(conversion.out) != 0 || !done) {
        remove(argv[3]);
        return 1;
    }
    return 0;
}

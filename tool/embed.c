/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns a file into a header: embed NAME IN OUT writes the octets of IN as a string literal that
 * the macro SP_<NAME> stands for, a line of IN a line of OUT, so that a page's style sheet is
 * edited as what it is and is a part of the program all the same.
 */
#include <stdio.h>

static void write_octet(FILE *out, int octet)
{
    if (octet == '\n')
        fputs("\\n\" \\\n    \"", out);
    else if (octet == '"' || octet == '\\')
        fprintf(out, "\\%c", octet);
    else if (octet < ' ' || octet > '~')
        fprintf(out, "\\%03o", (unsigned)octet);
    else
        fputc(octet, out);
}

static int embed(const char *name, FILE *in, FILE *out)
{
    int octet;
    fprintf(out, "#define SP_%s \\\n    \"", name);
    while ((octet = fgetc(in)) != EOF)
        write_octet(out, octet);
    fputs("\"\n", out);
    return ferror(in) != 0 || ferror(out) != 0;
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fputs("usage: embed NAME IN OUT\n", stderr);
        return 2;
    }
    FILE *in = fopen(arguments[2], "r");
    if (in == NULL) {
        perror(arguments[2]);
        return 1;
    }
    FILE *out = fopen(arguments[3], "w");
    if (out == NULL) {
        perror(arguments[3]);
        fclose(in);
        return 1;
    }
    const int failed = embed(arguments[1], in, out);
    fclose(in);
    return fclose(out) != 0 || failed;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns the texts of data/ into a header: text PREFIX SECTIONS.tsv OUT.h FILE.txt... writes for
 * each FILE, named CODE.txt or CODE-CODE.txt, the initialiser SP_<PREFIX>_TEXT_<CODE>[_<CODE>] of a
 * `const char *[language][section]`, and SP_<PREFIX>_TEXT_TABLE(X), which calls X with the code or
 * codes of each file. Languages are English and Korean, sections those of SECTIONS.tsv, in order.
 *
 * How a text is written:
 *
 *     [ko fix]         begins a section in one language; [example], one that both languages share
 *     words words      lines flow together into a paragraph, an empty line ends it
 *     - words          begins an item of a list, a paragraph of its own
 *         octets       a line that begins with four spaces stays as it is, and so does an empty
 *                      line between two of them
 *     # words          a comment, at the very start of a line
 *
 * In the table each paragraph, item and kept line is a line, and the section's last has no '\n'.
 * Every section must be there in both languages and say something.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_MAX_OCTETS = 1024,
    SECTION_MAX = 16,
    TEXT_MAX_OCTETS = 16384,
    LANGUAGES = 2,
};

static const char *const languages[LANGUAGES] = {"en", "ko"};

struct compiler {
    FILE *out;
    const char *path;
    int line;
    char sections[SECTION_MAX][32];
    int section_count;

    char text[LANGUAGES][SECTION_MAX][TEXT_MAX_OCTETS]; /* of the file being read */
    int section;                                        /* -1 before the first heading */
    int language;                                       /* -1: all of them */
    bool begins_paragraph; /* the next words do not join the line before */
    bool is_in_kept;       /* the last line that was not empty is a kept one ... */
    bool has_gap;          /* ... and empty ones followed it */
};

static bool fail(const struct compiler *compiler, const char *what, const char *which)
{
    fprintf(stderr, "%s:%d: %s%s\n", compiler->path, compiler->line, what, which);
    return false;
}

static bool read_sections(struct compiler *compiler)
{
    char line[LINE_MAX_OCTETS];
    FILE *in = fopen(compiler->path, "r");
    if (in == NULL) {
        perror(compiler->path);
        return false;
    }
    bool is_good = true;
    while (is_good && fgets(line, sizeof line, in) != NULL) {
        compiler->line++;
        const size_t len = strcspn(line, "\t\n");
        if (line[0] == '#' || len == 0)
            continue;
        is_good = compiler->section_count < SECTION_MAX && len < sizeof compiler->sections[0];
        if (!is_good)
            fail(compiler, "too many sections, or too long a key", "");
        else
            memcpy(compiler->sections[compiler->section_count++], line, len);
    }
    fclose(in);
    return is_good;
}

/* Adds octets to one text, or to that of all languages. */
static bool add(struct compiler *compiler, const char *octets)
{
    for (int language = 0; language < LANGUAGES; language++) {
        if (compiler->language >= 0 && compiler->language != language)
            continue;
        char *text = compiler->text[language][compiler->section];
        const size_t len = strlen(text);
        if (len + strlen(octets) >= TEXT_MAX_OCTETS)
            return fail(compiler, "this section is too long", "");
        memcpy(text + len, octets, strlen(octets) + 1);
    }
    return true;
}

static const char *text_so_far(const struct compiler *compiler)
{
    return compiler->text[compiler->language < 0 ? 0 : compiler->language][compiler->section];
}

static int find_language(const char *name)
{
    for (int language = 0; language < LANGUAGES; language++)
        if (strcmp(languages[language], name) == 0)
            return language;
    return -1;
}

/* "[ko fix]" or "[example]". */
static bool read_heading(struct compiler *compiler, char *line)
{
    char *name = line + 1;
    char *end = strchr(name, ']');
    if (end == NULL || end[1] != '\0')
        return fail(compiler, "a heading is [SECTION] or [LANGUAGE SECTION], not ", line);
    *end = '\0';
    compiler->language = -1;
    char *space = strchr(name, ' ');
    if (space != NULL) {
        *space = '\0';
        compiler->language = find_language(name);
        if (compiler->language < 0)
            return fail(compiler, "a language is en or ko, not ", name);
        name = space + 1;
    }
    for (int section = 0; section < compiler->section_count; section++) {
        if (strcmp(compiler->sections[section], name) != 0)
            continue;
        compiler->section = section;
        compiler->begins_paragraph = true;
        compiler->is_in_kept = false;
        if (*text_so_far(compiler) != '\0')
            return fail(compiler, "this section stands here twice: ", name);
        return true;
    }
    return fail(compiler, "no such section: ", name);
}

static bool read_line(struct compiler *compiler, char *line)
{
    const size_t len = strlen(line);
    if (line[0] == '#')
        return true;
    if (line[0] == '[')
        return read_heading(compiler, line);
    if (len == 0) {
        compiler->begins_paragraph = true;
        compiler->has_gap = true;
        return true;
    }
    if (compiler->section < 0)
        return fail(compiler, "text before the first heading", "");
    if (line[len - 1] == ' ' || strpbrk(line, "\t\r") != NULL)
        return fail(compiler, "a tab, a carriage return or a space at the end of the line", "");

    const bool is_kept = strncmp(line, "    ", 4) == 0;
    const bool is_item = strncmp(line, "- ", 2) == 0;
    const bool begins = compiler->begins_paragraph || is_kept || is_item;
    const bool keeps_gap = is_kept && compiler->is_in_kept && compiler->has_gap;
    compiler->begins_paragraph = is_kept;
    compiler->is_in_kept = is_kept;
    compiler->has_gap = false;
    if (keeps_gap && !add(compiler, "\n    "))
        return false;
    if (*text_so_far(compiler) != '\0' && !add(compiler, begins ? "\n" : " "))
        return false;
    return add(compiler, line);
}

static bool is_whole(struct compiler *compiler)
{
    bool is_good = true;
    for (int language = 0; language < LANGUAGES; language++) {
        for (int section = 0; section < compiler->section_count; section++) {
            if (compiler->text[language][section][0] != '\0')
                continue;
            fprintf(stderr, "%s:%d: no text for [%s %s]\n", compiler->path, compiler->line,
                    languages[language], compiler->sections[section]);
            is_good = false;
        }
    }
    return is_good;
}

static bool read_file(struct compiler *compiler)
{
    char line[LINE_MAX_OCTETS];
    memset(compiler->text, 0, sizeof compiler->text);
    compiler->section = -1;
    compiler->line = 0;
    FILE *in = fopen(compiler->path, "r");
    if (in == NULL) {
        perror(compiler->path);
        return false;
    }
    bool is_good = true;
    while (is_good && fgets(line, sizeof line, in) != NULL) {
        compiler->line++;
        const size_t len = strcspn(line, "\n");
        is_good = (line[len] == '\n') || fail(compiler, "line too long, or without an end", "");
        line[len] = '\0';
        is_good = is_good && read_line(compiler, line);
    }
    fclose(in);
    return is_good && is_whole(compiler);
}

static void write_literal(FILE *out, const char *text)
{
    fputs("\n        \"", out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputs("\",", out);
}

/* "data/pair/301-422.txt" as 301_422 or, with another `dash`, "301, 422". */
static void write_codes(FILE *out, const char *path, const char *dash)
{
    const char *slash = strrchr(path, '/');
    for (const char *name = slash != NULL ? slash + 1 : path; *name != '\0' && *name != '.';
         name++) {
        if (*name == '-')
            fputs(dash, out);
        else
            fputc(*name, out);
    }
}

static void write_file(struct compiler *compiler, const char *prefix)
{
    fprintf(compiler->out, "\n#define SP_%s_TEXT_", prefix);
    write_codes(compiler->out, compiler->path, "_");
    fputs(" {", compiler->out);
    for (int language = 0; language < LANGUAGES; language++) {
        fputs("{", compiler->out);
        for (int section = 0; section < compiler->section_count; section++) {
            fputs(" \\", compiler->out);
            write_literal(compiler->out, compiler->text[language][section]);
        }
        fputs("}, ", compiler->out);
    }
    fputs("}\n", compiler->out);
}

static bool compile(struct compiler *compiler, const char *prefix, char **files)
{
    fprintf(compiler->out,
            "/* Made by tool/text from data/; change that. */\n"
            "#ifndef SIGNPOST_TABLE_%s_TEXT_H\n#define SIGNPOST_TABLE_%s_TEXT_H\n",
            prefix, prefix);
    bool is_good = true;
    for (char **file = files; *file != NULL; file++) {
        compiler->path = *file;
        if (read_file(compiler))
            write_file(compiler, prefix);
        else
            is_good = false;
    }
    fprintf(compiler->out, "\n#define SP_%s_TEXT_TABLE(X)", prefix);
    for (char **file = files; *file != NULL; file++) {
        fputs(" X(", compiler->out);
        write_codes(compiler->out, *file, ", ");
        fputs(")", compiler->out);
    }
    fputs("\n\n#endif\n", compiler->out);
    return is_good;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fputs("usage: text PREFIX SECTIONS.tsv OUT.h FILE.txt...\n", stderr);
        return 2;
    }
    struct compiler *compiler = calloc(1, sizeof *compiler);
    if (compiler == NULL)
        return 1;
    compiler->path = argv[2];
    compiler->out = fopen(argv[3], "w");
    if (compiler->out == NULL)
        perror(argv[3]);
    bool is_good =
        compiler->out != NULL && read_sections(compiler) && compile(compiler, argv[1], argv + 4);
    if (compiler->out != NULL && fclose(compiler->out) != 0)
        is_good = false;
    if (!is_good)
        remove(argv[3]);
    free(compiler);
    return is_good ? 0 : 1;
}

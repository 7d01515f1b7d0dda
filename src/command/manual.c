/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes mdoc(7). Text of ours reaches the page through sp_manual_write_words only, which breaks it
 * into input lines as mandoc -Tlint wants them (each sentence on a new line, none over 80 octets)
 * and escapes what mdoc would take for its own.
 */
#include "command/manual.h"

#include <ctype.h>
#include <stdbool.h>

#include "signpost/base/span.h"

enum {
    LINE_MAX_OCTETS = 78
};

static const char exit_status[] =
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds\n"
    ".It 0\nDone.\n"
    ".It 1\nRefused or failed; one line on standard error says why, and what to do.\n"
    ".It 2\nThe command line is wrong.\n"
    ".El\n";

static const char environment[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width Ds\n"
    ".It Ev LC_ALL , Ev LC_MESSAGES , Ev LANG\n"
    "The first that is set chooses the language of\n.Cm explain ,\n.Cm compare\nand\n.Cm trace .\n"
    ".It Ev NO_COLOR\nWhen set and not empty, nothing is coloured.\n"
    ".It Ev PAGER\nWhat shows a page of\n.Cm explain ,\n.Cm compare ,\n.Cm codes\nand\n.Cm trace\n"
    "that is longer than the terminal, words parted by spaces; without it\n.Xr less 1 or\n"
    ".Xr more 1 .\nWhen it is empty, none.\n"
    ".It Ev SIGNPOST_CONFIG\nThe configuration of commands that are not told of one.\n"
    ".El\n";

static const char standards[] = ".Sh STANDARDS\n"
                                "RFC 3261 (SIP), RFC 4028 (session timers), RFC 3581 (rport),\n"
                                "RFC 6026 (INVITE transactions).\n";

/* One character as mdoc takes it for itself. */
static void write_octet(char octet, FILE *out)
{
    if (octet == '\\')
        fputs("\\e", out);
    else
        fputc(octet, out);
}

static void write_word(struct sp_span word, FILE *out)
{
    for (size_t i = 0; i < word.len; i++)
        write_octet(word.ptr[i], out);
}

/* The octets that mandoc counts: it reads a character beyond ASCII as \[u00A7]. */
static size_t input_len(struct sp_span word)
{
    size_t len = 0;
    for (size_t i = 0; i < word.len; i++) {
        const unsigned char octet = (unsigned char)word.ptr[i];
        if (octet < 0x80)
            len++;
        else if (octet >= 0xc0)
            len += sizeof "\\[u00A7]" - 1;
    }
    return len;
}

static bool is_space(char octet)
{
    return octet == ' ' || octet == '\n';
}

static bool ends_sentence(struct sp_span word)
{
    const char last = word.ptr[word.len - 1];
    return last == '.' || last == '?' || last == '!';
}

/* The next word of a text; empty at its end. */
static struct sp_span take_word(struct sp_span *text)
{
    size_t begin = 0;
    while (begin < text->len && is_space(text->ptr[begin]))
        begin++;
    size_t end = begin;
    while (end < text->len && !is_space(text->ptr[end]))
        end++;
    const struct sp_span word = sp_span(text->ptr + begin, end - begin);
    *text = sp_span_after(*text, end);
    return word;
}

void sp_manual_write_words(struct sp_span text, FILE *out)
{
    size_t column = 0;
    for (struct sp_span word = take_word(&text); word.len > 0; word = take_word(&text)) {
        const size_t len = input_len(word);
        if (column > 0 && column + 1 + len > LINE_MAX_OCTETS) {
            fputc('\n', out);
            column = 0;
        }
        if (column > 0)
            fputc(' ', out);
        else if (*word.ptr == '.' || *word.ptr == '\'')
            fputs("\\&", out);
        write_word(word, out);
        column += 1 + len;
        if (ends_sentence(word)) {
            fputc('\n', out);
            column = 0;
        }
    }
    if (column > 0)
        fputc('\n', out);
}

/* Words as arguments of a macro, none of which may be one itself. */
static void write_arguments(const char *text, FILE *out)
{
    struct sp_span rest = sp_span_of(text);
    for (struct sp_span word = take_word(&rest); word.len > 0; word = take_word(&rest)) {
        fputs(" \\&", out);
        write_word(word, out);
    }
}

static void write_literal(struct sp_span text, FILE *out)
{
    bool begins_line = true;
    fputs(".Bd -literal\n", out);
    for (size_t i = 0; i < text.len; i++) {
        if (begins_line && (text.ptr[i] == '.' || text.ptr[i] == '\''))
            fputs("\\&", out);
        write_octet(text.ptr[i], out);
        begins_line = text.ptr[i] == '\n';
    }
    fputs(".Ed\n", out);
}

static void write_about(const char *about, FILE *out)
{
    struct sp_span rest = sp_span_of(about);
    struct sp_span block;
    while (sp_command_next_block(&rest, &block)) {
        if (*block.ptr == ' ') {
            write_literal(block, out);
            continue;
        }
        fputs(".Pp\n", out);
        sp_manual_write_words(block, out);
    }
}

static void write_options(const struct sp_option *options, FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (const struct sp_option *row = options; row->name != NULL; row++) {
        fprintf(out, ".It Fl Fl %s", row->name);
        if (row->argument != NULL) {
            fputs(" Ar", out);
            write_arguments(row->argument, out);
        }
        fputc('\n', out);
        sp_manual_write_words(sp_span_of(row->text), out);
    }
    fputs(".El\n", out);
}

/* A summary begins in lower case and has no full stop. */
static void write_summary(const char *summary, FILE *out)
{
    char sentence[128];
    (void)snprintf(sentence, sizeof sentence, "%c%s.", toupper((unsigned char)summary[0]),
                   summary + 1); /* a longer one is cut, and the test sees it */
    sp_manual_write_words(sp_span_of(sentence), out);
}

/* `group` is the command that this one is below, NULL when that is the root. */
static void write_command(const struct sp_command *command, const struct sp_command *group,
                          FILE *out)
{
    const char *const above = group != NULL ? group->name : "";
    const char *const gap = group != NULL ? " " : "";
    fprintf(out, ".Ss signpost %s%s%s\n", above, gap, command->name);
    fprintf(out, ".Nm signpost\n.Cm %s%s%s\n", above, gap, command->name);
    if (command->options != NULL)
        fputs(".Op Ar options\n", out);
    if (command->arguments != NULL) {
        fputs(".Ar", out);
        write_arguments(command->arguments, out);
        fputc('\n', out);
    }
    fputs(".Pp\n", out);
    write_summary(command->summary, out);
    if (command->about != NULL) {
        write_about(command->about, out);
    }
    if (command->options != NULL)
        write_options(command->options, out);
    if (command->examples != NULL) {
        fputs(".Pp\nExamples:\n", out);
        write_literal(sp_span_of(command->examples), out);
    }
}

static void write_commands(const struct sp_command *root, FILE *out)
{
    for (const struct sp_command *const *row = root->subcommands; *row != NULL; row++) {
        if ((*row)->run != NULL)
            write_command(*row, NULL, out);
        for (const struct sp_command *const *below = (*row)->subcommands;
             below != NULL && *below != NULL; below++)
            write_command(*below, *row, out);
    }
}

void sp_manual_write(const struct sp_command *root, const char *date, FILE *out)
{
    fprintf(out, ".\\\" Made by signpost --manual.\n.Dd %s\n.Dt SIGNPOST 1\n.Os\n", date);
    fprintf(out, ".Sh NAME\n.Nm %s\n.Nd %s\n", root->name, root->summary);
    fputs(".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Op Ar argument ...\n", out);
    fputs(".Sh DESCRIPTION\n", out);
    fputs("SIP server, command-line tool and reference in one binary.\n"
          "Each command prints its own help when it is given\n.Fl Fl help .\n"
          "Before any command:\n",
          out);
    write_options(root->options, out);
    fputs(".Sh COMMANDS\n", out);
    write_commands(root, out);
    fputs(environment, out);
    fputs(exit_status, out);
    fputs(".Sh EXAMPLES\n", out);
    write_literal(sp_span_of(root->examples), out);
    fputs(standards, out);
}

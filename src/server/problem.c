/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded list of problems, printed in order of line.
 */
#include "server/problem.h"

#include <string.h>

#include "signpost/base/writer.h"

static void SP_PRINTF(3, 0)
    add(struct sp_problems *problems, struct sp_problem about, const char *format, va_list values)
{
    problems->errors += about.is_warning ? 0 : 1;
    if (problems->count == SP_PROBLEMS_MAX) {
        problems->left_out++;
        return;
    }
    (void)vsnprintf(about.text, sizeof about.text, format, values); /* a long one is cut */
    size_t at = problems->count++;
    for (; at > 0 && problems->list[at - 1].line > about.line; at--)
        problems->list[at] = problems->list[at - 1];
    problems->list[at] = about;
}

void sp_problem_add(struct sp_problems *problems, int line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(problems, (struct sp_problem){.line = line}, format, values);
    va_end(values);
}

void sp_problem_warn(struct sp_problems *problems, int line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(problems, (struct sp_problem){.is_warning = true, .line = line}, format, values);
    va_end(values);
}

/* What the file says stands in the text as it is, and the terminal shall not obey it. */
static void print_text(const char *text, FILE *out)
{
    char escaped[4 * sizeof((struct sp_problem *)NULL)->text];
    struct sp_writer writer;
    struct sp_span shown;
    sp_writer_init(&writer, escaped, sizeof escaped);
    sp_write_escaped(&writer, sp_span_of(text));
    if (sp_writer_end(&writer, &shown) == SP_OK)
        fprintf(out, "%.*s\n", (int)shown.len, shown.ptr);
}

void sp_problems_print(const struct sp_problems *problems, const char *file, FILE *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct sp_problem *problem = &problems->list[i];
        fprintf(out, "%s:", file);
        if (problem->line > 0)
            fprintf(out, "%d:", problem->line);
        fputs(problem->is_warning ? " warning: " : " ", out);
        print_text(problem->text, out);
    }
    if (problems->left_out > 0)
        fprintf(out, "%s: and %zu more\n", file, problems->left_out);
}

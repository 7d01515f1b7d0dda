/* SPDX-License-Identifier: Apache-2.0
 *
 * A script walks over the words typed so far and keeps in `at` those that name commands: "", or
 * " route", or " route import". What may follow stands in a case for each; files are offered when
 * nothing else fits. fish has conditions instead of a case.
 */
#include "command/completion.h"

#include <stdbool.h>
#include <string.h>

#include "signpost/reference/code.h"

enum {
    CODE_MIN = 100,
    CODE_MAX = 699,
};

/* A command and the one above it; both NULL for the root itself. */
struct place {
    const struct sp_command *group, *command;
};

struct script {
    FILE *out;
    const struct sp_command *root;
    void (*write)(const struct script *script, const struct place *place,
                  const struct sp_command *command);
};

/* Calls `write` for the root and each command at most two levels below it. */
static void for_each_place(const struct script *script)
{
    const struct place top = {NULL, NULL};
    script->write(script, &top, script->root);
    for (const struct sp_command *const *row = script->root->subcommands; *row != NULL; row++) {
        const struct place place = {NULL, *row};
        script->write(script, &place, *row);
        for (const struct sp_command *const *below = (*row)->subcommands;
             below != NULL && *below != NULL; below++) {
            const struct place inner = {*row, *below};
            script->write(script, &inner, *below);
        }
    }
}

/* " route import" */
static void write_path(const struct place *place, FILE *out)
{
    if (place->group != NULL)
        fprintf(out, " %s", place->group->name);
    if (place->command != NULL)
        fprintf(out, " %s", place->command->name);
}

static bool takes_codes(const struct sp_command *command)
{
    return command->arguments != NULL && (strncmp(command->arguments, "CODE", 4) == 0 ||
                                          strncmp(command->arguments, "WHAT", 4) == 0);
}

static void write_bash_case(const struct script *script, const struct place *place,
                            const struct sp_command *command)
{
    FILE *const out = script->out;
    fputs("    \"", out);
    write_path(place, out);
    fputs("\") words=\"", out);
    for (const struct sp_command *const *row = command->subcommands; row != NULL && *row != NULL;
         row++)
        fprintf(out, "%s ", (*row)->name);
    for (const struct sp_option *row = command->options; row != NULL && row->name != NULL; row++)
        fprintf(out, "--%s ", row->name);
    for (unsigned code = CODE_MIN; takes_codes(command) && code <= CODE_MAX; code++)
        if (sp_reference_phrase(code, SP_LANGUAGE_EN) != NULL)
            fprintf(out, "%u ", code);
    fputs("--help\" ;;\n", out);
}

/* "route import") at=" route import" of the walk. */
static void write_step(const struct script *script, const struct place *place,
                       const struct sp_command *command)
{
    (void)command;
    if (place->command == NULL)
        return;
    fputs("        \"", script->out);
    write_path(place, script->out);
    fputs("\") at=\"", script->out);
    write_path(place, script->out);
    fputs("\" ;;\n", script->out);
}

static void write_walk(const struct sp_command *root, FILE *out)
{
    const struct script steps = {out, root, write_step};
    fputs("        case \"$at $word\" in\n", out);
    for_each_place(&steps);
    fputs("        esac\n    done\n", out);
}

static void write_bash(const struct sp_command *root, FILE *out)
{
    const struct script cases = {out, root, write_bash_case};
    fputs("# bash completion for signpost, made by signpost --completion bash\n"
          "_signpost() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} at=\"\" word words=\"\"\n"
          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n",
          out);
    write_walk(root, out);
    fputs("    case \"$at\" in\n", out);
    for_each_place(&cases);
    fputs("    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
          "}\n"
          "complete -o default -F _signpost signpost\n",
          out);
}

/* An element of a zsh list, "name:what it is". */
static void write_zsh_item(const char *dashes, const char *name, const char *text, FILE *out)
{
    fprintf(out, " '%s%s:", dashes, name);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    }
    fputs("'", out);
}

static void write_zsh_case(const struct script *script, const struct place *place,
                           const struct sp_command *command)
{
    FILE *const out = script->out;
    fputs("    \"", out);
    write_path(place, out);
    fputs("\") list=(", out);
    for (const struct sp_command *const *row = command->subcommands; row != NULL && *row != NULL;
         row++)
        write_zsh_item("", (*row)->name, (*row)->summary, out);
    for (const struct sp_option *row = command->options; row != NULL && row->name != NULL; row++)
        write_zsh_item("--", row->name, row->text, out);
    for (unsigned code = CODE_MIN; takes_codes(command) && code <= CODE_MAX; code++) {
        const char *const phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
        char number[4];
        (void)snprintf(number, sizeof number, "%u", code); /* three digits */
        if (phrase != NULL)
            write_zsh_item("", number, phrase, out);
    }
    write_zsh_item("--", "help", "what the command does", out);
    fputs(") ;;\n", out);
}

static void write_zsh(const struct sp_command *root, FILE *out)
{
    const struct script cases = {out, root, write_zsh_case};
    fputs("#compdef signpost\n"
          "# zsh completion for signpost, made by signpost --completion zsh\n"
          "_signpost() {\n"
          "    local at=\"\" word\n"
          "    local -a list\n"
          "    for word in ${words[2,CURRENT-1]}; do\n",
          out);
    write_walk(root, out);
    fputs("    case \"$at\" in\n", out);
    for_each_place(&cases);
    fputs("    esac\n"
          "    _describe signpost list || _files\n"
          "}\n"
          "_signpost \"$@\"\n",
          out);
}

/* What must have been typed before: all commands of the path, or none of the root's. */
static void write_fish_head(const struct place *place, FILE *out)
{
    fputs("complete -c signpost -n '", out);
    if (place->command == NULL)
        fputs("__fish_use_subcommand", out);
    if (place->group != NULL)
        fprintf(out, "__fish_seen_subcommand_from %s; and ", place->group->name);
    if (place->command != NULL)
        fprintf(out, "__fish_seen_subcommand_from %s", place->command->name);
    fputs("'", out);
}

/* A text in single quotes, where fish takes backslash and quote for its own. */
static void write_fish_text(const char *text, FILE *out)
{
    fputs(" -d '", out);
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs("'\n", out);
}

static void write_fish_lines(const struct script *script, const struct place *place,
                             const struct sp_command *command)
{
    FILE *const out = script->out;
    for (const struct sp_command *const *row = command->subcommands; row != NULL && *row != NULL;
         row++) {
        write_fish_head(place, out);
        fprintf(out, " -f -a %s", (*row)->name);
        write_fish_text((*row)->summary, out);
    }
    for (const struct sp_option *row = command->options; row != NULL && row->name != NULL; row++) {
        write_fish_head(place, out);
        fprintf(out, " -l %s%s", row->name, row->argument != NULL ? " -r" : "");
        write_fish_text(row->text, out);
    }
    for (unsigned code = CODE_MIN; takes_codes(command) && code <= CODE_MAX; code++) {
        const char *const phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
        if (phrase == NULL)
            continue;
        write_fish_head(place, out);
        fprintf(out, " -f -a %u", code);
        write_fish_text(phrase, out);
    }
}

static void write_fish(const struct sp_command *root, FILE *out)
{
    const struct script lines = {out, root, write_fish_lines};
    fputs("# fish completion for signpost, made by signpost --completion fish\n", out);
    for_each_place(&lines);
    fputs("complete -c signpost -l help -d 'what the command does'\n", out);
}

enum sp_err sp_completion_write(const struct sp_command *root, const char *shell, FILE *out)
{
    static const struct {
        const char *name;
        void (*write)(const struct sp_command *root, FILE *out);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    for (size_t k = 0; k < sizeof shells / sizeof shells[0]; k++) {
        if (strcmp(shells[k].name, shell) != 0)
            continue;
        shells[k].write(root, out);
        return SP_OK;
    }
    return SP_ERR_ABSENT;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The one binary: signpost SUBCOMMAND. The table of subcommands, and nothing else.
 */
#include "command/commands.h"
#include "command/completion.h"
#include "command/manual.h"

static const struct sp_option options[] = {
    {"version", NULL, "the version, and nothing else"},
    {"manual", "DATE", "the manual page as mdoc source, dated so"},
    {"completion", "SHELL", "a completion script for bash, zsh or fish"},
    {NULL, NULL, NULL},
};

static int run(const struct sp_command_line *line)
{
    const char *const date = sp_option_value(line, "manual");
    const char *const shell = sp_option_value(line, "completion");
    if (sp_option_given(line, "version")) {
        puts("signpost " SIGNPOST_VERSION);
    } else if (date != NULL) {
        sp_manual_write(line->command, date, stdout);
    } else if (shell == NULL) {
        sp_command_help(line, stderr);
        return SP_EXIT_USAGE;
    } else if (sp_completion_write(line->command, shell, stdout) != SP_OK) {
        return sp_command_misused(line, "--completion is bash, zsh or fish, not '%s'", shell);
    }
    return SP_EXIT_DONE;
}

static const struct sp_command *const commands[] = {
    &sp_command_init,    &sp_command_serve,   &sp_command_check,
    &sp_command_status,  &sp_command_route,   &sp_command_move,
    &sp_command_session, &sp_command_peer,    &sp_command_call,
    &sp_command_answer,  &sp_command_explain, &sp_command_compare,
    &sp_command_codes,   &sp_command_trace,   NULL,
};

static const struct sp_command root = {
    .name = "signpost",
    .summary = "every SIP response, explained and acted on",
    .about =
        "A SIP server that redirects and proxies, follows 301 and learns it, and negotiates\n"
        "session timers; a caller and a callee for tests; what every response code means; what\n"
        "went wrong in a capture.",
    .options = options,
    .subcommands = commands,
    .examples =
        "  signpost init                          a commented configuration, signpost.conf\n"
        "  signpost serve --config signpost.conf  the server\n"
        "  signpost route import moved.csv        its table of moved addresses\n"
        "  signpost call sip:15550000001@example.com\n"
        "                                         a test call that follows and negotiates\n"
        "  signpost move list                     what its proxy has learned from 301 and 302\n"
        "  signpost explain 422                   what a response asks for\n"
        "  signpost trace evening.pcap            what happened, and what to change\n",
    .run = run,
};

int main(int argc, char **argv)
{
    return sp_command_run(&root, argc, argv);
}

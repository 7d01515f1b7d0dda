/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost serve: the server, in the foreground.
 */
#include "admin/admin.h"
#include "command/commands.h"
#include "server/server.h"

static int run(const struct sp_command_line *line)
{
    struct sp_problems problems = {.count = 0};
    struct sp_server_problem problem;
    struct sp_server *server;
    const char *path = sp_option_value(line, "config");
    if (path == NULL)
        path = sp_config_default_path();
    const enum sp_err err = sp_server_new(path, &problems, &problem, &server);
    sp_problems_print(&problems, path == NULL ? "" : path, stderr);
    if (err != SP_OK && problems.errors > 0)
        return SP_EXIT_REFUSED;
    if (err != SP_OK)
        return sp_command_refuse(line, "%s",
                                 problem.text[0] != '\0' ? problem.text : sp_err_text(err));
    struct sp_admin *admin;
    if (sp_admin_open(server, &problem, &admin) != SP_OK) {
        sp_server_free(&server);
        return sp_command_refuse(line, "%s", problem.text);
    }
    const enum sp_err ended = sp_server_run(server);
    sp_admin_close(&admin);
    sp_server_free(&server);
    if (ended != SP_OK)
        return sp_command_refuse(line, "can't start its threads: %s", sp_err_text(ended));
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    {"config", "FILE",
     "its configuration; else SIGNPOST_CONFIG, ./signpost.conf, or /etc/signpost/signpost.conf"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_serve = {
    .name = "serve",
    .summary = "the server, in the foreground",
    .about =
        "Redirects (role = redirect) or passes on (role = proxy) SIP requests for the domains\n"
        "of its configuration. As a proxy it follows the 3xx of peers with follow = yes, keeps\n"
        "what they teach with learn = apply (`signpost move`), and negotiates session timers\n"
        "with session-timer { } (`signpost session`). Without a configuration it listens on\n"
        "127.0.0.1:5060 only and knows no domain.\n\n"
        "SIGHUP reads the configuration again and takes it whole or not at all. SIGTERM: it\n"
        "takes no new calls, answers what it has taken, waits 5 seconds for answers that were\n"
        "lost and are asked for again, and ends; after 32 seconds, or at a second SIGTERM, in any\n"
        "case.\n"
        "Log lines go to standard error.\n\n"
        "With admin = \"127.0.0.1:8060\" in its configuration it serves pages for a browser\n"
        "there: what every response code means, how often this server met it and in which calls,\n"
        "what the server does; the same as text for curl, as JSON, and for Prometheus at\n"
        "/metrics.",
    .options = options,
    .examples = "  signpost init && signpost serve\n",
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * How a server begins, runs, is reloaded and ends.
 */
#include "server/server.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/descriptor.h"
#include "net/entropy.h"
#include "server/control.h"
#include "server/log_sink.h"
#include "server/move_writer.h"
#include "server/session_journal.h"
#include "server/server_log.h"
#include "server/server_parts.h"
#include "server/secret.h"
#include "server/worker.h"

enum {
    DRAIN_S = 32, /* at most: 64 times T1, when nobody waits for an answer any more */
};

static void SP_PRINTF(2, 3) say(struct sp_server_problem *problem, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, values); /* a long one is cut */
    va_end(values);
}

static enum sp_err read_config(struct sp_server *server, const char *path,
                               struct sp_problems *problems)
{
    if (path == NULL)
        return sp_config_new(1, &server->config);
    if (strlen(path) >= sizeof server->path) {
        sp_problem_add(problems, 0, "the path is too long");
        return SP_ERR_RANGE;
    }
    memcpy(server->path, path, strlen(path) + 1);
    return sp_config_read(path, problems, &server->config);
}

static size_t worker_count(const struct sp_config *config)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = config->workers;
    if (count == 0)
        count = cores > 0 ? (size_t)cores : 1;
    return count < SP_SERVER_WORKERS_MAX ? count : SP_SERVER_WORKERS_MAX;
}

static enum sp_err open_store(struct sp_server *server, struct sp_server_problem *problem)
{
    struct sp_store_problem why = {""};
    const struct sp_store_options options = {
        .mode = SP_STORE_WRITE,
        .readers_max = (unsigned)server->shared.count * 2 + 16,
    };
    const enum sp_err err = sp_store_open(server->config->store, &options, &server->store, &why);
    if (err != SP_OK)
        say(problem, "%s", why.text);
    return err;
}

static enum sp_err load_secret(struct sp_server *server, struct sp_server_problem *problem)
{
    const char *const folder = sp_store_folder(server->store);
    const enum sp_err err = sp_secret_load(folder, server->shared.secret);
    const int error = errno;
    if (err == SP_ERR_SYNTAX)
        say(problem, "%s/secret is not a secret of 32 hexadecimal digits; remove it", folder);
    else if (err != SP_OK)
        say(problem, "%s/secret can't be read or made: %s", folder, strerror(error));
    return err;
}

static void say_listener(struct sp_server_problem *problem, const struct sp_listen *listen,
                         enum sp_err err)
{
    char text[SP_ADDRESS_TEXT_MAX];
    const char *const transport = sp_transport_param(listen->transport).ptr;
    (void)sp_address_text(&listen->address, text);
    if (err == SP_ERR_BUSY)
        say(problem, "%s %s is in use; end the program that has it, or change listen", transport,
            text);
    else if (err == SP_ERR_ABSENT)
        say(problem, "%s is no address of this machine; change listen", text);
    else if (err == SP_ERR_REFUSED)
        say(problem,
            "%s %s is not allowed; take a port above 1023, or give the program "
            "CAP_NET_BIND_SERVICE",
            transport, text);
    else
        say(problem, "%s %s can't be opened: %s", transport, text, sp_err_text(err));
}

/* For every connection, and for what else a server has open. */
static void ask_for_descriptors(struct sp_server *server)
{
    const size_t others = 64 * (server->shared.count + 1);
    const size_t wanted = server->config->tcp_connections_max + others;
    const size_t given = sp_descriptors_raise(wanted);
    if (given >= wanted || (sp_config_transports(server->config) & SP_TRANSPORT_TCP) == 0)
        return;
    struct sp_log_line line;
    sp_log_begin(&line, &server->log, SP_LOG_WARNING, "few-descriptors", sp_clock_now());
    sp_log_number(&line, "wanted", (int64_t)wanted);
    sp_log_number(&line, "given", (int64_t)given);
    sp_log_end(&line);
}

static enum sp_err make_workers(struct sp_server *server, struct sp_server_problem *problem)
{
    for (size_t i = 0; i < server->shared.count; i++) {
        size_t listener;
        const enum sp_err err =
            sp_worker_new(&server->shared, i, server->config, &listener, &server->workers[i]);
        if (err == SP_OK)
            continue;
        if (listener < server->config->listener_count)
            say_listener(problem, &server->config->listeners[listener], err);
        else
            say(problem, "worker %zu can't start: %s", i + 1, sp_err_text(err));
        return err;
    }
    return SP_OK;
}

static enum sp_err make_moves(struct sp_server *server)
{
    const struct sp_move_writer_options options = {
        .loop = server->loop,
        .store = server->store,
        .log = &server->log,
        .config = server->config,
    };
    return sp_move_writer_new(&options, &server->shared.moves);
}

static enum sp_err make_keeper(struct sp_server *server, struct sp_server_problem *problem)
{
    struct sp_journal_problem why = {""};
    const struct sp_session_keeper_options options = {
        .loop = server->loop,
        .log = &server->log,
    };
    const enum sp_err err =
        sp_session_journal_open(&server->shared, server->config, &options, &why);
    if (err != SP_OK)
        say(problem, "%s", why.text);
    return err;
}

static enum sp_err open_control(struct sp_server *server, struct sp_server_problem *problem)
{
    char path[SP_SERVER_PATH_MAX];
    if (!sp_control_path(server->config->control, sp_store_folder(server->store), path,
                         sizeof path))
        return SP_OK; /* a store in memory, and no `control`: nobody can ask */
    const enum sp_err err =
        sp_local_server_open(server->loop, path, sp_control_answer, server, &server->control);
    if (err != SP_OK)
        say(problem, "control socket %s: %s; change control", path, sp_control_error_text(err));
    return err;
}

static void worker_ended(void *context, struct sp_span letter)
{
    (void)letter; /* it says that a worker has ended; which one does not matter */
    struct sp_server *server = context;
    if (--server->running == 0)
        sp_loop_stop(server->loop);
}

static void stop_workers(void *context)
{
    struct sp_server *server = context;
    for (size_t i = 0; i < server->shared.count; i++)
        sp_ignore(sp_worker_stop(server->workers[i])); /* a full box is asked again by a signal */
}

static void answer_status(void *context, void *question)
{
    sp_control_answer(context, SP_SPAN("{\"command\":\"status\"}"), question);
}

static enum sp_err make_parts(struct sp_server *server)
{
    enum sp_err err = sp_loop_new(&server->loop);
    if (err == SP_OK)
        err = sp_mailbox_new(server->loop, 4096, worker_ended, server, &server->mailbox);
    if (err == SP_OK)
        err = sp_inquiry_new(server->loop, answer_status, server, &server->inquiry);
    if (err == SP_OK)
        err = sp_alarm_new(server->loop, stop_workers, server, &server->alarm);
    if (err == SP_OK)
        err = sp_entropy_fill(&server->shared.tag_key, sizeof server->shared.tag_key);
    if (err == SP_OK)
        err = sp_entropy_fill(&server->shared.owner_key, sizeof server->shared.owner_key);
    return err;
}

static enum sp_err watch_signals(struct sp_server *server);

enum sp_err sp_server_new(const char *path, struct sp_problems *problems,
                          struct sp_server_problem *problem, struct sp_server **server)
{
    problem->text[0] = '\0';
    struct sp_server *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    enum sp_err err = sp_log_stderr_init(&made->out);
    if (err != SP_OK) {
        free(made);
        return err;
    }
    err = read_config(made, path, problems);
    if (err != SP_OK)
        goto out;
    sp_log_init(&made->log, made->config->log, sp_log_to_stderr, &made->out);
    made->started = sp_clock_now();
    made->shared.sink = sp_log_to_stderr;
    made->shared.sink_context = &made->out;
    made->shared.count = worker_count(made->config);
    made->shared.workers = made->workers;
    atomic_init(&made->working, made->shared.count);
    made->shared.working = &made->working;
    err = make_parts(made);
    if (err == SP_OK)
        err = watch_signals(made); /* who sees our port may already ask us to end */
    if (err == SP_OK)
        err = open_store(made, problem);
    made->shared.store = made->store;
    if (err == SP_OK)
        err = make_moves(made);
    if (err == SP_OK)
        err = make_keeper(made, problem);
    if (err == SP_OK)
        err = load_secret(made, problem);
    if (err == SP_OK)
        ask_for_descriptors(made);
    if (err == SP_OK)
        err = make_workers(made, problem);
    if (err == SP_OK)
        err = sp_session_journal_restore(&made->shared, &made->log);
    if (err == SP_OK)
        err = open_control(made, problem);
out:
    if (err != SP_OK)
        sp_server_free(&made);
    else
        *server = made;
    return err;
}

void sp_server_free(struct sp_server **server)
{
    struct sp_server *gone = *server;
    if (gone == NULL)
        return;
    sp_local_server_close(&gone->control);
    for (size_t i = 0; i < gone->shared.count; i++)
        sp_worker_free(&gone->workers[i]);
    sp_session_keeper_free(&gone->shared.keeper);
    sp_move_writer_free(&gone->shared.moves);
    for (size_t i = 0; i < sizeof gone->signals / sizeof *gone->signals; i++)
        sp_signal_free(&gone->signals[i]);
    sp_alarm_free(&gone->alarm);
    sp_inquiry_free(&gone->inquiry);
    sp_mailbox_free(&gone->mailbox);
    sp_loop_free(&gone->loop);
    sp_store_close(&gone->store);
    sp_config_release(&gone->config);
    sp_log_stderr_fini(&gone->out);
    free(gone);
    *server = NULL;
}

static void asked_to_end(void *context)
{
    struct sp_server *server = context;
    if (server->is_ending) {
        stop_workers(server);
        return;
    }
    atomic_store(&server->is_ending, true);
    sp_server_log_event(server, "draining");
    for (size_t i = 0; i < server->shared.count; i++)
        sp_ignore(sp_worker_drain(server->workers[i])); /* a full box is stopped by the alarm */
    sp_alarm_set(server->alarm, sp_clock_now() + DRAIN_S * SP_SECOND);
}

enum sp_err sp_server_reload(struct sp_server *server, struct sp_problems *problems)
{
    struct sp_config *wanted;
    if (server->path[0] == '\0')
        return SP_ERR_ABSENT;
    if (server->is_ending) {
        sp_problem_add(problems, 0, "the server is ending");
        return SP_ERR_REFUSED;
    }
    const enum sp_err err = sp_config_read(server->path, problems, &wanted);
    if (err != SP_OK)
        return err;
    const char *const key = sp_config_needs_restart(server->config, wanted);
    if (key != NULL) {
        sp_problem_add(problems, 0, "%s has changed, which takes a restart", key);
        sp_config_release(&wanted);
        return SP_ERR_REFUSED;
    }
    memcpy(wanted->listeners, server->config->listeners, sizeof wanted->listeners);
    for (size_t i = 0; i < server->shared.count; i++) {
        while (sp_worker_configure(server->workers[i], wanted) != SP_OK)
            (void)sched_yield(); /* its box is full of datagrams, which it is about to read */
    }
    sp_move_writer_configure(server->shared.moves, wanted);
    if (server->shared.keeper != NULL)
        sp_session_keeper_reopen(server->shared.keeper);
    sp_config_release(&server->config);
    server->config = wanted;
    server->log.level = wanted->log;
    return SP_OK;
}

static void asked_to_reload(void *context)
{
    struct sp_server *server = context;
    struct sp_problems problems = {.count = 0};
    const enum sp_err err = sp_server_reload(server, &problems);
    sp_server_log_problems(server, &problems);
    sp_server_log_event(server, err == SP_OK ? "reloaded" : "reload-refused");
}

static void *thread_of(void *context)
{
    struct sp_server_seat *seat = context;
    sp_worker_run(seat->worker);
    SP_CHECK(sp_mailbox_put(seat->server->mailbox, SP_SPAN("ended"), sp_span_absent()) == SP_OK);
    return NULL;
}

static enum sp_err watch_signals(struct sp_server *server)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGPIPE, &ignore, NULL) != 0) /* a client of the control socket may go away */
        return SP_ERR_IO;
    enum sp_err err =
        sp_signal_new(server->loop, SIGTERM, asked_to_end, server, &server->signals[0]);
    if (err == SP_OK)
        err = sp_signal_new(server->loop, SIGINT, asked_to_end, server, &server->signals[1]);
    if (err == SP_OK)
        err = sp_signal_new(server->loop, SIGHUP, asked_to_reload, server, &server->signals[2]);
    return err;
}

enum sp_err sp_server_run(struct sp_server *server)
{
    enum sp_err err = SP_OK;
    size_t threads = 0;
    for (; err == SP_OK && threads < server->shared.count; threads++) {
        struct sp_server_seat *seat = &server->seats[threads];
        *seat = (struct sp_server_seat){.server = server, .worker = server->workers[threads]};
        server->running++;
        if (pthread_create(&seat->thread, NULL, thread_of, seat) != 0) {
            server->running--;
            err = SP_ERR_IO;
            break;
        }
    }
    if (err == SP_OK) {
        sp_server_log_listeners(server);
        sp_server_log_event(server, "started");
    } else {
        stop_workers(server);
    }
    if (server->running > 0)
        sp_loop_run(server->loop);
    for (size_t i = 0; i < threads; i++)
        SP_CHECK(pthread_join(server->seats[i].thread, NULL) == 0);
    atomic_store(&server->is_ending, true);
    sp_inquiry_close(server->inquiry);
    for (size_t i = 0; i < server->shared.count; i++)
        sp_worker_end(server->workers[i]);
    sp_server_log_event(server, "ended");
    return err;
}

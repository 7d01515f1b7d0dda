/* SPDX-License-Identifier: Apache-2.0
 *
 * A closed-loop load of calls over UDP on loopback: it plays the callers and, on a socket of its
 * own, the callee behind the server. WINDOW calls are open at a time; each is INVITE, 180, 200,
 * ACK, BYE, 200, and ends with the last. With --stay the calls are not ended: what they leave
 * behind is what an idle call costs. How it repeats, measures and tells stands in run.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "batch.h"
#include "dialogue.h"
#include "run.h"

struct options {
    struct dialogue_plan plan;
    struct run_plan run;
    uint16_t port;
    uint32_t window;
    uint64_t numbers;
    bool stays; /* no BYE */
};

struct call {
    struct dialogue dialogue;
    struct run_try open;
    uint32_t generation;
    bool is_ending; /* the BYE went out */
    uint64_t begun_ns;
};

struct load {
    struct options options;
    struct sockaddr_in server;
    struct batch caller_in, caller_out, callee_in, callee_out;
    struct run run;
    struct call *calls;
};

static void send_again(struct load *load, struct call *call, uint64_t now)
{
    char *out = batch_room(&load->caller_out);
    const size_t len = call->is_ending ? dialogue_bye(&load->options.plan, &call->dialogue, out)
                                       : dialogue_invite(&load->options.plan, &call->dialogue, out);
    batch_add(&load->caller_out, len, &load->server);
    call->open.sent_ns = now;
    call->open.count++;
}

static void begin(struct load *load, uint32_t index, uint64_t now)
{
    struct call *call = &load->calls[index];
    call->generation++;
    call->dialogue.name = (uint64_t)call->generation << 32 | index;
    call->dialogue.number = (call->dialogue.name * 2654435761U) % load->options.numbers;
    call->open.count = 0;
    call->is_ending = false;
    call->begun_ns = now;
    send_again(load, call, now);
}

static void finish(struct load *load, uint32_t index, uint64_t now)
{
    run_note(&load->run, 200, now - load->calls[index].begun_ns);
    begin(load, index, now);
}

/* The call was answered: the ACK, and at once the BYE. */
static void end(struct load *load, struct call *call, const struct dialogue_message *answer,
                uint64_t now)
{
    if (!dialogue_learn(answer, &call->dialogue))
        return;
    char *out = batch_room(&load->caller_out);
    batch_add(&load->caller_out, dialogue_ack(&load->options.plan, &call->dialogue, out),
              &load->server);
    if (call->is_ending) /* its 200 came again */
        return;
    if (load->options.stays) {
        finish(load, (uint32_t)call->dialogue.name, now);
        return;
    }
    call->is_ending = true;
    call->open.count = 0;
    send_again(load, call, now);
}

static void take_answer(struct load *load, const char *octets, size_t len, uint64_t now)
{
    struct dialogue_message answer;
    if (!dialogue_read(octets, len, &answer) || answer.kind != DIALOGUE_ANSWER ||
        answer.status < 200 || answer.status >= RUN_STATUS_MAX)
        return;
    const uint32_t index = (uint32_t)answer.name;
    if (index >= load->options.window || load->calls[index].dialogue.name != answer.name) {
        load->run.late++;
        return;
    }
    struct call *call = &load->calls[index];
    if (!answer.is_of_bye && answer.status < 300) {
        end(load, call, &answer, now);
        return;
    }
    if (answer.status < 300) {
        finish(load, index, now);
        return;
    }
    load->run.status[answer.status]++; /* refused */
    begin(load, index, now);
}

static void answer_request(struct load *load, const char *octets, size_t len,
                           const struct sockaddr_in *peer)
{
    struct dialogue_message request;
    if (!dialogue_read(octets, len, &request) ||
        (request.kind != DIALOGUE_INVITE && request.kind != DIALOGUE_BYE))
        return;
    for (int status = request.kind == DIALOGUE_INVITE ? 180 : 200; status <= 200; status += 20) {
        const size_t written =
            dialogue_answer(&load->options.plan, &request, status, batch_room(&load->callee_out));
        if (written > 0)
            batch_add(&load->callee_out, written, peer);
    }
}

static void repeat_late_ones(struct load *load, uint64_t now)
{
    if (!run_looks(&load->run, now))
        return;
    for (uint32_t i = 0; i < load->options.window; i++) {
        struct call *call = &load->calls[i];
        switch (run_look(&load->run, &call->open, now)) {
        case RUN_WAITS:
            break;
        case RUN_IS_LATE:
            send_again(load, call, now);
            break;
        case RUN_IS_LOST:
            begin(load, i, now);
            break;
        }
    }
}

/* One turn: what came in at either end, what is due, what goes out. The time at its start. */
static uint64_t turn(void *context)
{
    struct load *load = context;
    struct pollfd ready[2] = {
        {.fd = load->caller_in.fd, .events = POLLIN},
        {.fd = load->callee_in.fd, .events = POLLIN},
    };
    (void)poll(ready, 2, RUN_WAIT_MS); /* nothing ready is what the clock is for */
    const uint64_t now = run_now_ns();
    if (ready[1].revents != 0 && batch_receive(&load->callee_in) > 0) {
        for (unsigned i = 0; i < load->callee_in.count; i++)
            answer_request(load, load->callee_in.octets[i], load->callee_in.header[i].msg_len,
                           &load->callee_in.peer[i]);
        batch_flush(&load->callee_out);
    }
    if (ready[0].revents != 0 && batch_receive(&load->caller_in) > 0) {
        for (unsigned i = 0; i < load->caller_in.count; i++)
            take_answer(load, load->caller_in.octets[i], load->caller_in.header[i].msg_len, now);
    }
    repeat_late_ones(load, now);
    batch_flush(&load->caller_out);
    return now;
}

static bool measure(struct load *load)
{
    const uint64_t now = run_now_ns();
    for (uint32_t i = 0; i < load->options.window; i++)
        begin(load, i, now);
    batch_flush(&load->caller_out);
    return run_measure(&load->run, &load->options.run, turn, load, "call");
}

static bool set_up(struct load *load)
{
    const struct options *options = &load->options;
    const int caller = batch_socket("127.0.0.1", options->plan.caller_port);
    const int callee = batch_socket("127.0.0.1", options->plan.callee_port);
    load->calls = calloc(options->window, sizeof *load->calls);
    if (caller < 0 || callee < 0 || load->calls == NULL)
        return false;
    load->server = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(options->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    batch_init(&load->caller_in, caller);
    batch_init(&load->caller_out, caller);
    batch_init(&load->callee_in, callee);
    batch_init(&load->callee_out, callee);
    for (uint32_t i = 0; i < options->window; i++)
        load->calls[i].generation =
            (uint32_t)run_now_ns(); /* late answers to an earlier run differ */
    return true;
}

static const char USAGE[] =
    "usage: calls --port PORT --caller-port PORT --callee-port PORT [--window 256]\n"
    "             [--domain example.com] [--numbers 1000000] [--warm 1] [--seconds 4]\n"
    "             [--calls N] [--stay] [--pids PID[,PID...]]\n"
    "Places calls over UDP in a closed loop, answers them, and prints one line of JSON.\n";

static bool set_option(struct options *options, int letter, char *value)
{
    switch (letter) {
    case 'p':
        options->port = (uint16_t)strtoul(value, NULL, 10);
        return true;
    case 'a':
        options->plan.caller_port = (uint16_t)strtoul(value, NULL, 10);
        return true;
    case 'b':
        options->plan.callee_port = (uint16_t)strtoul(value, NULL, 10);
        return true;
    case 'w':
        options->window = (uint32_t)strtoul(value, NULL, 10);
        return options->window >= 1 && options->window <= RUN_WINDOW_MAX;
    case 'd':
        options->plan.domain = value;
        return true;
    case 'n':
        options->numbers = strtoull(value, NULL, 10);
        return options->numbers >= 1;
    case 'y':
        options->stays = true;
        return true;
    default:
        return run_set_option(&options->run, letter, value);
    }
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},
        {"caller-port", required_argument, NULL, 'a'},
        {"callee-port", required_argument, NULL, 'b'},
        {"window", required_argument, NULL, 'w'},
        {"domain", required_argument, NULL, 'd'},
        {"numbers", required_argument, NULL, 'n'},
        {"calls", required_argument, NULL, 'c'},
        {"warm", required_argument, NULL, 'W'},
        {"seconds", required_argument, NULL, 's'},
        {"stay", no_argument, NULL, 'y'},
        {"pids", required_argument, NULL, 'P'},
        {NULL, 0, NULL, 0},
    };
    for (int letter; (letter = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (!set_option(options, letter, optarg))
            return false;
    }
    return optind == argc && options->port != 0 && options->plan.caller_port != 0 &&
           options->plan.callee_port != 0;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof *load);
    if (load == NULL) {
        perror("calls");
        return 1;
    }
    load->options = (struct options){
        .plan = {.domain = "example.com", .prefix = "1555", .digits = 7},
        .run = {.warm_s = 1, .measure_s = 4},
        .window = 256,
        .numbers = 1000000,
    };
    int result = 0;
    if (!read_options(argc, argv, &load->options)) {
        fputs(USAGE, stderr);
        result = 2;
    } else if (!set_up(load) || !measure(load)) {
        perror("calls");
        result = 1;
    }
    free(load->calls);
    free(load);
    return result;
}

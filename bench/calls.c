/* SPDX-License-Identifier: Apache-2.0
 *
 * A closed-loop load of calls over UDP on loopback: it plays the callers and, on a socket of its
 * own, the callee behind the server. WINDOW calls are open at a time; each is INVITE, 180, 200,
 * ACK, BYE, 200, and ends with the last. What is not answered within 500 ms is sent again, doubled
 * each time, and a call given up as lost after five tries. With --stay the calls are not ended:
 * what they leave behind is what an idle call costs.
 *
 * After --warm seconds it measures for --seconds (or until --calls have ended), then prints one
 * line of JSON as bench/load.c does, with the CPU time which the processes in --pids used for one
 * call.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "cpu.h"
#include "dialogue.h"
#include "histogram.h"

enum {
    WINDOW_MAX = 65536,
    PIDS_MAX = 64,
    TRIES_MAX = 5,
    WAIT_MS = 20 /* for a datagram, before the clock is read again */
};

static const uint64_t SECOND_NS = 1000000000;
static const uint64_t T1_NS = 500000000;  /* RFC 3261 §17.1.1.1 */
static const uint64_t SCAN_NS = 50000000; /* how often the window is searched for late ones */

struct options {
    struct dialogue_plan plan;
    uint16_t port;
    uint32_t window;
    uint64_t numbers;
    uint64_t calls; /* 0: as many as there is time for */
    bool stays;     /* no BYE */
    double warm_s, measure_s;
    int pid_count;
    pid_t pids[PIDS_MAX];
};

struct call {
    struct dialogue dialogue;
    uint32_t generation;
    int tries;
    bool is_ending; /* the BYE went out */
    uint64_t begun_ns, sent_ns;
};

struct tally {
    uint64_t done, lost, repeated, late, refused;
    struct histogram waits;
};

struct load {
    struct options options;
    struct sockaddr_in server;
    struct batch caller_in, caller_out, callee_in, callee_out;
    struct tally tally;
    uint64_t scanned_ns;
    struct call *calls;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static void send_again(struct load *load, struct call *call, uint64_t now)
{
    char *out = batch_room(&load->caller_out);
    const size_t len = call->is_ending ? dialogue_bye(&load->options.plan, &call->dialogue, out)
                                       : dialogue_invite(&load->options.plan, &call->dialogue, out);
    batch_add(&load->caller_out, len, &load->server);
    call->sent_ns = now;
    call->tries++;
}

static void begin(struct load *load, uint32_t index, uint64_t now)
{
    struct call *call = &load->calls[index];
    call->generation++;
    call->dialogue.name = (uint64_t)call->generation << 32 | index;
    call->dialogue.number = (call->dialogue.name * 2654435761U) % load->options.numbers;
    call->tries = 0;
    call->is_ending = false;
    call->begun_ns = now;
    send_again(load, call, now);
}

static void finish(struct load *load, uint32_t index, uint64_t now)
{
    load->tally.done++;
    histogram_add(&load->tally.waits, now - load->calls[index].begun_ns);
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
    call->tries = 0;
    send_again(load, call, now);
}

static void take_answer(struct load *load, const char *octets, size_t len, uint64_t now)
{
    struct dialogue_message answer;
    if (!dialogue_read(octets, len, &answer) || answer.kind != DIALOGUE_ANSWER ||
        answer.status < 200)
        return;
    const uint32_t index = (uint32_t)answer.name;
    if (index >= load->options.window || load->calls[index].dialogue.name != answer.name) {
        load->tally.late++;
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
    load->tally.refused++;
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
    if (now - load->scanned_ns < SCAN_NS)
        return;
    load->scanned_ns = now;
    for (uint32_t i = 0; i < load->options.window; i++) {
        struct call *call = &load->calls[i];
        if (now - call->sent_ns < T1_NS << (call->tries - 1))
            continue;
        if (call->tries < TRIES_MAX) {
            load->tally.repeated++;
            send_again(load, call, now);
        } else {
            load->tally.lost++;
            begin(load, i, now);
        }
    }
}

/* One turn: what came in at either end, what is due, what goes out. The time at its start. */
static uint64_t turn(struct load *load)
{
    struct pollfd ready[2] = {
        {.fd = load->caller_in.fd, .events = POLLIN},
        {.fd = load->callee_in.fd, .events = POLLIN},
    };
    (void)poll(ready, 2, WAIT_MS); /* nothing ready is what the clock is for */
    const uint64_t now = now_ns();
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

/* Runs for `seconds`, or until `calls` have ended; how long it was. */
static uint64_t run(struct load *load, double seconds, uint64_t calls)
{
    const uint64_t from = now_ns();
    const uint64_t wanted = (uint64_t)(seconds * (double)SECOND_NS);
    for (;;) {
        const uint64_t now = turn(load);
        if (calls != 0 ? load->tally.done + load->tally.lost >= calls : now - from >= wanted)
            return now - from;
    }
}

static void report(const struct load *load, uint64_t ran_ns, uint64_t cpu_ns)
{
    const struct tally *tally = &load->tally;
    const double done = tally->done > 0 ? (double)tally->done : 1;
    printf("{\"mode\":\"call\",\"calls\":%" PRIu64 ",\"seconds\":%.2f,\"rate\":%.0f,"
           "\"cpu_us\":%.3f,\"cpu_share\":%.3f",
           tally->done, (double)ran_ns / 1e9, (double)tally->done * 1e9 / (double)ran_ns,
           (double)cpu_ns / 1e3 / done, (double)cpu_ns / (double)ran_ns);
    printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f",
           (double)histogram_share_ns(&tally->waits, 0.5) / 1e3,
           (double)histogram_share_ns(&tally->waits, 0.99) / 1e3,
           (double)tally->waits.max_ns / 1e3);
    printf(",\"repeated\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"late\":%" PRIu64
           ",\"refused\":%" PRIu64 "}\n",
           tally->repeated, tally->lost, tally->late, tally->refused);
}

static void measure(struct load *load)
{
    const struct options *options = &load->options;
    const uint64_t now = now_ns();
    for (uint32_t i = 0; i < options->window; i++)
        begin(load, i, now);
    batch_flush(&load->caller_out);
    (void)run(load, options->warm_s, 0); /* how long does not matter */
    memset(&load->tally, 0, sizeof load->tally);
    const uint64_t cpu_before_ns = cpu_time_ns(options->pids, options->pid_count);
    const uint64_t ran_ns = run(load, options->measure_s, options->calls);
    report(load, ran_ns, cpu_time_ns(options->pids, options->pid_count) - cpu_before_ns);
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
        load->calls[i].generation = (uint32_t)now_ns(); /* late answers to an earlier run differ */
    return true;
}

static const char USAGE[] =
    "usage: calls --port PORT --caller-port PORT --callee-port PORT [--window 256]\n"
    "             [--domain example.com] [--numbers 1000000] [--warm 1] [--seconds 4]\n"
    "             [--calls N] [--stay] [--pids PID[,PID...]]\n"
    "Places calls over UDP in a closed loop, answers them, and prints one line of JSON.\n";

static void read_pids(char *list, struct options *options)
{
    char *rest = NULL;
    for (char *pid = strtok_r(list, ", ", &rest); pid != NULL && options->pid_count < PIDS_MAX;
         pid = strtok_r(NULL, ", ", &rest))
        options->pids[options->pid_count++] = (pid_t)strtol(pid, NULL, 10);
}

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
        return options->window >= 1 && options->window <= WINDOW_MAX;
    case 'd':
        options->plan.domain = value;
        return true;
    case 'n':
        options->numbers = strtoull(value, NULL, 10);
        return options->numbers >= 1;
    case 'c':
        options->calls = strtoull(value, NULL, 10);
        return true;
    case 'W':
        options->warm_s = strtod(value, NULL);
        return options->warm_s >= 0;
    case 's':
        options->measure_s = strtod(value, NULL);
        return options->measure_s > 0;
    case 'y':
        options->stays = true;
        return true;
    case 'P':
        read_pids(value, options);
        return true;
    default:
        return false;
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
        .window = 256,
        .numbers = 1000000,
        .warm_s = 1,
        .measure_s = 4,
    };
    int result = 0;
    if (!read_options(argc, argv, &load->options)) {
        fputs(USAGE, stderr);
        result = 2;
    } else if (!set_up(load)) {
        perror("calls");
        result = 1;
    } else {
        measure(load);
    }
    free(load->calls);
    free(load);
    return result;
}

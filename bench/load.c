/* SPDX-License-Identifier: Apache-2.0
 *
 * A closed-loop SIP load over UDP on loopback: keeps WINDOW transactions open and starts the next
 * when one ends. --mode redirect sends an INVITE to a random number, takes the final answer and
 * sends the ACK; --mode options sends OPTIONS. How it repeats, measures and tells stands in run.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "batch.h"
#include "exchange.h"
#include "run.h"

struct options {
    struct exchange_plan plan;
    struct run_plan run;
    const char *mode;
    const char *target;
    uint16_t port;
    uint32_t window;
    uint64_t numbers; /* how many follow the prefix: 0 to numbers - 1 */
    uint64_t seed;
};

struct slot {
    struct run_try open;
    uint32_t generation;
    uint64_t begun_ns;
    struct exchange exchange;
};

struct load {
    struct options options;
    struct sockaddr_in target;
    struct batch in;
    struct batch out;
    struct run run;
    uint64_t random;
    struct slot *slots;
};

/* SplitMix64: equal seeds call equal numbers. */
static uint64_t random_u64(struct load *load)
{
    uint64_t mixed = load->random += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}

static void send_request(struct load *load, struct slot *slot, uint64_t now)
{
    const struct form *request = &slot->exchange.request;
    memcpy(batch_room(&load->out), request->octets, request->len);
    batch_add(&load->out, request->len, &load->target);
    slot->open.sent_ns = now;
    slot->open.count++;
}

static void begin(struct load *load, uint32_t index, uint64_t now)
{
    struct slot *slot = &load->slots[index];
    slot->generation++;
    slot->open.count = 0;
    slot->begun_ns = now;
    exchange_name(&slot->exchange, index, slot->generation,
                  random_u64(load) % load->options.numbers, load->options.plan.digits);
    send_request(load, slot, now);
}

static void acknowledge(struct load *load, const struct slot *slot, const struct answer *answer)
{
    if (load->options.plan.method[0] != 'I' || answer->status < 300)
        return;
    char *out = batch_room(&load->out);
    const size_t len = exchange_ack(&slot->exchange, answer, out, DATAGRAM_MAX);
    if (len > 0)
        batch_add(&load->out, len, &load->target);
}

static void take_answer(struct load *load, const char *octets, size_t len, uint64_t now)
{
    struct answer answer;
    if (!answer_read(octets, len, &answer) || answer.slot >= load->options.window ||
        answer.status < 200 || answer.status >= RUN_STATUS_MAX)
        return;
    struct slot *slot = &load->slots[answer.slot];
    if (slot->generation != answer.generation) {
        load->run.late++;
        return;
    }
    acknowledge(load, slot, &answer);
    run_note(&load->run, answer.status, now - slot->begun_ns);
    begin(load, answer.slot, now);
}

static void repeat_late_ones(struct load *load, uint64_t now)
{
    if (!run_looks(&load->run, now))
        return;
    for (uint32_t i = 0; i < load->options.window; i++) {
        struct slot *slot = &load->slots[i];
        switch (run_look(&load->run, &slot->open, now)) {
        case RUN_WAITS:
            break;
        case RUN_IS_LATE:
            send_request(load, slot, now);
            break;
        case RUN_IS_LOST:
            begin(load, i, now);
            break;
        }
    }
}

/* One turn: what came in, what is due, what goes out. The time at its start; 0 on an error. */
static uint64_t turn(void *context)
{
    struct load *load = context;
    const int count = batch_receive(&load->in);
    if (count < 0)
        return 0;
    const uint64_t now = run_now_ns();
    for (int i = 0; i < count; i++)
        take_answer(load, load->in.octets[i], load->in.header[i].msg_len, now);
    repeat_late_ones(load, now);
    batch_flush(&load->out);
    return now;
}

static bool measure(struct load *load)
{
    const uint64_t now = run_now_ns();
    for (uint32_t i = 0; i < load->options.window; i++)
        begin(load, i, now);
    return run_measure(&load->run, &load->options.run, turn, load, load->options.mode);
}

static bool set_up(struct load *load)
{
    struct options *options = &load->options;
    load->target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(options->port)};
    if (inet_pton(AF_INET, options->target, &load->target.sin_addr) != 1) {
        errno = EINVAL;
        return false;
    }
    const int fd = batch_socket(options->plan.local, options->plan.local_port);
    const struct timeval wait = {.tv_usec = RUN_WAIT_MS * 1000};
    struct sockaddr_in own;
    socklen_t own_len = sizeof own;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
        getsockname(fd, (struct sockaddr *)&own, &own_len) != 0)
        return false;
    options->plan.local_port = ntohs(own.sin_port);
    batch_init(&load->in, fd);
    batch_init(&load->out, fd);
    load->random = options->seed;
    load->slots = calloc(options->window, sizeof *load->slots);
    if (load->slots == NULL)
        return false;
    for (uint32_t i = 0; i < options->window; i++) {
        load->slots[i].generation =
            (uint32_t)run_now_ns(); /* late answers to an earlier run differ */
        if (!exchange_init(&load->slots[i].exchange, &options->plan))
            return false;
    }
    return true;
}

static const char USAGE[] =
    "usage: load --port PORT [--target 127.0.0.1] [--mode redirect|options] [--window 256]\n"
    "            [--domain example.com] [--prefix 1555] [--digits 7] [--numbers 1000000]\n"
    "            [--seed 1] [--warm 1] [--seconds 4] [--pids PID[,PID...]]\n"
    "Sends SIP over UDP in a closed loop and prints one line of JSON.\n";

static bool set_option(struct options *options, int letter, char *value)
{
    switch (letter) {
    case 'p':
        options->port = (uint16_t)strtoul(value, NULL, 10);
        return true;
    case 't':
        options->target = value;
        return true;
    case 'm':
        options->mode = value;
        options->plan.method = strcmp(value, "options") == 0 ? "OPTIONS" : "INVITE";
        return strcmp(value, "options") == 0 || strcmp(value, "redirect") == 0;
    case 'w':
        options->window = (uint32_t)strtoul(value, NULL, 10);
        return options->window >= 1 && options->window <= RUN_WINDOW_MAX;
    case 'd':
        options->plan.domain = value;
        return true;
    case 'x':
        options->plan.prefix = value;
        return true;
    case 'g':
        options->plan.digits = (int)strtol(value, NULL, 10);
        return options->plan.digits >= 1 && options->plan.digits <= NUMBER_LEN_MAX;
    case 'n':
        options->numbers = strtoull(value, NULL, 10);
        return options->numbers >= 1;
    case 'r':
        options->seed = strtoull(value, NULL, 10);
        return true;
    default:
        return run_set_option(&options->run, letter, value);
    }
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},
        {"target", required_argument, NULL, 't'},
        {"mode", required_argument, NULL, 'm'},
        {"window", required_argument, NULL, 'w'},
        {"domain", required_argument, NULL, 'd'},
        {"prefix", required_argument, NULL, 'x'},
        {"digits", required_argument, NULL, 'g'},
        {"numbers", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 'r'},
        {"warm", required_argument, NULL, 'W'},
        {"seconds", required_argument, NULL, 's'},
        {"pids", required_argument, NULL, 'P'},
        {NULL, 0, NULL, 0},
    };
    for (int letter; (letter = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (!set_option(options, letter, optarg))
            return false;
    }
    return optind == argc && options->port != 0;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof *load);
    if (load == NULL) {
        perror("load");
        return 1;
    }
    load->options = (struct options){
        .plan = {.method = "INVITE",
                 .domain = "example.com",
                 .prefix = "1555",
                 .digits = 7,
                 .local = "127.0.0.1"},
        .run = {.warm_s = 1, .measure_s = 4},
        .mode = "redirect",
        .target = "127.0.0.1",
        .window = 256,
        .numbers = 1000000,
        .seed = 1,
    };
    int result = 0;
    if (!read_options(argc, argv, &load->options)) {
        fputs(USAGE, stderr);
        result = 2;
    } else if (!set_up(load) || !measure(load)) {
        perror("load");
        result = 1;
    }
    free(load->slots);
    free(load);
    return result;
}

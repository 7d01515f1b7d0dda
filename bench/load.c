/* SPDX-License-Identifier: Apache-2.0
 *
 * A closed-loop SIP load over UDP on loopback: keeps WINDOW transactions open, starts the next when
 * one ends, sends a request again after 500 ms, doubled each time, and gives it up as lost after
 * five tries (RFC 3261 §17.1.2.2 in short). --mode redirect sends an INVITE to a random number,
 * takes the final answer and sends the ACK; --mode options sends OPTIONS.
 *
 * After --warm seconds it measures for --seconds, then prints one line of JSON: transactions, rate,
 * waiting times, answers by code, losses, and the CPU time which the processes in --pids used for
 * one transaction. That last figure is the one that holds on a noisy machine.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "batch.h"
#include "cpu.h"
#include "exchange.h"
#include "histogram.h"

enum {
    WINDOW_MAX = 65536,
    PIDS_MAX = 64,
    STATUS_MAX = 700,
    TRIES_MAX = 5,
    WAIT_MS = 20 /* for a datagram, before the clock is read again */
};

static const uint64_t SECOND_NS = 1000000000;
static const uint64_t T1_NS = 500000000;  /* RFC 3261 §17.1.1.1 */
static const uint64_t SCAN_NS = 50000000; /* how often the window is searched for late ones */

struct options {
    struct exchange_plan plan;
    const char *mode;
    const char *target;
    uint16_t port;
    uint32_t window;
    uint64_t numbers; /* how many follow the prefix: 0 to numbers - 1 */
    uint64_t seed;
    double warm_s;
    double measure_s;
    int pid_count;
    pid_t pids[PIDS_MAX];
};

struct slot {
    uint32_t generation;
    int tries;
    uint64_t begun_ns;
    uint64_t sent_ns;
    struct exchange exchange;
};

struct tally {
    uint64_t done;
    uint64_t lost;
    uint64_t repeated;
    uint64_t late; /* answers to what had already ended */
    uint64_t status[STATUS_MAX];
    struct histogram waits;
};

struct load {
    struct options options;
    struct sockaddr_in target;
    struct batch in;
    struct batch out;
    struct tally tally;
    uint64_t random;
    uint64_t scanned_ns;
    struct slot *slots;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

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
    slot->sent_ns = now;
    slot->tries++;
}

static void begin(struct load *load, uint32_t index, uint64_t now)
{
    struct slot *slot = &load->slots[index];
    slot->generation++;
    slot->tries = 0;
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
        answer.status < 200 || answer.status >= STATUS_MAX)
        return;
    struct slot *slot = &load->slots[answer.slot];
    if (slot->generation != answer.generation) {
        load->tally.late++;
        return;
    }
    acknowledge(load, slot, &answer);
    load->tally.done++;
    load->tally.status[answer.status]++;
    histogram_add(&load->tally.waits, now - slot->begun_ns);
    begin(load, answer.slot, now);
}

static void repeat_late_ones(struct load *load, uint64_t now)
{
    if (now - load->scanned_ns < SCAN_NS)
        return;
    load->scanned_ns = now;
    for (uint32_t i = 0; i < load->options.window; i++) {
        struct slot *slot = &load->slots[i];
        if (now - slot->sent_ns < T1_NS << (slot->tries - 1))
            continue;
        if (slot->tries < TRIES_MAX) {
            load->tally.repeated++;
            send_request(load, slot, now);
        } else {
            load->tally.lost++;
            begin(load, i, now);
        }
    }
}

/* One turn: what came in, what is due, what goes out. The time at its start; 0 on an error. */
static uint64_t turn(struct load *load)
{
    const int count = batch_receive(&load->in);
    if (count < 0)
        return 0;
    const uint64_t now = now_ns();
    for (int i = 0; i < count; i++)
        take_answer(load, load->in.octets[i], load->in.header[i].msg_len, now);
    repeat_late_ones(load, now);
    batch_flush(&load->out);
    return now;
}

/* Runs for `seconds`; how long it really was, or 0 on an error. */
static uint64_t run(struct load *load, double seconds)
{
    const uint64_t from = now_ns();
    const uint64_t wanted = (uint64_t)(seconds * (double)SECOND_NS);
    for (;;) {
        const uint64_t now = turn(load);
        if (now == 0 || now - from >= wanted)
            return now == 0 ? 0 : now - from;
    }
}

static void report(const struct load *load, uint64_t ran_ns, uint64_t cpu_ns)
{
    const struct tally *tally = &load->tally;
    const double done = tally->done > 0 ? (double)tally->done : 1;
    printf("{\"mode\":\"%s\",\"transactions\":%" PRIu64 ",\"seconds\":%.2f,\"rate\":%.0f,"
           "\"cpu_us\":%.3f,\"cpu_share\":%.3f",
           load->options.mode, tally->done, (double)ran_ns / 1e9,
           (double)tally->done * 1e9 / (double)ran_ns, (double)cpu_ns / 1e3 / done,
           (double)cpu_ns / (double)ran_ns);
    printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f",
           (double)histogram_share_ns(&tally->waits, 0.5) / 1e3,
           (double)histogram_share_ns(&tally->waits, 0.99) / 1e3,
           (double)histogram_share_ns(&tally->waits, 0.999) / 1e3,
           (double)tally->waits.max_ns / 1e3);
    printf(",\"repeated\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"late\":%" PRIu64 ",\"status\":{",
           tally->repeated, tally->lost, tally->late);
    const char *comma = "";
    for (int status = 200; status < STATUS_MAX; status++) {
        if (tally->status[status] == 0)
            continue;
        printf("%s\"%d\":%" PRIu64, comma, status, tally->status[status]);
        comma = ",";
    }
    puts("}}");
}

static bool measure(struct load *load)
{
    const struct options *options = &load->options;
    const uint64_t now = now_ns();
    for (uint32_t i = 0; i < options->window; i++)
        begin(load, i, now);
    if (run(load, options->warm_s) == 0)
        return false;
    memset(&load->tally, 0, sizeof load->tally);
    const uint64_t cpu_before_ns = cpu_time_ns(options->pids, options->pid_count);
    const uint64_t ran_ns = run(load, options->measure_s);
    if (ran_ns == 0)
        return false;
    report(load, ran_ns, cpu_time_ns(options->pids, options->pid_count) - cpu_before_ns);
    return true;
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
    const struct timeval wait = {.tv_usec = WAIT_MS * 1000};
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
        load->slots[i].generation = (uint32_t)now_ns(); /* late answers to an earlier run differ */
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

static int read_pids(char *list, pid_t *pids)
{
    int count = 0;
    char *rest = NULL;
    for (char *pid = strtok_r(list, ", ", &rest); pid != NULL && count < PIDS_MAX;
         pid = strtok_r(NULL, ", ", &rest))
        pids[count++] = (pid_t)strtol(pid, NULL, 10);
    return count;
}

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
        return options->window >= 1 && options->window <= WINDOW_MAX;
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
    case 'W':
        options->warm_s = strtod(value, NULL);
        return options->warm_s >= 0;
    case 's':
        options->measure_s = strtod(value, NULL);
        return options->measure_s > 0;
    case 'P':
        options->pid_count = read_pids(value, options->pids);
        return true;
    default:
        return false;
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
        .mode = "redirect",
        .target = "127.0.0.1",
        .window = 256,
        .numbers = 1000000,
        .seed = 1,
        .warm_s = 1,
        .measure_s = 4,
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

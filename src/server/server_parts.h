/* SPDX-License-Identifier: Apache-2.0
 *
 * A server from within, for its two files: server.c (its life) and server_look.c (what others may
 * know of it).
 */
#ifndef SP_SERVER_SERVER_PARTS_H
#define SP_SERVER_SERVER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "net/inquiry.h"
#include "net/local_server.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "server/log_sink.h"
#include "server/server.h"
#include "server/worker.h"

enum {
    SP_SERVER_WORKERS_MAX = 64,
    SP_SERVER_PATH_MAX = 1024,
};

struct sp_server_seat {
    struct sp_server *server;
    struct sp_worker *worker;
    pthread_t thread;
};

struct sp_server {
    char path[SP_SERVER_PATH_MAX]; /* of the configuration; empty: none */
    struct sp_config *config;      /* held */
    struct sp_store *store;
    struct sp_loop *loop;
    struct sp_mailbox *mailbox; /* a letter from each worker that has ended */
    struct sp_alarm *alarm;     /* when draining takes too long */
    struct sp_signal *signals[3];
    struct sp_local_server *control;
    struct sp_inquiry *inquiry; /* what other threads ask the main thread */
    struct sp_log_stderr out;   /* where all logs go */
    struct sp_log log;
    sp_time started;
    struct sp_worker_shared shared;
    atomic_size_t working; /* of `shared` */
    struct sp_worker *workers[SP_SERVER_WORKERS_MAX];
    struct sp_server_seat seats[SP_SERVER_WORKERS_MAX];
    size_t running; /* threads */
    atomic_bool is_ending;
};

#endif

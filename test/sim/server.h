/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole signpost on the virtual network: an engine for each worker, two unless its configuration
 * says otherwise, which pass on what is not theirs; a configuration, and a store and a journal that
 * outlive a restart.
 */
#ifndef SP_TEST_SIM_SERVER_H
#define SP_TEST_SIM_SERVER_H

#include "network.h"
#include "teacher.h"
#include "server/engine.h"
#include "store/store.h"

enum {
    SIM_ENGINES = 2,     /* at most */
    SIM_KEPT_MAX = 32,   /* calls in the journal; of more the end is lost with a restart */
    SIM_PASSED_MAX = 64, /* letters between the engines that wait; more are lost */
    SIM_QUESTIONS_MAX = 64,
};

struct sim_server;

struct sim_engine {
    struct sim_server *server;
    struct sp_engine *engine;
    struct sp_store_reader *reader;
};

/* A question to the DNS that waits for its answer. */
struct sim_question {
    struct sim_engine *engine; /* NULL: free */
    uint64_t id;
    enum sp_dns_type type;
    sp_time due;
    size_t len;
    char name[SP_DNS_NAME_MAX];
};

struct sim_letter {
    size_t owner;
    struct sp_hop hop;
    size_t len;
    char *octets;
};

/* A call that has to be ended whatever becomes of the server. */
struct sim_kept {
    char *key; /* NULL: free */
    char *value;
    size_t key_len, value_len;
};

struct sim_server {
    struct sim_node node;
    struct sim_network *network;
    struct sp_config *config;
    struct sp_store *store;
    struct sim_teacher teacher;
    struct sim_engine engines[SIM_ENGINES];
    size_t engine_count;
    struct sim_kept kept[SIM_KEPT_MAX];
    struct sim_letter letters[SIM_PASSED_MAX];
    size_t letter_count;
    struct sim_question questions[SIM_QUESTIONS_MAX];
    size_t question_count; /* of these that wait */
    struct sp_hash_key tag_key, owner_key;
    char octets[SP_MESSAGE_OCTETS_MAX]; /* of the message that is being written */
};

/* Starts a server with a configuration, which must be good, at `address`. */
void sim_server_open(struct sim_server *server, struct sim_network *network, const char *name,
                     const struct sp_address *address, const char *config);
/* The same with a configuration that has been read, which is held. */
void sim_server_open_read(struct sim_server *server, struct sim_network *network, const char *name,
                          const struct sp_address *address, struct sp_config *config);
void sim_server_close(struct sim_server *server);

/* Reads a configuration, which must be good. */
struct sp_config *sim_server_read(const char *name, const char *config);

/* Puts a route into its table `local`. */
void sim_server_route(struct sim_server *server, const struct sp_route *route);

/* kill -9, and a start: all but the store and the journal is forgotten. It is down between the two.
 */
void sim_server_stop(struct sim_server *server);
void sim_server_start(struct sim_server *server);

/* A metric, summed over the engines. */
uint64_t sim_server_metric(const struct sim_server *server, enum sp_metric metric);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * One function a key, called with each value that the file gives it, and what these functions have
 * in common. Each says what is wrong with a value, and with what is allowed, and goes on.
 */
#ifndef SP_SERVER_CONFIG_VALUE_H
#define SP_SERVER_CONFIG_VALUE_H

#include "server/config_key.h"

/* For %.*s. */
#define SP_PRINTED(span) (int)(span).len, (span).ptr

typedef void sp_config_taker(struct sp_config_reading *reading, enum sp_config_key key,
                             struct sp_span value);

/* "KEY can't be 'VALUE'; write ...". */
void sp_value_refuse(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value);

/* A copy that lives as long as the configuration. */
struct sp_span sp_value_keep(struct sp_config_reading *reading, struct sp_span text);

/* Which of the names the value is, or -1 and a problem. The last name is NULL. */
int sp_value_choose(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value,
                    const char *const *names);

/* Yes or no; `is` stays as it is when there is a problem. */
void sp_value_yes(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value,
                  bool *is);

/* A number within the key's bounds; `number` stays as it is when there is a problem. */
void sp_value_number(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value, uint32_t *number);

/* A host's name or address in lower case, kept; absent and a problem when it is none. */
struct sp_span sp_value_host(struct sp_config_reading *reading, struct sp_span value);

sp_config_taker sp_take_listen;
sp_config_taker sp_take_store;
sp_config_taker sp_take_control;
sp_config_taker sp_take_cdr;
sp_config_taker sp_take_admin;
sp_config_taker sp_take_error_info;
sp_config_taker sp_take_log;
sp_config_taker sp_take_numbers;
sp_config_taker sp_take_country;
sp_config_taker sp_take_national_prefix;
sp_config_taker sp_take_tel_domain;
sp_config_taker sp_take_redirect_state;
sp_config_taker sp_take_dns;
sp_config_taker sp_take_timer_mode;
sp_config_taker sp_take_end_expired;
sp_config_taker sp_take_role;
sp_config_taker sp_take_allow;
sp_config_taker sp_take_open;
sp_config_taker sp_take_npdi;
sp_config_taker sp_take_min_expires;
sp_config_taker sp_take_next_hop;
sp_config_taker sp_take_record_route;
sp_config_taker sp_take_fork;
sp_config_taker sp_take_history;
sp_config_taker sp_take_address;
sp_config_taker sp_take_follow;
sp_config_taker sp_take_learn;
sp_config_taker sp_take_authority;
sp_config_taker sp_take_allow_private;

#endif

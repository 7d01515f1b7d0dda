/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of the configuration, out of data/config.tsv, and what each of them does with a value.
 */
#ifndef SP_SERVER_CONFIG_KEY_H
#define SP_SERVER_CONFIG_KEY_H

#include <stdbool.h>

#include "server/config.h"
#include "signpost/base/table/config.h"

enum sp_config_key {
#define SP_KEY_ENUM(id, section, key, type, standard, least, greatest, allowed, meaning)           \
    SP_KEY_##id,
    SP_CONFIG_TABLE(SP_KEY_ENUM)
#undef SP_KEY_ENUM
    SP_KEY_COUNT
};

struct sp_config_row {
    const char *section; /* "-": the top of the file */
    const char *name;
    const char *type;     /* "list" or something else */
    const char *standard; /* as the file would have it; "-": there is none */
    uint32_t least, greatest;
    const char *allowed;
    const char *meaning;
};

const struct sp_config_row *sp_config_row(enum sp_config_key key);

/* A configuration that is being read. */
struct sp_config_reading {
    struct sp_config *config;
    struct sp_problems *problems;
    struct sp_domain *domain;       /* that the setting stands in; NULL outside */
    struct sp_peer *peer;           /* that the setting stands in; NULL outside */
    struct sp_session_timer *timer; /* that the setting stands in; NULL outside */
    int line;                       /* of the setting */
    int lines[SP_KEY_COUNT];        /* where each key of the top last stood; 0: nowhere */
    size_t listeners;               /* read so far: the first one takes the place of the default */
};

/* Takes one value of a key: a list's values come one by one. What is wrong with it goes to the
 * problems, and reading goes on. */
void sp_config_take(struct sp_config_reading *reading, enum sp_config_key key,
                    struct sp_span value);

/* Begins a section: a domain, a peer, or session-timer, which may stand in either. False: a problem
 * was told, and what it holds can't be taken. */
bool sp_config_take_section(struct sp_config_reading *reading, const char *section,
                            struct sp_span title);

/* Ends the innermost section. */
void sp_config_take_section_end(struct sp_config_reading *reading);

/* What can only be said of the whole, at its end. */
void sp_config_take_end(struct sp_config_reading *reading);

#endif

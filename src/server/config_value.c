/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of keys have in common: numbers, choices, hosts, and saying what is wrong.
 */
#include "server/config_value.h"

#include "base/ascii.h"

void sp_value_refuse(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    sp_problem_add(reading->problems, reading->line, "%s can't be '%.*s'; write %s",
                   sp_config_row(key)->name, SP_PRINTED(value), sp_config_row(key)->allowed);
}

/* A copy that lives as long as the configuration. */
struct sp_span sp_value_keep(struct sp_config_reading *reading, struct sp_span text)
{
    struct sp_span copy = sp_span_absent();
    if (sp_arena_copy(&reading->config->texts, text, &copy) != SP_OK)
        sp_problem_add(reading->problems, reading->line, "the file is too large");
    return copy;
}

/* Which of the names the value is, or -1 and a problem. The last one is NULL. */
int sp_value_choose(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value,
                    const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (sp_span_equal(value, sp_span_of(names[i])))
            return i;
    }
    sp_value_refuse(reading, key, value);
    return -1;
}

void sp_value_yes(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value,
                  bool *is)
{
    const char *const names[] = {"no", "yes", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        *is = chosen == 1;
}

void sp_value_number(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value, uint32_t *number)
{
    uint32_t read;
    if (sp_span_to_u32(value, sp_config_row(key)->greatest, &read) == SP_OK &&
        read >= sp_config_row(key)->least)
        *number = read;
    else
        sp_value_refuse(reading, key, value);
}

/* A host's name or address in lower case, or absent and a problem. */
struct sp_span sp_value_host(struct sp_config_reading *reading, struct sp_span value)
{
    struct sp_address ip;
    const bool is_ipv6 = value.len > 0 && value.ptr[0] == '[';
    if (value.len > 253 || !(is_ipv6 ? sp_address_parse_ip(value, &ip) == SP_OK
                                     : sp_ascii_all(value, SP_ASCII_HOST))) {
        sp_problem_add(reading->problems, reading->line,
                       "'%.*s' is no domain; write a name such as example.com, without a port",
                       SP_PRINTED(value));
        return sp_span_absent();
    }
    char lower[256];
    for (size_t i = 0; i < value.len; i++)
        lower[i] = sp_ascii_lower(value.ptr[i]);
    return sp_value_keep(reading, sp_span(lower, value.len));
}

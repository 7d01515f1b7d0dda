/* SPDX-License-Identifier: Apache-2.0
 *
 * The commented file that `signpost init` writes and the tables of doc/configuration.md, out of the
 * same rows that the keys are read by.
 */
#include <stdio.h>
#include <string.h>

#include "server/config_key.h"

/* A comment of any length, in lines of up to 88 columns. */
static void write_comment(FILE *out, const char *indent, const char *text)
{
    const size_t width = 88 - strlen(indent);
    while (*text != '\0') {
        size_t len = strlen(text);
        if (len > width) {
            len = width;
            while (len > 0 && text[len] != ' ')
                len--;
            len = len == 0 ? width : len;
        }
        fprintf(out, "%s# %.*s\n", indent, (int)len, text);
        text += len;
        text += strspn(text, " ");
    }
}

/* Two keys are set, `store` to what was asked for; the others show their defaults. */
static void write_keys(FILE *out, const char *section, const char *indent, const char *store)
{
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        if (strcmp(row->section, section) != 0)
            continue;
        write_comment(out, indent, row->meaning);
        fprintf(out, "%s# (%s)\n", indent, row->allowed);
        if (key == SP_KEY_STORE)
            fprintf(out, "store = \"%s\"\n\n", store);
        else if (key == SP_KEY_ROLE)
            fprintf(out, "%srole = redirect\n\n", indent);
        else if (key == SP_KEY_ADMIN)
            fputs("# admin = \"127.0.0.1:8060\"\n\n", out);
        else if (strcmp(row->standard, "-") == 0)
            fprintf(out, "%s# %s =\n\n", indent, row->name);
        else
            fprintf(out, "%s# %s = %s\n\n", indent, row->name, row->standard);
    }
}

void sp_config_write_sample(FILE *out, const char *store)
{
    fputs("# The configuration of signpost. What is commented out shows the default.\n"
          "# After a change: `signpost check FILE`, then SIGHUP to the server.\n\n",
          out);
    write_keys(out, "-", "", store);
    fputs("# Session timers (RFC 4028) of a proxy, which leaves them alone without this section. "
          "One\n"
          "# may also stand within a domain or a peer, for its calls.\n"
          "# session-timer {\n",
          out);
    write_keys(out, "session-timer", "    ", NULL);
    fputs("# }\n\n"
          "# One section for each domain that this server answers for. Loopback and the peers may\n"
          "# always ask.\n"
          "domain \"example.com\" {\n",
          out);
    write_keys(out, "domain", "    ", NULL);
    fputs("}\n\n"
          "# One section for each neighbour that sends requests here, or that they are sent to.\n"
          "# peer \"carrier\" {\n",
          out);
    write_keys(out, "peer", "    ", NULL);
    fputs("# }\n", out);
}

void sp_config_write_table(FILE *out, const char *section)
{
    fputs("| key | may be | default | meaning |\n|---|---|---|---|\n", out);
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        if (strcmp(row->section, section) != 0)
            continue;
        fprintf(out, "| `%s` | ", row->name);
        for (const char *at = row->allowed; *at != '\0'; at++)
            fprintf(out, *at == '|' ? "\\%c" : "%c", *at);
        if (strcmp(row->standard, "-") == 0)
            fprintf(out, " | | %s |\n", row->meaning);
        else
            fprintf(out, " | `%s` | %s |\n", row->standard, row->meaning);
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is for machines: whether the server takes work, and what it is.
 */
#include "admin/parts.h"

void sp_admin_health(struct sp_ask *ask)
{
    const bool is_ending = sp_server_is_ending(ask->admin->server);
    ask->answer->status = is_ending ? 503 : 200;
    sp_write_text(ask->answer->body, is_ending ? "draining\n" : "ok\n");
}

void sp_admin_status(struct sp_ask *ask)
{
    ask->answer->type = "application/json; charset=utf-8";
    if (sp_server_ask_status(ask->admin->server, ask->answer->body) != SP_OK) {
        ask->answer->status = 503;
        sp_write_text(ask->answer->body, "{\"ok\":false,\"error\":\"ended\",\"text\":\"the server "
                                         "has ended\"}");
    }
    sp_write_octet(ask->answer->body, '\n');
}

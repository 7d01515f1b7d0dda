/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of the admin port have in common: the request in hand, and who writes which page.
 */
#ifndef SP_ADMIN_PARTS_H
#define SP_ADMIN_PARTS_H

#include "admin/accept.h"
#include "admin/admin.h"
#include "admin/http.h"
#include "admin/target.h"
#include "reference/html_frame.h"

enum {
    SP_ASSET_NAME_MAX = 40, /* octets of "suggest-0123456789abcdef.js" and its end */
    SP_HINT_MAX = 512,
    SP_TEXT_WIDTH = 80, /* columns of a page of text */
};

struct sp_admin {
    struct sp_server *server;
    struct sp_http *http;
    struct sp_html_site site;    /* as all pages have it, without counts */
    struct sp_traffic_view view; /* what was asked last */
    char style[SP_ASSET_NAME_MAX], script[SP_ASSET_NAME_MAX], icon[SP_ASSET_NAME_MAX];
};

/* A request while it is answered. */
struct sp_ask {
    struct sp_admin *admin;
    const struct sp_http_request *request;
    struct sp_http_answer *answer;
    struct sp_target target;
    enum sp_form form;
    struct sp_html_site site;
    struct sp_reference_html page; /* the one that is asked for, if it is one for a browser */
    sp_time now;                   /* when the workers were asked, as both clocks have it */
    struct sp_wall wall;
    char hint[SP_HINT_MAX];
};

/* The page in hand, ready to be written into the answer. */
struct sp_html sp_ask_html(struct sp_ask *ask);

/* Each writes the page that `target` names, in the form that is wanted. */
void sp_admin_home(struct sp_ask *ask);
void sp_admin_codes(struct sp_ask *ask);
void sp_admin_code(struct sp_ask *ask);
void sp_admin_pair(struct sp_ask *ask);
void sp_admin_terms(struct sp_ask *ask);
void sp_admin_term(struct sp_ask *ask);
void sp_admin_search(struct sp_ask *ask);
void sp_admin_missing(struct sp_ask *ask);
void sp_admin_asset(struct sp_ask *ask);
void sp_admin_metrics(struct sp_ask *ask);
void sp_admin_health(struct sp_ask *ask);
void sp_admin_status(struct sp_ask *ask);

#endif

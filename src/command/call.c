/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost call: a test call that follows 3xx, answers 422, and tells what it saw.
 */
#include <signal.h>
#include <stdlib.h>

#include "command/call_report.h"
#include "command/commands.h"
#include "command/listen.h"
#include "command/refresher.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "server/address_book.h"
#include "server/agent_host.h"
#include "signpost/agent/call.h"

enum {
    KNOWN_MAX = 2048, /* octets of a URI out of the address book */
    PROXY_MAX = 300,  /* octets of --proxy as a URI */
    HOLD_MAX_S = 86400,
    TIMEOUT_MAX_S = 600,
};

static const struct sp_option options[] = {
    {"from", "URI", "who calls; default sip:signpost@ and our address"},
    {"listen", "udp|tcp:ADDR:PORT", "our own address; default: any free port"},
    {"proxy", "[tcp:]ADDR[:PORT]", "where to send the call, whatever the URI's host says"},
    {"dns", "ADDR[:PORT]", "name server to ask; default: what the system asks"},
    {"store", "SPEC", "keep an address book there: lmdb:DIR"},
    {"session-expires", "S", "session interval to ask for, 90 to 86400; default 1800"},
    {"min-se", "S", "the shortest interval to accept; default: no Min-SE, which counts as 90"},
    {"refresher", "uac|uas", "who is to refresh: uac, we do; default: the callee chooses"},
    {"no-timer", NULL, "do not support session timers"},
    {"no-update", NULL, "do not support UPDATE, so that refreshes are re-INVITEs"},
    {"100rel", NULL, "support reliable ringing, with PRACK"},
    {"hold", "S", "seconds from the answer to hanging up; default 1"},
    {"timeout", "S", "give up when there is no answer by then; default 64"},
    {"ascii", NULL, "draw the ladder without box characters"},
    {"json", NULL, "one JSON object at the end instead of the ladder"},
    {NULL, NULL, NULL},
};

/* Everything that a call needs, so that it can be undone at one place. */
struct placing {
    const struct sp_command_line *line;
    struct sp_store *store; /* NULL: no address book */
    struct sp_address_book book;
    struct sp_agent_host *host;
    struct sp_call *call;
    struct sp_call_plan plan;
    struct sp_call_report report;
    struct sp_located found; /* where the call, or everything, goes */
    char known[KNOWN_MAX];
    char proxy[PROXY_MAX];
};

static void watch(void *context, const struct sp_agent_action *action, sp_time now)
{
    struct placing *placing = context;
    const char *store = placing->store != NULL ? sp_option_value(placing->line, "store") : NULL;
    if (action->kind == SP_AGENT_TRACE) {
        sp_call_report_trace(&placing->report, action, now);
        return;
    }
    enum sp_err err = SP_OK;
    if (placing->store != NULL && action->kind == SP_AGENT_REMEMBER)
        err = sp_address_book_remember(&placing->book, action, sp_clock_wall());
    else if (placing->store != NULL)
        err = sp_address_book_forget(&placing->book, action->moved.old_uri);
    if (err != SP_OK && err != SP_ERR_ABSENT) {
        (void)sp_command_refuse(placing->line, "the address book in %s was not changed: %s", store,
                                sp_store_complaint(placing->store)); /* the call goes on */
        store = NULL;
    }
    sp_call_report_moved(&placing->report, action, store);
}

static int open_book(struct placing *placing)
{
    const char *spec = sp_option_value(placing->line, "store");
    const struct sp_store_options how = {.mode = SP_STORE_WRITE};
    struct sp_store_problem problem;
    if (spec == NULL)
        return SP_EXIT_DONE;
    if (sp_store_open(sp_span_of(spec), &how, &placing->store, &problem) != SP_OK)
        return sp_command_refuse(placing->line, "%s", problem.text);
    if (sp_address_book_open(placing->store, &placing->book) != SP_OK)
        return sp_command_refuse(placing->line, "cannot read %s: %s", spec,
                                 sp_store_complaint(placing->store));
    struct sp_writer writer;
    sp_writer_init(&writer, placing->known, sizeof placing->known);
    if (sp_address_book_find(&placing->book, placing->plan.uri, sp_clock_wall(), &writer) ==
            SP_OK &&
        sp_writer_end(&writer, &placing->plan.known) != SP_OK)
        placing->plan.known = sp_span_absent();
    return SP_EXIT_DONE;
}

/* --proxy as a URI (RFC 3263 §4), so that a name of it is looked up like any other. */
static int read_proxy(struct placing *placing, const char *proxy, struct sp_span *uri)
{
    struct sp_listen_parts parts;
    struct sp_writer writer;
    sp_writer_init(&writer, placing->proxy, sizeof placing->proxy);
    if (sp_listen_split(sp_span_of(proxy), 0, &parts) == SP_OK) {
        sp_write_text(&writer, "sip:");
        sp_write_span(&writer, parts.host);
        if (parts.port != 0) {
            sp_write_octet(&writer, ':');
            sp_write_u64(&writer, parts.port);
        }
        if (parts.transport != SP_TRANSPORT_NONE) {
            sp_write_text(&writer, ";transport=");
            sp_write_span(&writer, sp_transport_param(parts.transport));
        }
        if (sp_writer_end(&writer, uri) == SP_OK)
            return SP_EXIT_DONE;
    }
    return sp_command_misused(
        placing->line,
        "--proxy is ADDRESS or ADDRESS:PORT, with udp: or tcp: before it or without, not '%s'",
        proxy);
}

/* Where the first INVITE goes; in front, the first place that the network has a way to. */
static int find_first_hop(struct placing *placing, const struct sp_listen_place *listen)
{
    const char *proxy = sp_option_value(placing->line, "proxy");
    struct sp_span text = placing->plan.uri;
    struct sp_located *found = &placing->found;
    struct sp_uri uri;
    struct sp_address local;
    const bool is_uri = sp_uri_parse(text, &uri) == SP_OK;
    if (is_uri && uri.scheme == SP_SCHEME_SIPS)
        return sp_command_refuse(placing->line, "'%s' needs TLS, which is not there yet",
                                 placing->line->arguments[0]);
    if (!is_uri || uri.scheme != SP_SCHEME_SIP)
        return sp_command_misused(placing->line, "not a sip: URI: '%s'",
                                  placing->line->arguments[0]);
    if (proxy != NULL && read_proxy(placing, proxy, &text) != SP_EXIT_DONE)
        return SP_EXIT_USAGE;
    const enum sp_err err = sp_agent_host_locate(placing->host, text, found);
    if (err != SP_OK)
        return sp_command_refuse(placing->line, "cannot find where '%.*s' goes: %s", (int)text.len,
                                 text.ptr, err == SP_ERR_UNCERTAIN ? "stopped" : sp_err_text(err));
    if (found->count == 0)
        return sp_command_refuse(placing->line, "no address is known for '%.*s': %s", (int)text.len,
                                 text.ptr, sp_next_hop_state_text(found->state));
    const bool is_bound = sp_option_given(placing->line, "listen");
    size_t first = 0;
    while (first < found->count &&
           ((is_bound && found->hops[first].address.family != listen->address.family) ||
            sp_agent_host_local(placing->host, &found->hops[first].address, &local) != SP_OK))
        first++;
    if (first == found->count)
        return sp_command_refuse(placing->line, "the network has no way to that address");
    found->count -= first;
    memmove(found->hops, found->hops + first, found->count * sizeof *found->hops);
    return SP_EXIT_DONE;
}

static int open_at(struct placing *placing, const struct sp_listen_place *listen)
{
    struct sp_agent_host_options how = {.listen = listen->address,
                                        .transports = listen->transports,
                                        .watch = watch,
                                        .context = placing};
    if (sp_dns_option(placing->line, &how.dns) != SP_EXIT_DONE)
        return SP_EXIT_USAGE;
    const enum sp_err err = sp_agent_host_new(&how, &placing->host);
    return err == SP_OK ? SP_EXIT_DONE : sp_listen_refuse(placing->line, listen, err);
}

/* Unless told where to listen, the socket is of the family that the call goes to. */
static int open_host(struct placing *placing)
{
    struct sp_listen_place listen;
    const struct sp_address *hop = &placing->found.hops[0].address;
    int status = sp_listen_option(placing->line, &listen);
    if (status == SP_EXIT_DONE)
        status = open_at(placing, &listen);
    if (status == SP_EXIT_DONE)
        status = find_first_hop(placing, &listen);
    if (status == SP_EXIT_DONE && hop->family != listen.address.family) {
        listen.address = (struct sp_address){.family = hop->family};
        sp_agent_host_free(&placing->host);
        status = open_at(placing, &listen);
    }
    if (status != SP_EXIT_DONE)
        return status;
    if (sp_agent_host_local(placing->host, hop, &placing->plan.local) != SP_OK)
        return sp_command_refuse(placing->line, "the network has no way to that address");
    placing->plan.transports = sp_agent_host_transports(placing->host);
    if (sp_option_given(placing->line, "proxy")) {
        placing->plan.proxy = *hop;
        sp_agent_host_fall_back(placing->host, &placing->found);
    }
    return SP_EXIT_DONE;
}

static int read_plan(struct placing *placing)
{
    const struct sp_command_line *line = placing->line;
    struct sp_call_plan *plan = &placing->plan;
    uint32_t hold_s, timeout_s;
    if (sp_option_number(line, "session-expires", (struct sp_option_range){90, 86400, 1800},
                         &plan->session_expires_s) != SP_OK ||
        sp_option_number(line, "min-se", (struct sp_option_range){90, 86400, 0}, &plan->min_se_s) !=
            SP_OK ||
        sp_refresher_option(line, &plan->refresher) != SP_EXIT_DONE ||
        sp_option_number(line, "hold", (struct sp_option_range){0, HOLD_MAX_S, 1}, &hold_s) !=
            SP_OK ||
        sp_option_number(line, "timeout", (struct sp_option_range){1, TIMEOUT_MAX_S, 64},
                         &timeout_s) != SP_OK)
        return SP_EXIT_USAGE;
    plan->hold = (sp_time)hold_s * SP_SECOND;
    plan->timeout = (sp_time)timeout_s * SP_SECOND;
    plan->no_timer = sp_option_given(line, "no-timer");
    plan->no_update = sp_option_given(line, "no-update");
    plan->has_100rel = sp_option_given(line, "100rel");
    plan->uri = sp_span_of(line->arguments[0]);
    if (sp_option_given(line, "from"))
        plan->from = sp_span_of(sp_option_value(line, "from"));
    if (sp_entropy_fill(plan->seed, sizeof plan->seed) != SP_OK)
        return sp_command_refuse(line, "the system gives no random numbers");
    return SP_EXIT_DONE;
}

static void step(void *self, const struct sp_agent_event *event, sp_time now,
                 struct sp_arena *arena, struct sp_agent_actions *actions)
{
    sp_call_step(self, event, now, arena, actions);
}

static int place(struct placing *placing)
{
    const enum sp_err err = sp_call_new(&placing->plan, &placing->call);
    if (err != SP_OK)
        return sp_command_refuse(placing->line, "cannot call '%s': %s", placing->line->arguments[0],
                                 sp_err_text(err));
    const struct sp_agent_part part = {.self = placing->call, .step = step};
    if (sp_agent_host_run(placing->host, &part, true) != SP_OK)
        return sp_command_refuse(placing->line, "stopped");
    const struct sp_call_result *result = sp_call_result(placing->call);
    if (result->used_book && !result->book_failed)
        sp_ignore(sp_address_book_count_use(
            &placing->book, placing->plan.uri)); /* a count that is lost harms nobody */
    sp_call_report_result(&placing->report, placing->line->arguments[0], result);
    return result->outcome == SP_CALL_COMPLETED ? SP_EXIT_DONE : SP_EXIT_REFUSED;
}

static int run(const struct sp_command_line *line)
{
    struct placing placing = {.line = line};
    sp_call_report_init(&placing.report, stdout, sp_option_given(line, "json"),
                        sp_option_given(line, "ascii"), "signpost call");
    int status = read_plan(&placing);
    if (status == SP_EXIT_DONE)
        status = open_book(&placing);
    if (status == SP_EXIT_DONE)
        status = open_host(&placing);
    if (status == SP_EXIT_DONE)
        status = place(&placing);
    if (placing.call != NULL)
        sp_call_free(&placing.call);
    sp_agent_host_free(&placing.host);
    sp_address_book_close(&placing.book);
    if (placing.store != NULL)
        sp_store_close(&placing.store);
    sp_call_report_fini(&placing.report);
    return status;
}

const struct sp_command sp_command_call = {
    .name = "call",
    .summary = "place a test call that follows, negotiates and tells",
    .arguments = "URI",
    .arguments_min = 1,
    .arguments_max = 1,
    .about = "Calls URI, follows 3xx answers by order of q and never to the same URI twice, "
             "answers 422\n"
             "with a longer session interval, hangs up after --hold, and draws the ladder. With "
             "--store\n"
             "it keeps an address book: a 301 is remembered, a 302 as long as it says, and the "
             "next call\n"
             "goes straight to the new address. Without, it only says what it would remember.\n"
             "Exit status: 0 answered and ended well, 1 not, 2 usage.\n",
    .options = options,
    .examples = "  signpost call sip:15550000001@example.com --proxy 192.0.2.1:5060\n"
                "  signpost call sip:alice@example.com --store lmdb:book --session-expires 600\n"
                "  signpost call sip:alice@example.com --json --hold 0\n"
                "  signpost call sip:alice@example.com --refresher uas --hold 3600\n",
    .run = run,
};

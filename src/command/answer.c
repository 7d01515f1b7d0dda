/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost answer: a callee for tests that answers as it is told.
 */
#include "command/call_report.h"
#include "command/commands.h"
#include "command/listen.h"
#include "command/refresher.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "server/agent_host.h"
#include "signpost/agent/answer.h"
#include "signpost/sip/contact.h"

enum {
    DELAY_MAX_S = 3600,
    COUNT_MAX = 1000000,
};

static const struct sp_option options[] = {
    {"listen", "udp|tcp:ADDR:PORT", "our own address; default: any free port, which is told"},
    {"code", "CODE", "final answer to an INVITE, 200 to 699; default 200"},
    {"contact", "VALUE", "a Contact of a 3xx, \"<sip:a@example.com>;q=0.5\"; may be repeated"},
    {"min-se", "S", "shortest session interval that is taken, else 422; default 90"},
    {"session-expires", "S", "interval asked for when the caller names none; default 1800"},
    {"max-session-expires", "S", "longer intervals are lowered to it; default: they are not"},
    {"refresher", "uac|uas", "who refreshes where the caller leaves the choice; default uac"},
    {"no-timer", NULL, "do not support session timers"},
    {"no-update", NULL, "do not support UPDATE, so that refreshes are re-INVITEs"},
    {"100rel", NULL, "ring reliably, with PRACK, for callers who can"},
    {"retry-after", "S", "put a Retry-After into the answer"},
    {"ring", "S", "ring for so long before the final answer; default 0"},
    {"hold", "S", "hang up so long after the answer; default: the caller does"},
    {"dns", "ADDR[:PORT]", "name server to ask; default: what the system asks"},
    {"count", "N", "end by itself after N calls; default: never"},
    {"ascii", NULL, "draw the ladder without box characters"},
    {"json", NULL, "a JSON object a line instead of the ladder"},
    {NULL, NULL, NULL},
};

struct answering {
    const struct sp_command_line *line;
    struct sp_answer *answer;
    struct sp_call_report report;
    uint32_t count; /* calls after which to end; 0: never */
};

static void watch(void *context, const struct sp_agent_action *action, sp_time now)
{
    struct answering *answering = context;
    if (action->kind == SP_AGENT_TRACE)
        sp_call_report_trace(&answering->report, action, now);
}

static void step(void *self, const struct sp_agent_event *event, sp_time now,
                 struct sp_arena *arena, struct sp_agent_actions *actions)
{
    struct answering *answering = self;
    sp_answer_step(answering->answer, event, now, arena, actions);
}

static bool has_enough(void *self)
{
    const struct answering *answering = self;
    const struct sp_answer_counters *counters = sp_answer_counters(answering->answer);
    const uint64_t over =
        counters->ended + counters->lost + counters->cancelled + counters->refused;
    return answering->count > 0 && over >= answering->count;
}

static int read_plan(const struct sp_command_line *line, struct sp_answer_plan *plan,
                     uint32_t *count)
{
    uint32_t code, ring_s, hold_s;
    struct sp_contact read;
    if (sp_option_number(line, "code", (struct sp_option_range){200, 699, 200}, &code) != SP_OK ||
        sp_option_number(line, "min-se", (struct sp_option_range){90, 86400, 90},
                         &plan->session.min_se_s) != SP_OK ||
        sp_option_number(line, "session-expires", (struct sp_option_range){90, 86400, 1800},
                         &plan->session.interval_s) != SP_OK ||
        sp_option_number(line, "max-session-expires", (struct sp_option_range){90, 86400, 0},
                         &plan->session.max_s) != SP_OK ||
        sp_refresher_option(line, &plan->session.refresher) != SP_EXIT_DONE ||
        sp_option_number(line, "retry-after", (struct sp_option_range){1, 86400, 0},
                         &plan->retry_after_s) != SP_OK ||
        sp_option_number(line, "ring", (struct sp_option_range){0, DELAY_MAX_S, 0}, &ring_s) !=
            SP_OK ||
        sp_option_number(line, "hold", (struct sp_option_range){1, 86400, 0}, &hold_s) != SP_OK ||
        sp_option_number(line, "count", (struct sp_option_range){1, COUNT_MAX, 0}, count) != SP_OK)
        return SP_EXIT_USAGE;
    plan->code = (uint16_t)code;
    plan->ring = (sp_time)ring_s * SP_SECOND;
    plan->hold = (sp_time)hold_s * SP_SECOND;
    plan->has_timer = !sp_option_given(line, "no-timer");
    plan->no_update = sp_option_given(line, "no-update");
    plan->has_100rel = sp_option_given(line, "100rel");
    for (const char *contact; (contact = sp_option_value_at(line, "contact", plan->contact_count));
         plan->contact_count++) {
        if (plan->contact_count == SP_ANSWER_CONTACTS_MAX)
            return sp_command_misused(line, "at most %d --contact", SP_ANSWER_CONTACTS_MAX);
        if (sp_contact_parse(sp_span_of(contact), &read) != SP_OK)
            return sp_command_misused(
                line, "--contact is a value such as '<sip:a@example.com>;q=0.5', not '%s'",
                contact);
        plan->contacts[plan->contact_count] = sp_span_of(contact);
    }
    if (sp_entropy_fill(plan->seed, sizeof plan->seed) != SP_OK)
        return sp_command_refuse(line, "the system gives no random numbers");
    return SP_EXIT_DONE;
}

/* Says where it listens, on lines of their own, so that a script can wait for them. */
static void tell_address(const struct sp_answer_plan *plan, bool is_json)
{
    static const enum sp_transport transports[] = {SP_TRANSPORT_UDP, SP_TRANSPORT_TCP};
    char text[SP_ADDRESS_TEXT_MAX];
    for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
        if ((plan->transports & transports[i]) == 0)
            continue;
        printf(is_json ? "{\"listening\":\"%s:%s\"}\n" : "listening on %s:%s\n",
               sp_transport_param(transports[i]).ptr, sp_address_text(&plan->local, text));
    }
    fflush(stdout);
}

static int answer_calls(struct answering *answering, struct sp_answer_plan *plan,
                        struct sp_agent_host *host)
{
    const struct sp_agent_part part = {.self = answering, .step = step, .has_enough = has_enough};
    const struct sp_address anybody = {.family = SP_FAMILY_IPV4, .port = 9, .ip = {192, 0, 2, 1}};
    if (sp_agent_host_local(host, &anybody, &plan->local) != SP_OK)
        return sp_command_refuse(answering->line, "the network has no way out: give --listen");
    plan->transports = sp_agent_host_transports(host);
    const enum sp_err err = sp_answer_new(plan, sp_clock_now(), &answering->answer);
    if (err != SP_OK)
        return sp_command_refuse(answering->line, "cannot answer so: %s", sp_err_text(err));
    tell_address(plan, answering->report.is_json);
    if (sp_agent_host_run(host, &part, false) != SP_OK)
        return sp_command_refuse(answering->line, "stopped with %zu calls up",
                                 sp_answer_calls(answering->answer));
    return SP_EXIT_DONE;
}

static int run(const struct sp_command_line *line)
{
    struct answering answering = {.line = line};
    struct sp_agent_host *host = NULL;
    struct sp_agent_host_options how = {.watch = watch, .context = &answering};
    struct sp_answer_plan plan = {0};
    struct sp_listen_place place = {.transports = 0};
    int status = read_plan(line, &plan, &answering.count);
    if (status == SP_EXIT_DONE)
        status = sp_listen_option(line, &place);
    if (status == SP_EXIT_DONE)
        status = sp_dns_option(line, &how.dns);
    if (status != SP_EXIT_DONE)
        return status;
    how.listen = place.address;
    how.transports = place.transports;
    const enum sp_err err = sp_agent_host_new(&how, &host);
    if (err != SP_OK)
        return sp_listen_refuse(line, &place, err);
    sp_call_report_init(&answering.report, stdout, sp_option_given(line, "json"),
                        sp_option_given(line, "ascii"), "signpost answer");
    status = answer_calls(&answering, &plan, host);
    if (answering.answer != NULL)
        sp_answer_free(&answering.answer);
    sp_agent_host_free(&host);
    sp_call_report_fini(&answering.report);
    return status;
}

const struct sp_command sp_command_answer = {
    .name = "answer",
    .summary = "a test callee that answers as it is told",
    .about =
        "Answers every INVITE with --code, negotiates the session interval by RFC 4028 (422 with\n"
        "Min-SE when the caller's is under --min-se), and draws what comes and goes. SIGINT and\n"
        "SIGTERM hang up and end it.\n",
    .options = options,
    .examples = "  signpost answer --listen udp:192.0.2.1:5070 --min-se 1800\n"
                "  signpost answer --code 301 --contact '<sip:bob@new.example.net>'\n"
                "  signpost answer --code 486 --ring 3 --count 1\n",
    .run = run,
};

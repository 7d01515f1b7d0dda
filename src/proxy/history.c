/* SPDX-License-Identifier: Apache-2.0
 *
 * Who was asked for before: History-Info (RFC 7044) and Diversion (RFC 5806), as far as the policy
 * wants them. The entries that came stay as they are; ours follow: one for whoever sent the request
 * without one, one for each target that redirected us on the way to this one, one for this.
 *
 * Where the caller wants privacy (RFC 3323, RFC 7044 §10.1) our entries, but the last, which the
 * Request-URI shows anyway, are anonymous, and a Diversion says so.
 */
#include "base/check.h"
#include "proxy/parts.h"
#include "signpost/sip/param.h"

/* The index of our first level: that of the last entry that came, or "1". */
struct root {
    struct sp_span index;
    bool is_missing; /* the sender wrote no entry for the Request-URI: ours stands in */
    bool is_gap;     /* others did before it: RFC 7044 §10.3 rule 6 */
};

/* RFC 3323 §4.2: the values of Privacy are parted by semicolons. */
static bool names_level(struct sp_span value)
{
    static const struct sp_span levels[] = {{"history", 7}, {"header", 6}, {"user", 4}, {"id", 2}};
    const struct sp_span level = sp_span_trim(sp_span_first(value, sp_span_find(value, ';')));
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (sp_span_equal_nocase(level, levels[i]))
            return true;
    return false;
}

static bool wants_privacy(const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, request, SP_HEADER_PRIVACY);
    while (sp_values_next(&values, &value) == SP_OK)
        for (; value.len > 0; value = sp_span_after(value, sp_span_find(value, ';') + 1))
            if (names_level(value))
                return true;
    return false;
}

static struct root find_root(struct sp_proxy_step *step)
{
    struct root root = {.index = SP_SPAN("1"), .is_missing = true};
    struct sp_values values;
    struct sp_span text;
    struct sp_span index;
    struct sp_name_addr entry;
    struct sp_uri asked;
    sp_values_begin(&values, step->request, SP_HEADER_HISTORY_INFO);
    while (sp_values_next(&values, &text) == SP_OK) {
        if (sp_name_addr_parse(text, &entry) != SP_OK ||
            sp_param_find(entry.params, SP_SPAN("index"), &index) != SP_OK || index.len == 0)
            continue;
        entry.uri.headers = sp_span_absent(); /* a Reason of its own does not make it another */
        root.index = index;
        root.is_missing =
            sp_uri_parse(step->context->uri, &asked) != SP_OK || !sp_uri_equal(&entry.uri, &asked);
        root.is_gap = root.is_missing;
    }
    return root;
}

static void write_index(struct sp_writer *writer, const struct root *root, uint8_t place)
{
    sp_write_span(writer, root->index);
    if (root->is_gap)
        sp_write_span(writer, SP_SPAN(".0"));
    if (place > 0) {
        sp_write_octet(writer, '.');
        sp_write_u64(writer, place);
    }
}

/* One entry without its index; `status` 0: no Reason. */
static void begin_entry(struct sp_writer *writer, struct sp_span uri, uint16_t status)
{
    sp_write_span(writer, SP_SPAN("History-Info: <"));
    sp_write_span(writer, uri);
    if (status != 0) {
        sp_write_span(writer, SP_SPAN("?Reason=SIP%3Bcause%3D"));
        sp_write_u64(writer, status);
    }
    sp_write_span(writer, SP_SPAN(">;index="));
}

static const struct sp_span nobody = {"sip:anonymous@anonymous.invalid", 31};

/* The chain from the target that a branch has up to the first one, itself first; its length. */
static uint8_t chain_of(const struct sp_proxy_fork *fork, uint8_t target,
                        uint8_t chain[SP_TARGETS_MAX])
{
    uint8_t count = 0;
    chain[count++] = target;
    while (fork != NULL && target != 0) {
        SP_CHECK(count < SP_TARGETS_MAX); /* a parent always came before its child */
        target = fork->set.list[target].parent;
        chain[count++] = target;
    }
    return count;
}

static struct sp_span uri_of(const struct sp_proxy_context *context, uint8_t target)
{
    return target == 0 ? context->uri : context->fork->set.list[target].uri.text;
}

static bool is_same_user(const struct sp_proxy_context *context, uint8_t target)
{
    struct sp_uri from;
    return sp_uri_parse(context->uri, &from) == SP_OK &&
           sp_span_equal(from.user, context->fork->set.list[target].uri.user);
}

/* np, rc or mp with the entry that was retargeted (RFC 7044 §10.4): by a 3xx as its Contact says,
 * by what we know ourselves as the user tells. */
static void write_mechanism(struct sp_writer *writer, const struct sp_proxy_context *context,
                            const struct root *root, const struct sp_proxy_branch *branch)
{
    const struct sp_proxy_fork *fork = context->fork;
    const char *name = ";np=";
    uint8_t place = 0;
    if (branch->origin == SP_PROXY_KNOWN)
        name = is_same_user(context, branch->target) ? ";rc=" : ";mp=";
    if (branch->origin == SP_PROXY_FOLLOWED) {
        const struct sp_target *target = &fork->set.list[branch->target];
        if (target->retarget == SP_RETARGET_UNTOLD)
            return;
        name = target->retarget == SP_RETARGET_RC ? ";rc=" : ";mp=";
        place = fork->place[target->parent];
    }
    sp_write_text(writer, name);
    write_index(writer, root, place);
}

void sp_proxy_write_history(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                            struct sp_writer *writer)
{
    const struct sp_proxy_context *context = step->context;
    const struct sp_proxy_fork *fork = context->fork;
    uint8_t chain[SP_TARGETS_MAX];
    if ((context->history & SP_PROXY_HISTORY_INFO) == 0 || context->is_in_dialog)
        return;
    const struct root root = find_root(step);
    const bool is_private = wants_privacy(step->request);
    if (root.is_missing) {
        begin_entry(writer, is_private ? nobody : context->uri, 0);
        write_index(writer, &root, 0);
        sp_write_span(writer, SP_SPAN("\r\n"));
    }
    for (uint8_t i = (uint8_t)(chain_of(fork, branch->target, chain) - 1); i > 0; i--) {
        if (fork->status[chain[i]] == 0)
            continue; /* known to be elsewhere, not asked */
        begin_entry(writer, is_private ? nobody : uri_of(context, chain[i]),
                    fork->status[chain[i]]);
        write_index(writer, &root, fork->place[chain[i]]);
        sp_write_span(writer, SP_SPAN("\r\n"));
    }
    begin_entry(writer, branch->uri, 0);
    write_index(writer, &root, fork != NULL ? fork->place[branch->target] : 1);
    write_mechanism(writer, context, &root, branch);
    sp_write_span(writer, SP_SPAN("\r\n"));
}

/* RFC 5806 has no word for "moved for good"; that is what unconditional comes nearest to. */
static const char *diversion_reason(uint16_t status)
{
    if (status == 301)
        return "unconditional";
    return status == 302 ? "deflection" : "unknown";
}

void sp_proxy_write_diversion(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                              struct sp_writer *writer)
{
    const struct sp_proxy_context *context = step->context;
    uint8_t chain[SP_TARGETS_MAX];
    if ((context->history & SP_PROXY_HISTORY_DIVERSION) == 0 ||
        context->method != SP_METHOD_INVITE || branch->origin == SP_PROXY_ASKED)
        return;
    const bool is_private = wants_privacy(step->request);
    const uint8_t count = chain_of(context->fork, branch->target, chain);
    for (uint8_t i = 1; i < count; i++) {
        sp_write_span(writer, SP_SPAN("Diversion: <"));
        sp_write_span(writer, uri_of(context, chain[i]));
        sp_write_span(writer, SP_SPAN(">;reason="));
        sp_write_text(writer, diversion_reason(context->fork->set.list[chain[i - 1]].status));
        sp_write_text(writer,
                      is_private ? ";counter=1;privacy=full\r\n" : ";counter=1;privacy=off\r\n");
    }
}

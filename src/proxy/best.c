/* SPDX-License-Identifier: Apache-2.0
 *
 * The best of the final responses (RFC 3261 §16.7 steps 6 and 7): 6xx before all, then the lowest
 * class, and in 4xx those first that tell the caller how to ask again. Challenges of all branches
 * go with a challenge.
 */
#include "proxy/parts.h"
#include "sip/write.h"

/* The lower the better; 0 is for none. */
static unsigned rank(uint16_t status)
{
    unsigned within = 5;
    if (status == 401 || status == 407 || status == 415 || status == 420 || status == 484)
        within = 1;
    if (status == 408 || status == 487)
        within = 8; /* what anybody said is better than silence */
    if (status == 503)
        within = 9; /* RFC 3261 §16.7 step 6: it becomes a 500 */
    return status >= 600 ? 1 : status / 100 * 10 + within;
}

static bool is_better(const struct sp_proxy_context *context, uint16_t status)
{
    return context->best_status == 0 || rank(status) < rank(context->best_status);
}

void sp_proxy_collect_status(struct sp_proxy_step *step, uint16_t status)
{
    struct sp_proxy_context *context = step->context;
    if (context->is_final || !is_better(context, status))
        return;
    context->best_status = status;
    sp_kept_drop(&context->best);
}

static void write_challenges(struct sp_writer *writer, const struct sp_message *response)
{
    sp_write_all_of(writer, response, SP_HEADER_WWW_AUTHENTICATE);
    sp_write_all_of(writer, response, SP_HEADER_PROXY_AUTHENTICATE);
}

/* Those of one more response, behind those that came before. What does not fit is left out. */
static void add_challenges(struct sp_proxy_step *step, const struct sp_message *response)
{
    struct sp_proxy_context *context = step->context;
    struct sp_writer writer;
    struct sp_span lines;
    sp_proxy_write(step, &writer, context->challenges.len + response->octets.len);
    sp_write_span(&writer, sp_span(context->challenges.ptr, context->challenges.len));
    write_challenges(&writer, response);
    if (sp_proxy_written(step, &writer, &lines) != SP_OK || lines.len == 0 ||
        sp_kept_put(&step->proxy->store, &context->challenges, lines) != SP_OK)
        return;
    context->challenge_count = (uint8_t)(context->challenge_count + 1);
}

void sp_proxy_collect(struct sp_proxy_step *step, struct sp_message *response,
                      struct sp_edits *edits)
{
    struct sp_proxy_context *context = step->context;
    struct sp_edits none = {0};
    struct sp_span octets;
    if (context->is_final)
        return;
    if (response->status == 401 || response->status == 407)
        add_challenges(step, response);
    if (!is_better(context, response->status))
        return;
    sp_proxy_collect_status(step, response->status);
    /* Without room its status is all that is kept of it. */
    if (sp_proxy_upstream(step, response, edits != NULL ? edits : &none, &octets) == SP_OK)
        sp_ignore(sp_kept_put(&step->proxy->store, &context->best, octets));
}

/* The best one with the challenges of all. */
static enum sp_err merge(struct sp_proxy_step *step, struct sp_span best, struct sp_span *octets)
{
    const struct sp_proxy_context *context = step->context;
    struct sp_message *message = sp_arena_alloc(step->turn->arena, sizeof *message);
    struct sp_fault fault;
    struct sp_writer writer;
    struct sp_edits edits = {0};
    if (message == NULL)
        return SP_ERR_FULL;
    const enum sp_err err =
        sp_message_parse(best, SP_FRAMING_DATAGRAM, best.len, step->turn->arena, message, &fault);
    if (err != SP_OK)
        return err;
    sp_edit(&edits, SP_HEADER_WWW_AUTHENTICATE, sp_span_absent());
    sp_edit(&edits, SP_HEADER_PROXY_AUTHENTICATE, sp_span_absent());
    sp_proxy_write(step, &writer, best.len + context->challenges.len);
    sp_write_span(&writer, sp_span_first(best, sp_span_find(best, '\n') + 1));
    sp_rewrite_fields(&writer, message, &edits);
    sp_write_span(&writer, sp_span(context->challenges.ptr, context->challenges.len));
    sp_rewrite_end(&writer, message);
    return sp_proxy_written(step, &writer, octets);
}

/* Errors: SP_ERR_ABSENT (nothing was kept but a status), SP_ERR_FULL. */
static enum sp_err take_best(struct sp_proxy_step *step, struct sp_span *octets)
{
    const struct sp_proxy_context *context = step->context;
    const struct sp_span best = sp_span(context->best.ptr, context->best.len);
    const bool is_challenge = context->best_status == 401 || context->best_status == 407;
    if (best.ptr == NULL)
        return SP_ERR_ABSENT;
    if (is_challenge && context->challenge_count > 1 && merge(step, best, octets) == SP_OK)
        return SP_OK;
    return sp_arena_copy(step->turn->arena, best,
                         octets); /* the context may end before it is sent */
}

void sp_proxy_conclude(struct sp_proxy_step *step)
{
    struct sp_proxy_context *context = step->context;
    struct sp_span octets;
    context->is_final = true;
    if (context->transaction == 0)
        return;
    if (context->best_status == 0)
        context->best_status = context->was_retargeted ? 480 : 408;
    if (context->is_cancelled && context->best_status == 408) {
        context->best_status = 487;
        sp_kept_drop(&context->best);
    }
    if (context->best_status == 408 && context->method != SP_METHOD_INVITE) {
        sp_proxy_act(step, SP_PROXY_ABANDON, NULL)->respond.transaction = context->transaction;
        return;
    }
    if (context->best_status == 503) {
        sp_proxy_answer(step, 500, "Next Hop Unavailable");
        return;
    }
    if (take_best(step, &octets) == SP_OK) {
        step->proxy->counters.answers_passed++;
        sp_proxy_respond(step, context->best_status, octets);
        return;
    }
    sp_proxy_answer(step, context->best_status, NULL);
}

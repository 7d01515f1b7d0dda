/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes upstream: responses passed on without our Via (RFC 3261 §16.7 steps 3 and 9), and those
 * that the proxy gives itself.
 */
#include "proxy/parts.h"
#include "sip/write.h"
#include "signpost/sip/response.h"

enum {
    RETRY_AFTER_S = 5, /* when we are full: long enough for what rings to be over or answered */
};

void sp_proxy_respond(struct sp_proxy_step *step, uint16_t status, struct sp_span octets)
{
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_RESPOND, NULL);
    action->respond.transaction = step->context->transaction;
    action->respond.status = status;
    action->respond.octets = octets;
}

/* Whether anybody is left in its Vias when ours is gone: RFC 3261 §16.7 step 3. */
bool sp_proxy_is_for_another(const struct sp_message *response)
{
    struct sp_values values;
    struct sp_span via;
    sp_values_begin(&values, response, SP_HEADER_VIA);
    return sp_values_next(&values, &via) == SP_OK && sp_values_next(&values, &via) == SP_OK;
}

enum sp_err sp_proxy_upstream(struct sp_proxy_step *step, struct sp_message *response,
                              struct sp_edits *edits, struct sp_span *octets)
{
    struct sp_writer writer;
    edits->drops_via = true;
    sp_proxy_write(step, &writer, response->octets.len + SP_PROXY_MORE);
    sp_write_span(&writer, SP_SPAN("SIP/2.0 "));
    sp_write_u64(&writer, response->status);
    sp_write_octet(&writer, ' ');
    sp_write_plain(&writer, response->reason);
    sp_write_span(&writer, SP_SPAN("\r\n"));
    sp_rewrite_fields(&writer, response, edits);
    sp_rewrite_end(&writer, response);
    return sp_proxy_written(step, &writer, octets);
}

enum sp_err sp_proxy_pass(struct sp_proxy_step *step, struct sp_message *response)
{
    struct sp_edits edits = {0};
    struct sp_span octets;
    const bool is_success = response->status >= 200 && response->status < 300;
    enum sp_err err = SP_OK;
    if (is_success)
        err = sp_proxy_timer_edit_answer(step, response, &edits);
    if (err == SP_OK)
        err = sp_proxy_upstream(step, response, &edits, &octets);
    if (err != SP_OK)
        return err;
    step->proxy->counters.answers_passed++;
    sp_proxy_respond(step, response->status, octets);
    if (is_success)
        sp_proxy_timer_tell(step, response);
    return SP_OK;
}

/* There is no room for a response: a final one never comes, and its transaction must not wait. */
static void give_up(struct sp_proxy_step *step, uint16_t status)
{
    if (status >= 200)
        sp_proxy_act(step, SP_PROXY_ABANDON, NULL)->respond.transaction =
            step->context->transaction;
}

void sp_proxy_answer(struct sp_proxy_step *step, uint16_t status, const char *phrase)
{
    struct sp_message *request = sp_proxy_request(step);
    struct sp_writer writer;
    struct sp_writer tag;
    struct sp_span octets;
    char token[16];
    if (status >= 200)
        step->context->is_final = true;
    if (step->context->transaction == 0)
        return;
    if (request == NULL) {
        give_up(step, status);
        return;
    }
    sp_writer_init(&tag, token, sizeof token);
    sp_random_token(&step->proxy->random, &tag);
    const struct sp_response_head head = {
        .request = request,
        .status = status,
        .reason = phrase != NULL ? sp_span_of(phrase) : sp_span_absent(),
        .to_tag = status > 100 ? sp_span(token, sizeof token) : sp_span_absent(),
        .source = &step->context->from.remote,
        .info = &step->proxy->info,
    };
    sp_proxy_write(step, &writer, request->octets.len + SP_PROXY_MORE);
    sp_response_begin(&writer, &head);
    if (status == 100)
        sp_write_all_of(&writer, request, SP_HEADER_TIMESTAMP); /* RFC 3261 §8.2.6.1 */
    if (status == 503)
        sp_write_field_u32(&writer, SP_HEADER_RETRY_AFTER, RETRY_AFTER_S);
    if (status == 422) /* RFC 4028 §6 */
        sp_write_field_u32(&writer, SP_HEADER_MIN_SE, step->context->session.verdict.min_se_s);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    if (sp_proxy_written(step, &writer, &octets) == SP_OK)
        sp_proxy_respond(step, status, octets);
    else
        give_up(step, status);
}

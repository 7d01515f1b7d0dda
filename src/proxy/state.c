/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the states of a branch, for traces.
 */
#include "signpost/proxy/action.h"

const char *sp_proxy_state_text(enum sp_proxy_state state)
{
    static const char *const texts[SP_PROXY_STATE_COUNT] = {
        [SP_PROXY_LOCATING] = "Locating",
        [SP_PROXY_CALLING] = "Calling",
        [SP_PROXY_PROCEEDING] = "Proceeding",
        [SP_PROXY_ACCEPTED] = "Accepted",
        [SP_PROXY_DONE] = "Done",
    };
    return texts[state];
}

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# SIPp calls `signpost answer`: session intervals are negotiated as RFC 4028 §9 says, and a callee
# that has moved says so.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
take_port callee_port
take_port caller_port
readonly CALLEE=sip:callee@127.0.0.1:$callee_port

# answer ARGUMENT...: a callee on its port.
answer() {
    start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port" "$@"
    answer_pid=$started_pid
    wait_for_udp "$callee_port" "$answer_pid" || fail "the callee comes up" "$home/answer.log"
}

# called_by TITLE TEMPLATE [KEY=VALUE]...
called_by() {
    scenario caller "${@:2}"
    if run_sipp caller "$caller_port" "127.0.0.1:$callee_port" >"$home/caller.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/caller.err" "$home/caller.msg" "$home/answer.log"
    fi
    rm -f "$home"/caller.*
}

ends() {
    expect "the callee ends with 0 on SIGTERM" stop "$answer_pid"
}

answer --min-se 1800
called_by "422 with Min-SE, then 200 with the interval and its refresher" negotiate MIN=1800
called_by "a caller without timers never gets a 422" timerless
ends

answer --code 301 --contact sip:moved@example.net
called_by "a callee that has moved answers 301" caller CODE=301 URI="$CALLEE" \
    PATTERN='Contact:.*sip:moved@example.net' LINES='Subject: none'
ends

answer --code 486
called_by "a callee that is busy answers 486" caller CODE=486 URI="$CALLEE" \
    PATTERN='SIP/2.0 486 Busy Here' LINES='Subject: none'
ends

finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Session timers of `signpost call` and `signpost answer`, with SIPp at the other end: it refreshes
# in all ways, well and badly, or knows nothing of timers.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp jq
take_port callee_port
take_port caller_port

echo "who calls refreshes"
start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --json
answer_pid=$started_pid
wait_for_udp "$callee_port" "$answer_pid" || fail "the callee comes up" "$home/answer.log"
scenario caller refreshing_caller
expect "each refresh has its answer" run_sipp caller "$caller_port" "127.0.0.1:$callee_port"
expect "the callee ends with 0 on SIGTERM" stop "$answer_pid"

# called_from TITLE TEMPLATE FILTER [KEY=VALUE]...: our caller calls SIPp; its report has FILTER.
called_from() {
    scenario callee "$2" "${@:4}"
    play callee "$callee_port"
    local callee_pid=$started_pid
    if timeout "$WAIT_S" "$signpost" call "sip:first@127.0.0.1:$callee_port" --json \
        --session-expires 90 --hold "$hold" >"$home/call.json" 2>&1 &&
        jq -e "$3" "$home/call.json" >/dev/null; then
        pass "$1"
    else
        fail "$1" "$home/call.json"
    fi
    ended_well callee "$callee_pid"
}

echo "who is called refreshes"
hold=9
called_from "each refresh has its answer, and the callee ends the call" refreshing_callee \
    '.result == "completed" and .interval_s == 0'
hold=0
called_from "a callee without timers: there is none" callee \
    '.interval_s == 0 and .refresher == "none"' USER=first WANTED='Supported:.*timer'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A call that SIPp refreshes through a proxy, by UPDATE and by re-INVITE: as the callee of `signpost
# call`, as the caller of `signpost answer`. `signpost session list` is asked all the while: its end
# moves with each refresh and with nothing else. With --long SIPp at both ends refreshes and falls
# silent, and both are told by BYE 90 seconds after the last refresh.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp jq
take_port callee_port
take_port caller_port
readonly PAUSE_MS=1500 # between two refreshes
readonly URI=sip:bob@kept.example.com

# watch PID: while it lives, a line for each sign of life of the call that is listed: when, in ms;
# interval and refresher; whether the call ends an interval after it.
watch() {
    : >"$home/rows"
    until gone "$1"; do
        "$signpost" session list --config "$home/proxy/signpost.conf" --json 2>/dev/null |
            jq -r '.list[] | "\(.proof_ms) \(.interval_s) \(.refresher) \(
                .expires_in_s <= .interval_s and
                .expires_in_s > .interval_s - (now - .proof_ms / 1000) - 2)"' >>"$home/rows" || true
        read -rt 0.1 <> <(:) || true
    done
    uniq "$home/rows" >"$home/signs"
}

# signs_are ROW...: those without their times, which lie as far apart as the refreshes.
signs_are() {
    printf '%s\n' "$@" | diff - <(cut -d ' ' -f 2- "$home/signs") &&
        awk -v least="$((PAUSE_MS - 200))" \
            'NR > 1 && $1 - last < least { bad = 1 } { last = $1 } END { exit bad }' "$home/signs"
}

nothing_is_listed() {
    "$signpost" session list --config "$home/proxy/signpost.conf" --json | jq -e '.total == 0'
}

serve proxy 'session-timer { min-se = 90  end-expired = bye }' \
    "domain \"kept.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }"

echo "who is called refreshes"
scenario callee proxied_refreshing_callee PAUSE="$PAUSE_MS"
play callee "$callee_port"
callee_pid=$started_pid
start call "$signpost" call "$URI" --proxy "127.0.0.1:$server_port" --session-expires 90 \
    --hold 60 --json
call_pid=$started_pid
watch "$call_pid"
ended_well callee "$callee_pid"
expect "the end moves with the UPDATE and with the re-INVITE" signs_are \
    '90 callee true' '90 callee true' '120 callee true'
expect "the caller was refreshed twice, and has its call ended by its peer" \
    jq -e '.result == "completed" and .refreshes == 2 and .interval_s == 120' "$home/call.log"
expect "nothing of it is listed any more" wait_until "$WAIT_S" nothing_is_listed

echo "who calls refreshes"
start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --json
answer_pid=$started_pid
wait_for_udp "$callee_port" "$answer_pid" || fail "the callee comes up" "$home/answer.log"
scenario caller proxied_refreshing_caller URI="$URI" PAUSE="$PAUSE_MS" LAST=120 END=hang_up
start caller run_sipp caller "$caller_port" "127.0.0.1:$server_port"
caller_pid=$started_pid
watch "$caller_pid"
ended_well caller "$caller_pid"
expect "the end moves with the UPDATE and with the re-INVITE" signs_are \
    '90 caller true' '90 caller true' '120 caller true'
expect "nothing of it is listed any more" wait_until "$WAIT_S" nothing_is_listed
expect "the callee ends with 0 on SIGTERM" stop "$answer_pid"

if [ "${SIGNPOST_LONG:-}" != "" ]; then
    echo "both fall silent"
    sipp_s=120
    scenario callee proxied_refreshed_callee
    scenario caller proxied_refreshing_caller URI="$URI" PAUSE="$PAUSE_MS" LAST=90 END=told
    play callee "$callee_port"
    callee_pid=$started_pid
    began=$SECONDS
    expect "the caller is told by BYE" run_sipp caller "$caller_port" "127.0.0.1:$server_port"
    readonly LAST_S=$((2 * PAUSE_MS / 1000)) # until the last refresh
    expect "90 s after the last refresh" [ "$((SECONDS - began))" -ge "$((90 + LAST_S))" ]
    ended_well callee "$callee_pid"
fi

kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

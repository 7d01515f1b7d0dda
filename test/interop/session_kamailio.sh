#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Session timers through somebody else's proxy: Kamailio with its modules dialog and sst stands
# between `signpost call` and `signpost answer`, refuses short intervals and fills in missing ones;
# and through two proxies, ours before Kamailio. With --long a call lives past its first interval
# because it is refreshed, by UPDATE and by re-INVITE, which takes 100 seconds.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp kamailio jq
take_port peer_port
take_port callee_port
readonly CALLEE=sip:bob@example.com
PATH=$PATH:/usr/sbin

# kamailio_refuses SECONDS: starts it, with that as its shortest interval.
kamailio_refuses() {
    sed "s/@PORT@/$peer_port/; s/@CALLEE@/$callee_port/; s/@MIN@/$1/g" "$here/kamailio_sst.cfg" \
        >"$home/kamailio.cfg"
    start kamailio kamailio -DD -E -m 64 -M 8 -Y "$home" -f "$home/kamailio.cfg"
    kamailio_pid=$started_pid
    wait_for_udp "$peer_port" "$kamailio_pid" ||
        fail "Kamailio comes up" "$home/kamailio.log"
}

answer() {
    start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --ascii "$@"
    answer_pid=$started_pid
    wait_for_udp "$callee_port" "$answer_pid"
}

# call TITLE PORT FILTER [OPTION]...: a call by way of the proxy there, whose report has FILTER.
call() {
    if timeout "$((WAIT_S + hold))" "$signpost" call "$CALLEE" --proxy "127.0.0.1:$2" --json \
        --hold "$hold" "${@:4}" >"$home/call.json" 2>&1 &&
        jq -e "$3" "$home/call.json" >/dev/null; then
        pass "$1"
    else
        fail "$1" "$home/call.json" "$home/answer.log" "$home/kamailio.log"
    fi
}

hold=0
kamailio_refuses 300
answer
call "a call as it is by default" "$peer_port" '.interval_s == 1800 and .raises == 0'
call "a short interval is refused, and raised" "$peer_port" \
    '.interval_s == 300 and .raises == 1' --session-expires 90
call "nobody refuses a caller without timers" "$peer_port" '.raises == 0' --no-timer
stop "$answer_pid" || true
answer --min-se 500
call "Kamailio refuses first, then the callee" "$peer_port" '.interval_s == 500 and .raises == 2' \
    --session-expires 90
stop "$answer_pid" || true

answer
serve proxy "session-timer { min-se = 90  session-expires = 200 }" \
    "domain \"example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$peer_port\" }"
call "what Kamailio refused our proxy remembers" "$server_port" \
    '.interval_s == 300 and .raises == 1' --session-expires 90
"$signpost" peer list --config "$home/proxy/signpost.conf" --json >"$home/demand.json" ||
    fail "peers can be listed" "$home/proxy.log"
expect "and lists as Kamailio's demand" jq -e '.list[0].min_se_s == 300' "$home/demand.json"
call "a caller without timers gets through both" "$server_port" '.raises == 0' --no-timer
kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
expect "the callee ends with 0 on SIGTERM" stop "$answer_pid"
expect "Kamailio has nothing to complain of" \
    test "$(grep -cE 'ERROR|CRITICAL|BUG' "$home/kamailio.log")" = 0

if [ "${SIGNPOST_LONG:-}" != "" ]; then
    echo "calls that outlive their interval"
    stop "$kamailio_pid" || true
    kamailio_refuses 90
    answer
    hold=100
    call "refreshed by UPDATE, a call outlives its interval" "$peer_port" '.refreshes >= 2' \
        --session-expires 90 &
    "$signpost" call "$CALLEE" --proxy "127.0.0.1:$peer_port" --json --no-update --hold 100 \
        --session-expires 90 >"$home/second.json" 2>&1 || fail "a second call" "$home/second.json"
    wait $! || true
    expect "and so by re-INVITE" jq -e '.refreshes >= 2' "$home/second.json"
fi
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# signpost breaks none of its own rules: calls between `signpost call` and `signpost answer` with a
# 301, a 422 and reliable ringing are captured on the loopback and traced.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
alone "$@"
need tcpdump python3
[ "$(id -u)" = 0 ] || {
    echo "SKIP $(basename "$0"): only root may capture"
    exit "$SKIPPED"
}

take_port moved_port
take_port callee_port
start moved "$signpost" answer --listen "udp:127.0.0.1:$moved_port" --code 301 \
    --contact "<sip:b@127.0.0.1:$callee_port>"
wait_for_udp "$moved_port" "$started_pid"
start callee "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --min-se 1800 --100rel \
    --ring 1
wait_for_udp "$callee_port" "$started_pid"

# The capture is complete when tcpdump has written what it saw last.
start tcpdump tcpdump --immediate-mode -U -i lo -w "$home/own.pcap" \
    "udp port $moved_port or udp port $callee_port"
capture=$started_pid
wait_until "$WAIT_S" grep -qs 'listening on' "$home/tcpdump.log"

for transport in "--100rel" "--no-update"; do
    expect "a call that moved and was too short is set up, $transport" \
        "$signpost" call "sip:b@127.0.0.1:$moved_port" --session-expires 90 --hold 0 "$transport"
done
calls_are_whole() {
    ("$signpost" trace --json --findings "$home/own.pcap" 2>/dev/null || true) | python3 -c '
import json, sys
sys.exit(json.loads(sys.stdin.readline())["messages"] < 20)' 2>/dev/null
}
wait_until "$WAIT_S" calls_are_whole || true
stop "$capture" || true
expect "the capture has both calls" calls_are_whole
traced_clean() {
    "$signpost" trace --lang en "$home/own.pcap" >"$home/trace"
    cat "$home/trace"
    ! grep -E '^\[[0-9]+\] (error|warning)' "$home/trace" | grep -v 301-not-remembered
}
expect "nothing is wrong with our own calls" traced_clean
finish

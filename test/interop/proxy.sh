#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A proxied domain between SIPp and SIPp: calls, one that is cancelled, ones that are refused, a 302
# that is followed, a 301 that is learned. What goes over the wire is judged by SIPp on both sides.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
take_port callee_port
take_port second_port
take_port third_port
take_port caller_port
readonly NEXT_HOP=sip:127.0.0.1:$callee_port

# callee TEMPLATE [KEY=VALUE]..., second ...: who answers at the next hop, and elsewhere.
callee() {
    scenario callee "$@"
    play callee "$callee_port"
    callee_pid=$started_pid
}

second() {
    scenario second "$@"
    play second "$second_port"
    second_pid=$started_pid
}

# calls TITLE TEMPLATE [KEY=VALUE]...: a caller that sends to the server.
calls() {
    scenario caller "${@:2}"
    if run_sipp caller "$caller_port" "127.0.0.1:$server_port" >"$home/caller.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/caller.err" "$home/caller.msg" "$home/proxy.log"
    fi
}

serve proxy "domain \"down.example.com\" { role = proxy  next-hop = \"$NEXT_HOP\" }" \
    "domain \"follow.example.com\" { role = proxy  next-hop = \"$NEXT_HOP\" }" \
    "domain \"fork.example.com\" { role = proxy  next-hop = \"$NEXT_HOP\"  fork = parallel }" \
    "peer \"down\" { address = \"127.0.0.1:$callee_port\"  follow = yes  learn = apply" \
    "  allow-private = yes }"

echo "a call"
callee proxied_callee
calls "a call goes through, and its end by the recorded route" proxied_call HOST=down.example.com
ended_well callee "$callee_pid"

echo "a call that is cancelled"
callee proxied_cancelled VIAS=$'Via:[$first]\nVia:[$second]'
calls "a cancelled call is answered 487" proxied_cancel HOST=down.example.com
ended_well callee "$callee_pid"

for code in 404 486 503 603; do
    echo "a call that is refused with $code"
    callee refuse CODE=$code LINES="X-Reason: none"
    comes_back=$((code == 503 ? 500 : code)) # RFC 3261 §16.7 step 6
    calls "$comes_back comes back" caller URI=sip:bob@down.example.com CODE=$comes_back \
        PATTERN="CSeq: 1 INVITE" LINES="Subject: none"
    ended_well callee "$callee_pid"
done

echo "a call that is redirected"
callee refuse CODE=302 LINES="Contact: <sip:moved@127.0.0.1:$second_port>"
second proxied_callee
calls "a 302 of a peer with follow = yes is followed" proxied_call HOST=follow.example.com
ended_well callee "$callee_pid"
ended_well second "$second_pid"

echo "a call that is redirected to two at once"
callee refuse CODE=300 LINES="Contact: <sip:a@127.0.0.1:$second_port>;q=0.5
Contact: <sip:b@127.0.0.1:$third_port>;q=0.5"
second proxied_callee
scenario third refuse CODE=486 LINES="X-Reason: busy"
play third "$third_port"
third_pid=$started_pid
calls "the one that answers is talked to" proxied_call HOST=fork.example.com
ended_well callee "$callee_pid"
ended_well second "$second_pid"
ended_well third "$third_pid"

echo "a number that has moved for good"
callee refuse CODE=301 LINES="Contact: <sip:moved@127.0.0.1:$second_port>"
second proxied_callee
calls "a 301 is followed" proxied_call HOST=follow.example.com
ended_well callee "$callee_pid"
ended_well second "$second_pid"
has_learned() {
    "$signpost" status --config "$home/proxy/signpost.conf" --json |
        grep -q '"signpost_moves_learned_total": 1'
}
expect "and learned" wait_until "$WAIT_S" has_learned
second proxied_callee
calls "the next call goes there at once" proxied_call HOST=follow.example.com
ended_well second "$second_pid"
callee proxied_callee
calls "and to the old address when nobody is at the new one" proxied_call HOST=follow.example.com
ended_well callee "$callee_pid"

kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

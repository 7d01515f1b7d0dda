#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Others and ourselves over TCP: SIPp and sipsak ask the redirect server, our own caller follows it
# to our own callee, and what is too long for UDP finds its way.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
need sipsak
take_port caller_port
take_port callee_port

# calls TITLE URI CODE PATTERN [SIPP ARGUMENT]...: an INVITE and its ACK.
calls() {
    scenario call caller URI="$2" CODE="$3" PATTERN="$4" LINES="Subject: none"
    if run_sipp call "$caller_port" "${@:5}" "127.0.0.1:$server_port" >"$home/call.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/call.err" "$home/call.msg"
    fi
    rm -f "$home"/call.*
}

# answers_at LISTEN: our callee; its log is answer.log.
answers_at() {
    start answer "$signpost" answer --listen "$1" --count 1
    wait_until "$WAIT_S" grep -q '^listening' "$home/answer.log"
}

# tcp_accepted: how many connections came in at the server.
tcp_accepted() {
    "$signpost" status --json --config "$home/server/signpost.conf" |
        sed -n 's/.*"signpost_tcp_accepted_total": \([0-9]*\).*/\1/p'
}

serve server 'domain "example.com" { role = redirect }'
calls "SIPp over one connection: 301" sip:15550000001@example.com 301 \
    'Contact: .sip:15550000001@new.example.net.' -t t1
calls "SIPp over a connection for each call: 404" sip:nobody@example.com 404 'SIP/2.0 404 ' \
    -t tn -max_socket 100
expect "sipsak: OPTIONS to the server is answered 200" \
    timeout "$WAIT_S" sipsak -E tcp -s "sip:127.0.0.1:$server_port"

expect "a route to a callee over TCP" "$signpost" route add sip:tcp@example.com 301 \
    "sip:tcp@127.0.0.1:$callee_port;transport=tcp" --store "lmdb:$home/server/store"
answers_at "tcp:127.0.0.1:$callee_port"
accepted=$(tcp_accepted)
expect "our caller asks over TCP and follows to where only TCP is" timeout "$WAIT_S" \
    "$signpost" call sip:tcp@example.com --proxy "tcp:127.0.0.1:$server_port" --hold 0
expect "which was over TCP indeed" test "$(tcp_accepted)" -gt "$accepted"
expect "the callee ends when its call has" wait_until "$WAIT_S" gone "$started_pid"

expect "a long request to a proxy goes by TCP, too" grep -q '404 Not Found' \
    <(timeout "$WAIT_S" "$signpost" call sip:nobody@example.com --proxy "127.0.0.1:$server_port" \
        --from "$(printf 'sip:%01200d@example.org' 1)")

long=sip:$(printf 'a%.0s' {1..1200})@example.org
answers_at "tcp:127.0.0.1:$callee_port"
expect "a request above 1300 octets goes by TCP" timeout "$WAIT_S" \
    "$signpost" call "sip:b@127.0.0.1:$callee_port" --from "$long" --hold 0
wait_until "$WAIT_S" gone "$started_pid"
answers_at "udp:127.0.0.1:$callee_port"
expect "and by UDP where nobody listens for TCP" timeout "$WAIT_S" \
    "$signpost" call "sip:b@127.0.0.1:$callee_port" --from "$long" --hold 0
wait_until "$WAIT_S" gone "$started_pid"
expect "a call over TCP to nobody is over at once" grep -q 'cannot be reached' \
    <(timeout 3 "$signpost" call "sip:b@127.0.0.1:$callee_port;transport=tcp" 2>&1)
stop_server server
finish

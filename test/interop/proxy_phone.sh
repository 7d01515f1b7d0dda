#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Through our proxy: a telephone (baresip), sipsak, callers over TCP to callees over UDP and the
# other way round, and a call during which the server is killed and comes back.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp sipsak
take_port callee_port
take_port caller_port
take_port phone_port
take_port phone_tls_port # baresip takes the next one as well, for TLS

callee() { # TEMPLATE [SIPP ARGUMENT]...
    scenario callee "$1"
    start callee run_sipp callee "$callee_port" "${@:2}"
    callee_pid=$started_pid
    if [ $# = 1 ]; then
        wait_for_udp "$callee_port" "$callee_pid"
    else
        wait_until "$WAIT_S" tcp_port_taken "$callee_port"
    fi
}

tcp_port_taken() {
    grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") [0-9A-F:]+ 0A" /proc/net/tcp
}

calls() { # TITLE HOST [SIPP ARGUMENT]...
    scenario caller proxied_call HOST="$2"
    if run_sipp caller "$caller_port" "127.0.0.1:$server_port" "${@:3}" \
        >"$home/caller.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/caller.err" "$home/caller.msg" "$home/proxy.log"
    fi
}

recorded() { # NUMBER: so many of our addresses were recorded with the 200
    [ "$(sed -n '/^SIP\/2.0 200/,/^CSeq: 1 INVITE/p' "$home/caller.msg" |
        grep '^Record-Route:' | grep -o ';lr' | wc -l)" = "$1" ]
}

serve proxy \
    "domain \"udp.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    "domain \"127.0.0.1\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    "domain \"tcp.example.com\" { role = proxy" \
    "  next-hop = \"sip:127.0.0.1:$callee_port;transport=tcp\" }"

echo "transports"
callee proxied_callee
calls "a caller over TCP, a callee over UDP" udp.example.com -t t1
ended_well callee "$callee_pid"
expect "the route is recorded for either side" recorded 2
callee proxied_callee -t t1
calls "a caller over UDP, a callee over TCP" tcp.example.com
ended_well callee "$callee_pid"
expect "the route is recorded for either side" recorded 2
callee proxied_callee -t t1
calls "both over TCP" tcp.example.com -t t1
ended_well callee "$callee_pid"

echo "a request that is no call"
start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port"
wait_for_udp "$callee_port" "$started_pid"
expect "sipsak: OPTIONS to somebody behind us is answered 200" \
    timeout "$WAIT_S" sipsak -s "sip:bob@127.0.0.1:$server_port"
stop "$started_pid" || true

echo "a crash in the middle"
callee proxied_callee
scenario caller proxied_call HOST=udp.example.com
start caller run_sipp caller "$caller_port" "127.0.0.1:$server_port" -d 1000
caller_pid=$started_pid
is_acknowledged() {
    grep -q '^ACK ' "$home/callee.msg"
}
expect "a call stands" wait_until "$WAIT_S" is_acknowledged
stop "$server_pid" KILL 2>/dev/null || true
start proxy "$signpost" serve --config "$home/proxy/signpost.conf"
server_pid=$started_pid
wait_for_udp "$server_port" "$server_pid"
ended_well caller "$caller_pid"
ended_well callee "$callee_pid"

echo "a telephone"
if command -v baresip >/dev/null; then
    phone
    scenario callee phoned
    play callee "$callee_port"
    callee_pid=$started_pid
    start baresip baresip -4 -s -f "$home/phone" -p "$home/phone" \
        -e "/dial sip:bob@127.0.0.1:$server_port"
    phone_pid=$started_pid
    ended_well callee "$callee_pid"
    stop "$phone_pid" || true
    expect "baresip calls through us" grep -q 'Call established' "$home/baresip.log"
fi

kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Our proxy beside one that nobody here wrote: Kamailio behind it and before it, as a proxy that
# records its route, as one that answers 3xx, and as one that follows ours.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp kamailio
PATH=$PATH:/usr/sbin
take_port kamailio_port
take_port redirect_port
take_port callee_port
take_port caller_port
take_port nobody_port
readonly VIAS=$'Via:[$first]\nVia:[$second]\nVia:[$third]' # of caller and two proxies

# kamailio_with CONFIGURATION PORT KEY=VALUE...: starts one.
kamailio_with() {
    local pair text folder=$home/kamailio-$2
    mkdir -p "$folder"
    text=$(<"$here/$1")
    text=${text//@PORT@/$2}
    for pair in "${@:3}"; do
        text=${text//"@${pair%%=*}@"/"${pair#*=}"}
    done
    printf '%s\n' "$text" >"$folder/kamailio.cfg"
    start "kamailio-$2" kamailio -DD -E -m 64 -M 8 -Y "$folder" -P "$folder/pid" \
        -f "$folder/kamailio.cfg"
    wait_for_udp "$2" "$started_pid" || {
        fail "Kamailio comes up" "$home/kamailio-$2.log"
        finish
    }
}

callee() {
    scenario callee "$@"
    play callee "$callee_port"
    callee_pid=$started_pid
}

# calls TITLE PORT TEMPLATE [KEY=VALUE]... [-- SIPP ARGUMENT...]: a caller that sends to a port.
calls() {
    local title=$1 port=$2 keys=() more=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        keys+=("$1")
        shift
    done
    [ $# = 0 ] || more=("${@:2}")
    scenario caller "${keys[@]}"
    if run_sipp caller "$caller_port" "127.0.0.1:$port" "${more[@]}" >"$home/caller.out" 2>&1; then
        pass "$title"
    else
        fail "$title" "$home/caller.err" "$home/caller.msg" "$home/proxy.log"
    fi
}

serve proxy \
    "domain \"kamailio.example.com\" { role = proxy" \
    "  next-hop = \"sip:127.0.0.1:$kamailio_port\" }" \
    "domain \"moved.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$redirect_port\" }" \
    "domain \"direct.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    "domain \"example.com\" { role = redirect }" \
    "peer \"redirector\" { address = \"127.0.0.1:$redirect_port\"  follow = yes" \
    "  allow-private = yes }"
kamailio_with kamailio.cfg "$redirect_port" CALLEE="$callee_port" NOBODY="$nobody_port"

echo "Kamailio behind us"
kamailio_with kamailio_proxy.cfg "$kamailio_port" NEXT="$callee_port"
downstream_pid=$started_pid
callee proxied_callee
calls "a call through both" "$server_port" proxied_call HOST=kamailio.example.com
ended_well callee "$callee_pid"
callee proxied_cancelled VIAS="$VIAS"
calls "a call that is cancelled through both" "$server_port" proxied_cancel \
    HOST=kamailio.example.com
ended_well callee "$callee_pid"
for user in moved temp choice; do
    callee proxied_callee
    calls "the 3xx of Kamailio for $user is followed" "$server_port" proxied_call \
        HOST=moved.example.com -- -s "$user"
    ended_well callee "$callee_pid"
done
calls "its 404 is passed on" "$server_port" caller URI=sip:other@moved.example.com CODE=404 \
    LINES='Subject: none' PATTERN="CSeq: 1 INVITE"
stop "$downstream_pid" || true

echo "Kamailio before us"
kamailio_with kamailio_proxy.cfg "$kamailio_port" NEXT="$server_port"
callee proxied_callee
calls "a call through both" "$kamailio_port" proxied_call HOST=direct.example.com
ended_well callee "$callee_pid"
callee proxied_cancelled VIAS="$VIAS"
calls "a call that is cancelled through both" "$kamailio_port" proxied_cancel \
    HOST=direct.example.com
ended_well callee "$callee_pid"
"$signpost" route add sip:gone@example.com 302 "sip:new@127.0.0.1:$callee_port" \
    --store "lmdb:$home/proxy/store" >"$home/route.out" 2>&1 || fail "a route" "$home/route.out"
callee proxied_callee
calls "our 302 is followed by Kamailio" "$kamailio_port" proxied_call HOST=example.com -- -s gone
ended_well callee "$callee_pid"

kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

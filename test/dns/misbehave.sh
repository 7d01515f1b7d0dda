#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `signpost call` with name servers that are slow, silent, or say what no server should: a call to a
# name fails within its time and says why, and Ctrl-C does not wait for the DNS.

# shellcheck source=dns.sh
source "$(dirname "$0")/dns.sh"
alone "$@"
readonly RESPONDER=$build/test/dns/dns_responder
need "$RESPONDER"
take_port good_port
callee good "$good_port"

cat >"$home/zone" <<EOF
_sip._udp.a.example.com SRV 1 1 $good_port b.example.com
b.example.com A 127.0.0.1
far.example.com A 127.0.0.1
EOF

has_port() {
    [ -s "$home/$1.log" ]
}

# respond NAME MANNER: its port into $dns_port.
respond() {
    start "$1" "$RESPONDER" "$2" "$home/zone"
    wait_until "$WAIT_S" has_port "$1"
    dns_port=$(<"$home/$1.log")
}

respond first good
call 0 "a server that behaves is understood" sip:a@a.example.com

respond second slow
call 0 "a slow server is waited for" "sip:a@far.example.com:$good_port"
took "as long as it takes" 400 6000

for manner in silent rubbish wrong cut truncate loop sick alias; do
    respond "$manner" "$manner"
    call 1 "no call goes out on what a $manner server says" sip:a@a.example.com
    says "and that is told" "the DNS did not answer"
    took "within its time" 0 6500
done

respond last silent
begun=${EPOCHREALTIME//[!0-9]/}
timeout -s INT 1 "$signpost" call sip:a@a.example.com --dns "127.0.0.1:$dns_port" \
    >"$home/call.log" 2>&1 || true
took_ms=$(((${EPOCHREALTIME//[!0-9]/} - begun) / 1000))
says "Ctrl-C ends the wait for the DNS" "stopped"
took "at once" 900 2500
finish

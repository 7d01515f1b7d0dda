#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A telephone that nobody here wrote: baresip, without a sound card or a screen, calls a number that
# our server answers with 301 or 302, follows it, and talks to a callee played by SIPp.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp baresip
take_port callee_port
take_port phone_port
take_port phone_tls_port # baresip takes the next one as well, for TLS

# dials TITLE URI USER: baresip calls URI and must reach USER.
dials() {
    scenario callee hangup USER="$3"
    play callee "$callee_port"
    local callee_pid=$started_pid
    start baresip baresip -4 -s -f "$home/phone" -p "$home/phone" -e "/dial $2"
    local phone_pid=$started_pid
    ended_well callee "$callee_pid"
    stop "$phone_pid" || true
    expect "$1" grep -q 'Call established' "$home/baresip.log"
    tr -d '\r' <"$home/baresip.log" | grep -aE '^(SIP/2.0|INVITE|Contact)' | sed 's/^/    /' || true
}

moves() { # USER CODE NEW-USER
    "$signpost" route add --store "lmdb:$home/server/store" \
        "sip:$1@127.0.0.1" "$2" "sip:$3@127.0.0.1:$callee_port"
}

phone
serve server 'domain "127.0.0.1" { role = redirect }'
expect "a user moves for good" moves moved 301 new
expect "a user moves for now" moves away 302 desk
dials "baresip follows our 301" "sip:moved@127.0.0.1:$server_port" new
dials "baresip follows our 302" "sip:away@127.0.0.1:$server_port" desk
stop_server server
finish

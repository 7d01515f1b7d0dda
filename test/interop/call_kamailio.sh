#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `signpost call` through a redirect server that nobody here wrote: Kamailio sends it on with 301,
# 302 and 300 to a callee played by SIPp; the 301 is remembered, so the next call goes direct.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp kamailio
take_port peer_port
take_port callee_port
take_port nobody_port

sed "s/@PORT@/$peer_port/; s/@CALLEE@/$callee_port/; s/@NOBODY@/$nobody_port/" \
    "$here/kamailio.cfg" >"$home/kamailio.cfg"
PATH=$PATH:/usr/sbin
start kamailio kamailio -DD -E -m 64 -M 8 -Y "$home" -f "$home/kamailio.cfg"
kamailio_pid=$started_pid
wait_for_udp "$peer_port" "$kamailio_pid"

call() { # TITLE USER [ARGUMENT]...
    scenario callee callee USER=new WANTED='Supported:.*timer'
    play callee "$callee_port"
    callee_pid=$started_pid
    expect "$1" timeout "$WAIT_S" "$signpost" call "sip:$2@127.0.0.1:$peer_port" --hold 0 "${@:3}"
    ended_well callee "$callee_pid"
}

call "Kamailio's 301 is followed" moved --store "lmdb:$home/book"
call "Kamailio's 302 is followed" temp --store "lmdb:$home/book"
call "Kamailio's 300 is followed to the better Contact" choice
stop "$kamailio_pid" || true
call "the address book reaches the new address without Kamailio" moved --store "lmdb:$home/book"
call "a 302 with expires=60 is remembered for that long" temp --store "lmdb:$home/book"
finish

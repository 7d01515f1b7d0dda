#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A proxy whose next hop resets its connection, drips, answers what nobody asked, or talks nonsense:
# each caller gets an answer, and nothing stays behind.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
need python3
alone "$@"

# shellcheck disable=SC2317 # called by wait_until
listens() {
    (: <"/dev/tcp/127.0.0.1/$hop_port") 2>/dev/null
}

cd "$home"
take_port hop_port
configure "domain \"rude.example.com\" { role = proxy" \
    "  next-hop = \"sip:127.0.0.1:$hop_port;transport=tcp\" }"
at=127.0.0.1:$server_port
sed -i "s|listen = .*|listen = { \"udp:$at\", \"tcp:$at\" }|" signpost.conf
# shellcheck disable=SC2154 # of lib.sh
start rude python3 "$repo/test/server/rude_hop.py" "$hop_port"
wait_until "$WAIT_S" listens
up

# call USER: what a caller is told in the end stands in USER.called.
call() {
    timeout 50 "$signpost" call "sip:$1@rude.example.com" --proxy "127.0.0.1:$server_port" \
        --timeout 45 >"$1.called" 2>&1
}

# gets STATUS USER
gets() {
    grep -q " $1 " "$2.called" || { cat "$2.called" && false; }
}

# nothing_stays: of everything that a call takes.
# shellcheck disable=SC2317 # called by wait_until
nothing_stays() {
    local name
    "$signpost" status --json --config signpost.conf >state || return 1
    for name in transactions proxy_contexts proxy_branches lookups sessions; do
        grep -q "\"signpost_$name\": *0\b" state || return 1
    done
}

call drip || true
call stray || true
begun=$SECONDS
call reset || true
call close || true
call rubbish || true
expect "a next hop that resets its connection is as one that cannot be reached" gets 500 reset
expect "so is one that closes it without a word" gets 500 close
expect "and one that talks nonsense" gets 500 rubbish
expect "which nobody waits 32 s for" test $((SECONDS - begun)) -lt 10
call ring &
ring_pid=$!
wait "$ring_pid" || true
expect "one that rings may answer by another connection" gets 486 ring
expect "one that answers in segments of one octet is heard" gets 486 drip
expect "one that answers what nobody asked, too" gets 486 stray
expect "which was dropped and counted" test "$("$signpost" status --json --config signpost.conf |
    sed -n 's/.*"signpost_responses_stray_total": *\([0-9]*\).*/\1/p')" -ge 1
expect "nothing stays behind" wait_until 60 nothing_stays
finish

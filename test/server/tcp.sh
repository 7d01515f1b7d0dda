#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The server over TCP: every torture message in segments of one octet and of some, peers that are
# slow, silent, deaf or gone, and more connections than there is room for. With --long the crowd is
# as large as the one that Kamailio was measured with.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"
crowd=600
[ "${SIGNPOST_LONG:-}" = "" ] || crowd=4000

# listen_to LINE...: a configuration with a listener of each transport.
listen_to() {
    configure "$@"
    local at=127.0.0.1:$server_port
    sed -i "s|listen = .*|listen = { \"udp:$at\", \"tcp:$at\" }|" "$home/signpost.conf"
}

# descriptors: how many files and sockets the server has open.
descriptors() {
    find "/proc/$server_pid/fd" -mindepth 1 | wc -l
}

# metric NAME: what the server has counted.
metric() {
    "$signpost" status --json --config "$home/signpost.conf" |
        sed -n "s/.*\"signpost_$1\": \([0-9]*\).*/\1/p"
}

are_as_before() {
    [ "$(descriptors)" -le "$before" ]
}

cd "$home"
listen_to 'tcp-idle = 10'
up
expect "a route" "$signpost" route add sip:moved@example.com 301 sip:moved@new.example.net \
    --store "lmdb:$home/store"
before=$(descriptors)
for step in 1 3 64 8192; do
    expect "torture messages in segments of $step octets are answered as the table says" \
        "$build/test/live/torture_stream" "$server_port" "$step"
done
expect "$crowd slow connections from one address hold nobody else up" \
    "$build/test/live/slow_peers" "$server_port" "$crowd" 12
expect "slow messages were ended" test "$(metric tcp_slow_total)" -gt 0
expect "and above 256 of that address nobody was let in" test "$(metric tcp_refused_total)" -gt 0
expect "no connection is left when its other end is gone" wait_until "$WAIT_S" are_as_before
expect "the server ends when it is asked" stop "$server_pid"

listen_to 'tcp-connections = 64' 'tcp-connections-per-address = 1000'
up
expect "with the table full of the silent, others still get in" \
    "$build/test/live/slow_peers" "$server_port" 300 4
expect "since those make place that have said nothing" test "$(metric tcp_evicted_total)" -gt 0
expect "and no more than that were ever open" test "$(metric tcp_connections)" -le 64
expect "it ends then, too" stop "$server_pid"
finish

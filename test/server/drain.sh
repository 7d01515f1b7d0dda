#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two workers are told to end while one of them has a call that rings. What belongs to the call may
# come to the sockets of either.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
need python3
alone "$@"

cd "$home"
take_port hop_port
configure "domain \"late.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$hop_port\" }"
sed -i 's/^workers = 1$/workers = 2/' signpost.conf
up
# shellcheck disable=SC2154 # of take_port
expect "the worker without work goes on for the one that has it" \
    timeout -s KILL 60 python3 "$repo/test/server/late_hop.py" "$server_port" "$hop_port" \
    "$server_pid"
expect "and both end together, as soon as nobody waits" wait_until "$WAIT_S" gone "$server_pid"
expect "on their own, with 0" wait "$server_pid"
finish

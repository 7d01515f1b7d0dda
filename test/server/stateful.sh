#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The same with redirect-state = transaction: an answer is sent again until its ACK comes, and two
# workers share the calls.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
configure 'redirect-state = transaction'
up
expect "a route is added" "$signpost" route add sip:moved@example.com 301 \
    sip:moved@new.example.net --store "lmdb:$home/store"
answers 301 INVITE sip:moved@example.com
branch=2 answers 404 OPTIONS sip:nobody@example.com
branch=1 answers 200 CANCEL sip:moved@example.com
answers '' ACK sip:moved@example.com
expect "status counts its transactions" grep -q '"signpost_transactions": [1-9]' \
    <("$signpost" status --config signpost.conf --json)
kill "$server_pid"
expect "SIGTERM waits for them" wait_until "$WAIT_S" grep -q ' draining ' server.log
expect "and new requests are answered 503 meanwhile" \
    grep -q '^SIP/2.0 503' <(branch=3 request INVITE sip:moved@example.com | ask)
expect "a second SIGTERM ends it with 0" stop "$server_pid"

configure 'redirect-state = transaction'
up
branch=4 answers 404 OPTIONS sip:nobody@example.com
kill "$server_pid"
expect "what lingers for 32 seconds keeps nobody waiting for more than 5" \
    wait_until "$WAIT_S" gone "$server_pid"
finish

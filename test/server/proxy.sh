#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A server with a proxied domain, asked by people whom it does and does not serve: closed by
# default, nothing relayed that no rule names, and a reload and a crash that it lives through.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
take_port nobody_port
proxied() { # NAME: the line of a domain
    printf 'domain "%s" { role = proxy  next-hop = "sip:127.0.0.1:%s" }' "$1" "$nobody_port"
}
configure "$(proxied down.example.com)"
up

echo "who is served"
branch=1 answers 404 INVITE sip:bob@elsewhere.example.net
branch=2 answers 200 OPTIONS "sip:127.0.0.1:$server_port"
branch=3 answers 481 CANCEL sip:bob@down.example.com
branch=4 answers '' ACK sip:bob@down.example.com
branch=5 answers 404 INVITE sip:nobody@example.com
branch=6 answers 483 INVITE sip:bob@down.example.com 'Max-Forwards: 0'
branch=13 answers 200 OPTIONS sip:bob@down.example.com 'Max-Forwards: 0' # RFC 3261 §16.3
branch=7 answers 420 INVITE sip:bob@down.example.com 'Proxy-Require: magic'
branch=8 answers 100 INVITE sip:bob@down.example.com

echo "routes"
branch=9 answers 403 INVITE sip:bob@down.example.com 'Route: <sip:192.0.2.9;lr>'
branch=10 answers 404 INVITE sip:bob@elsewhere.example.net \
    "Route: <sip:127.0.0.1:$server_port;lr>"
branch=11 answers 404 INVITE sip:bob@elsewhere.example.net \
    "Route: <sip:127.0.0.1:$server_port;lr;sp=0123456789abcdef>"
branch=12 answers 404 BYE sip:bob@192.0.2.9 "Route: <sip:127.0.0.1:$server_port;lr;sp=0>"

echo "responses"
printf 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:%s;branch=z9hG4bKx\r\n' "$server_port" >stray
printf 'From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: stray\r\n' >>stray
printf 'CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n' >>stray
expect "a response to nothing is dropped" test -z "$(ask <stray)"
counts() { # NAME VALUE
    "$signpost" status --config signpost.conf --json | grep -q "\"$1\": $2"
}
expect "and counted" counts signpost_responses_stray_total 1

echo "a secret, and a crash"
expect "the secret lies beside the store, for nobody else to read" \
    test "$(stat -c %a store/secret)" = 600
cp store/secret first
stop "$server_pid" KILL || true
up
expect "and stays the same after kill -9" cmp first store/secret

echo "a reload"
configure
kill -HUP "$server_pid"
expect "the domain goes" wait_until "$WAIT_S" grep -q ' reloaded ' server.log
branch=20 answers 404 INVITE sip:bob@down.example.com
configure "$(proxied down.example.com)" "$(proxied up.example.com)"
kill -HUP "$server_pid"
reloaded_twice() {
    [ "$(grep -c ' reloaded ' server.log)" = 2 ]
}
expect "and comes back with another" wait_until "$WAIT_S" reloaded_twice
branch=21 answers 100 INVITE sip:bob@up.example.com

echo "the end"
kill "$server_pid"
expect "SIGTERM waits for transactions" wait_until "$WAIT_S" grep -q ' draining ' server.log
branch=30 answers 503 INVITE sip:bob@down.example.com
expect "a second SIGTERM ends it with 0" stop "$server_pid"

echo "a proxy from the first reload on, which keeps its calls, too"
configure
up
configure "$(proxied down.example.com)"
kill -HUP "$server_pid"
expect "a redirect server becomes a proxy, too" \
    wait_until "$WAIT_S" grep -q ' reloaded ' server.log
branch=40 answers 100 INVITE sip:bob@down.example.com
expect "with a journal for its calls" test -e store/sessions
stop "$server_pid" KILL || true

echo "two workers and a next hop where nobody listens"
configure "$(proxied down.example.com)"
sed -i 's/^workers = 1$/workers = 2/' signpost.conf
up
# The network tells one of the two sockets, whichever worker had sent.
all_are_told() {
    local call
    for call in 1 2 3 4 5 6 7 8 9 10 11 12; do
        timeout -s KILL 3 "$signpost" call "sip:$call@down.example.com" \
            --proxy "127.0.0.1:$server_port" >call.log 2>&1 || [ $? = 1 ] || return 1
        grep -q ' 500 ' call.log || return 1
    done
}
expect "twelve calls are refused at once" all_are_told
stop "$server_pid" KILL || true
finish

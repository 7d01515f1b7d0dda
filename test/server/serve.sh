#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A redirect server from its first configuration to its end, without memory of requests.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
expect "init writes a configuration" "$signpost" init
expect "which check finds good" "$signpost" check
expect "init writes over nothing" test "$("$signpost" init 2>&1)" = \
    "signpost init: signpost.conf is there already; move it away, or name another file"

configure
up
expect "a route is added while it runs" "$signpost" route add sip:moved@example.com 301 \
    sip:moved@new.example.net --store "lmdb:$home/store"
answers 301 INVITE sip:moved@example.com
answers 301 SUBSCRIBE sip:moved@example.com
answers 301 NEWMETHOD sip:moved@example.com 'Require: nothing-known'
answers 301 INVITE "sip:moved@example.com:$server_port"
answers 404 INVITE sip:nobody@example.com
answers 404 INVITE sip:moved@elsewhere.example
answers 416 INVITE mailto:moved@example.com
answers 200 CANCEL sip:moved@example.com
answers '' ACK sip:moved@example.com
answers 200 OPTIONS "sip:127.0.0.1:$server_port"
answers 405 INVITE "sip:127.0.0.1:$server_port"
answers 420 OPTIONS "sip:127.0.0.1:$server_port" 'Require: nothing-known'
answers 501 NEWMETHOD "sip:127.0.0.1:$server_port"
expect "another version is answered 505" grep -q '^SIP/2.0 505' \
    <(request INVITE sip:moved@example.com | sed '1s/2\.0/3.0/' | ask)
expect "a broken length is answered 400" grep -q '^SIP/2.0 400' \
    <(request INVITE sip:moved@example.com | sed 's/^Content-Length: 0/Content-Length: -1/' | ask)
expect "a Via with port 0 is answered 400, where it came from" grep -q '^SIP/2.0 400' \
    <(request INVITE sip:moved@example.com | sed 's/127.0.0.1;branch/127.0.0.1:0;branch/' | ask)
expect "nothing is sent to multicast" test "$(request INVITE sip:moved@example.com |
    sed 's/;rport/;maddr=224.0.0.1/' | ask)" = ''

request INVITE sip:moved@example.com | ask | sed 's/rport=[0-9]*//' >first
request INVITE sip:moved@example.com | ask | sed 's/rport=[0-9]*//' >second
expect "a request that comes again gets the same answer, tag and all" cmp first second
expect "with the Contact of its route" grep -qx 'Contact: <sip:moved@new.example.net>' first

"$signpost" status --config signpost.conf --json >status.json
expect "status says what it holds" grep -q '"exact": 1' status.json
expect "and what it has done" grep -q '"signpost_redirected_total": [1-9]' status.json

configure 'domain "moved.example" { role = redirect }'
answers 404 INVITE sip:moved@moved.example
expect "a route for a new domain" "$signpost" route add 'sip:*@moved.example' 302 \
    'sip:{user}@new.example.net,0.5,60' --store "lmdb:$home/store"
kill -HUP "$server_pid"
expect "SIGHUP brings the new domain" wait_until "$WAIT_S" grep -q ' reloaded ' server.log
answers 302 INVITE sip:anybody@moved.example
configure 'rolle = redirect'
kill -HUP "$server_pid"
expect "SIGHUP refuses a bad configuration" wait_until "$WAIT_S" \
    grep -q 'reload-refused' server.log
expect "and names its line" grep -q 'line=5 .*unknown key' server.log
answers 302 INVITE sip:anybody@moved.example
configure 'redirect-state = transaction'
kill -HUP "$server_pid"
expect "SIGHUP says what takes a restart" wait_until "$WAIT_S" \
    grep -q 'redirect-state has changed, which takes a restart' server.log
expect "SIGTERM ends it with 0" stop "$server_pid"
expect "its control socket is gone" test ! -e store/control

configure
up
answers 301 INVITE sip:moved@example.com
expect "after a restart it answers as before, and ends with 0" stop "$server_pid"
finish

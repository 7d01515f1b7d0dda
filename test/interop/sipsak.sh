#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# sipsak against the server: it pings with OPTIONS, follows our redirection, and throws requests
# that it has damaged at random; the server must answer the next sound one.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipsak
serve server 'domain "example.com" { role = redirect }'
readonly PROXY=127.0.0.1

ping_server() {
    timeout "$WAIT_S" sipsak -s "sip:$PROXY:$server_port"
}

redirected() { # URI PATTERN
    timeout "$WAIT_S" sipsak -d -vvv -p "$PROXY:$server_port" -s "$1" \
        >"$home/sipsak.out" 2>&1 || true
    grep -E "$2" "$home/sipsak.out" || { cat "$home/sipsak.out" && false; }
}

expect "OPTIONS to the server is answered 200" ping_server
expect "OPTIONS to a moved user is answered 301 with the Contact" \
    redirected sip:15550000001@example.com 'Contact: <sip:15550000001@new.example.net>'
expect "OPTIONS to somebody unknown is answered 404" \
    redirected sip:nobody@example.com 'SIP/2.0 404 '

for round in 1 2 3 4 5; do
    timeout 2 sipsak -R -s "sip:15550000001@$PROXY:$server_port" >/dev/null 2>&1 || true
    expect "still there after damaged requests, round $round" ping_server
done

stop_server server
finish

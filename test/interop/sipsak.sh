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

redirected() { # URI PATTERN [ARGUMENT]...
    timeout "$WAIT_S" sipsak -d -vvv "${@:3}" -p "$PROXY:$server_port" -s "$1" \
        >"$home/sipsak.out" 2>&1 || true
    grep -E "$2" "$home/sipsak.out" || { cat "$home/sipsak.out" && false; }
}

expect "OPTIONS to the server is answered 200" ping_server
expect "OPTIONS to a moved user is answered 301 with the Contact" \
    redirected sip:15550000001@example.com 'Contact: <sip:15550000001@new.example.net>'
expect "OPTIONS to somebody unknown is answered 404" \
    redirected sip:nobody@example.com 'SIP/2.0 404 '

cat >"$home/call.sip" <<'END'
INVITE sip:15550000001@example.com SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKsipsak;rport
Max-Forwards: 70
From: <sip:sipsak@example.org>;tag=sipsak
To: <sip:15550000001@example.com>
Call-ID: one@example.org
CSeq: 1 INVITE
Contact: <sip:sipsak@example.org>
Content-Length: 0

END
expect "INVITE to a moved user is answered 301 with the Contact" \
    redirected sip:15550000001@example.com 'Contact: <sip:15550000001@new.example.net>' \
    -i -f "$home/call.sip"

for round in 1 2 3; do
    timeout 1 sipsak -R -s "sip:15550000001@$PROXY:$server_port" >/dev/null 2>&1 || true
    expect "still there after damaged requests, round $round" ping_server
done

stop_server server
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Requests that nobody should send: each gets a 4xx or its connection's end, and the next client its
# page.

# shellcheck source-path=SCRIPTDIR source=web.sh disable=SC2154,SC2317,SC2016
source "$(dirname "$0")/web.sh"
need curl python3
alone "$@"
# shellcheck disable=SC2119 # no further lines
serve

still_serves() {
    is 200 /healthz && ! gone "$server_pid"
}

expect 'POST is not allowed' eval 'is 405 /codes/422 -X POST -d x=1 && says "^allow: GET, HEAD$"'
expect 'a body with GET is not read' is 200 /healthz -X GET -d x=1
for method in PUT DELETE PATCH OPTIONS; do
    expect "nor is $method" is 405 / -X "$method"
done
expect 'a code outside 100..699' is 404 /codes/99
expect 'and above' is 404 /codes/700
expect 'and far above' is 404 /codes/99999999999999999999
expect 'an unknown word gets suggestions' shows 404 /codes/bussy codes/486
expect 'for a terminal too' tells 404 /codes/bussy ^486
expect 'and for a program an object' tells 404 /codes/bussy.json '"error":"absent"'
expect 'links of a page that is not there lead somewhere' \
    shows 404 /a/b/c/busy 'href="../../../codes/486"'
expect 'dots lead nowhere' is 404 /../../etc/passwd
expect 'a bad escape' is 400 '/codes/%zz'
expect 'an escaped NUL' is 400 '/codes/%00'
expect 'an escaped line end' is 400 '/codes/%0d%0aX:%20y'
expect 'no UTF-8' is 400 '/search?q=%ff%fe'
expect 'an overlong form' is 400 '/search?q=%c0%af'
expect 'a query that is markup stays text' \
    shows 200 '/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27' '&lt;script&gt;alert'
expect 'and nothing but text' eval '! has "<script>alert"'
expect 'a query of 129 octets' is 400 "/search?q=$(printf 'a%.0s' {1..129})"
expect 'a path of 5000 octets' is 404 "/$(printf 'a%.0s' {1..5000})"
cat >"$home/rude.py" <<'PY'
import socket, sys, time
host, port = sys.argv[1].split(":")


def talk(octets, patience=5):
    with socket.create_connection((host, int(port)), patience) as s:
        s.settimeout(patience)
        try:
            s.sendall(octets)
            got = b""
            while len(got) < 64:
                piece = s.recv(4096)
                if not piece:
                    break
                got += piece
        except (ConnectionError, socket.timeout):
            got = b""
        return got


def refused(octets):
    got = talk(octets)
    return got == b"" or got.split(b" ")[1][:1] == b"4"


head = b" HTTP/1.1\r\nHost: x\r\n\r\n"
cases = {
    "a query of a mebioctet": b"GET /search?q=" + b"a" * (1 << 20) + head,
    "a path of a mebioctet": b"GET /" + b"a" * (1 << 20) + head,
    "a header field of a mebioctet": b"GET / HTTP/1.1\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n",
    "ten thousand header fields": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10000 + b"\r\n",
    "odd octets in a path": b"GET /codes/\xff\xfe\x01" + head,
    "a NUL in a path": b"GET /codes/4\x0022" + head,
    "no target": b"GET" + head,
    "another scheme": b"GET http://example.com/codes" + head,
    "an asterisk": b"OPTIONS *" + head,
    "no HTTP": b"INVITE sip:a@example.com SIP/2.0\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
}
bad = [name for name, octets in cases.items() if not refused(octets)]
for name in bad:
    print(name, talk(cases[name])[:60])
sys.exit(bool(bad))
PY
expect 'what is too large or no HTTP is refused' python3 "$home/rude.py" "${web#http://}"
expect 'and the next client is served' still_serves

cat >"$home/slow.py" <<'PY'
import socket, sys
host, port = sys.argv[1].split(":")
held = []
for k in range(200):  # more than there are places
    try:
        s = socket.create_connection((host, int(port)), 1)
        s.sendall(b"GET / HTTP/1.1\r\nHo")
        held.append(s)
    except OSError:
        break
del held[:150]  # most of them hang up in the middle
with socket.create_connection((host, int(port)), 5) as s:
    s.settimeout(20)  # of the others the server is tired after ten seconds
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    print(s.recv(4096).split(b"\r\n")[0])
PY
expect 'connections that say nothing do not keep others out' eval \
    'python3 "$home/slow.py" "${web#http://}" | grep -q "200 OK"'
expect 'a client that goes away before its answer' eval \
    'for k in $(seq 50); do python3 -c "
import socket, sys
h, p = sys.argv[1].split(\":\")
s = socket.create_connection((h, int(p)))
s.sendall(b\"GET /codes/422 HTTP/1.1\r\nHost: localhost\r\n\r\n\")
s.close()" "${web#http://}"; done; still_serves'
status_for() { # HOST: what a request with that Host gets
    curl -so /dev/null -w '%{http_code}' -H "Host: $1" "$web/codes/422"
}
expect 'a name that leads here by somebody else is no name of ours' \
    test "$(status_for evil.example.com)" = 421
expect 'localhost is' test "$(status_for localhost:8060)" = 200
expect 'so is an address' test "$(status_for '[::1]:8060')" = 200
stop "$server_pid" TERM || true
expect 'the server ends well' grep -q ' ended ' "$home/server.log"
finish

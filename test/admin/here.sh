#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the pages tell of this server's own messages, and that nothing of them becomes markup.

# shellcheck source-path=SCRIPTDIR source=web.sh disable=SC2154,SC2317,SC2016
source "$(dirname "$0")/web.sh"
need curl python3
alone "$@"
take_port callee_port
serve "domain \"down.example\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    "peer \"callee\" { address = \"127.0.0.1:$callee_port\" }" \
    'error-info = "https://sip.example.com/codes/{code}"'

json() { # PATH EXPRESSION: true of the object `it`
    is 200 "$1" &&
        python3 -c "import json, sys; it = json.load(open(sys.argv[1])); sys.exit(not ($2))" \
            "$home/body"
}

expect 'a code that was not met' eval 'is 200 /codes/301 && has "neither sent nor received"'
for k in 1 2 3; do
    branch=$k request INVITE 'sip:moved:secret@example.com' | ask >/dev/null
done
request OPTIONS sip:nobody@example.com | ask >/dev/null

expect 'it is counted by method and peer' json /codes/301.json \
    '[(r["method"], r["peer"], r["day"]) for r in it["here"]["rows"]] == [("INVITE", "callee", 3)]'
expect 'and its transactions are kept' json /codes/301.json \
    'it["here"]["transactions"][0]["steps"][1]["line"] == "301 Moved Permanently"'
expect 'without a password' json /codes/301.json \
    'it["here"]["transactions"][0]["steps"][0]["line"] == "INVITE sip:moved@example.com"'
expect 'as a page' \
    shows 200 /codes/301 '<table>' '<svg ' 'Call-ID <code>1@example.net' 'href="#here"'
expect 'and as text' \
    tells 200 /ko/codes/301 '보냄 +INVITE +callee +3 +3' 'INVITE sip:mo'
expect 'the index has the sum' shows 200 /codes '<span class="count">3</span>'
expect 'the overview has the busiest' shows 200 / '<progress max="1000" value="1000"'
printf 'SIP/2.0 499 Odd\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKodd\r\nFrom: <sip:a@b>;tag=1\r
To: <sip:a@b>;tag=2\r\nCall-ID: odd\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n' | ask >/dev/null
expect 'also one that nobody has registered' shows 200 / 'href="codes/499"><b>499</b></a>'
expect 'and the metrics' \
    tells 200 /metrics '^signpost_responses_total\{code="301",direction="sent"\} 3$'
expect 'another code is not touched' json /codes/302.json 'it["here"]["sent"]["day"] == 0'

# explains TEXT ARGUMENT...: `explain` says it, where this server's configuration is the default.
explains() {
    local wanted=$1
    shift
    SIGNPOST_CONFIG=$home/signpost.conf "$signpost" explain "$@" >"$home/out" 2>"$home/err" &&
        [ ! -s "$home/err" ] && grep -qE -- "$wanted" "$home/out"
}
expect 'explain has the counts of the server' explains 'Sent +INVITE +callee +3 +3' 301
expect 'in Korean' explains '보냄 +INVITE +callee +3 +3' 301 --lang ko
expect 'and as JSON' explains '"here":\{.*"sent":\{"hour":3,"day":3\}' 301 --json
expect 'of a code that was not met' explains 'neither sent nor received' 513
expect 'not of many' eval '! explains "On this server" 4xx'

request INVITE 'sip:<script>alert(1)</script>@example.com' |
    sed 's/^Call-ID: .*/Call-ID: <img src=x onerror=alert(2)>@"x"\r/' | ask >/dev/null
request OPTIONS sip:odd@example.com | sed 's/^Call-ID: .*/Call-ID: \xff\xfe@x\r/' | ask >/dev/null
expect 'octets of the wire are no markup' eval \
    'is 200 /codes/400 -H "$browser" && has "&lt;script&gt;alert" && ! has "<script>|<img"'
expect 'and the page is well formed' python3 -c \
    'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' "$home/body"
expect 'nor do they break JSON' json /codes/400.json 'it["here"]["sent"]["day"] >= 1'

# refused URI CODE: with that code, and where it is explained.
refused() {
    request INVITE "$1" | ask >"$home/answer"
    grep -q "^SIP/2.0 $2 " "$home/answer" &&
        grep -qxF "Error-Info: <https://sip.example.com/codes/$2>" "$home/answer"
}

expect 'a refusal says where it is explained' refused sip:nobody@example.com 404
start callee "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --min-se 1800
wait_for_udp "$callee_port" "$started_pid" || fail 'the callee comes up' "$home/callee.log"
expect 'a call through the proxy' "$signpost" call sip:b@down.example \
    --proxy "127.0.0.1:$server_port" --session-expires 90
expect 'its 422 was received and sent' json /codes/422.json \
    'it["here"]["received"]["day"] == 1 and it["here"]["sent"]["day"] == 1'
expect 'its ladder has both sides' json /codes/422.json \
    '[s["line"].split()[0] for s in it["here"]["transactions"][0]["steps"]] == \
        ["INVITE", "100", "INVITE", "422", "422"]'
expect 'and its 200' shows 200 /codes/200 '<td>Received</td><td>INVITE</td><td>callee</td>' \
    'BYE sip:'

kill -TERM "$server_pid" # the calls' transactions are not over
expect 'while it drains it is not healthy' wait_until "$WAIT_S" eval \
    'is 503 /healthz >/dev/null && has "^draining$"'
expect 'and still shows its pages' shows 200 /codes/200 '<h1 class="code">'
kill -TERM "$server_pid"
expect 'the server ends' wait_until "$WAIT_S" gone "$server_pid"
expect 'without a server explain is silent about it' eval \
    'explains "SIP 301" 301 && ! grep -q "On this server" "$home/out"'
finish

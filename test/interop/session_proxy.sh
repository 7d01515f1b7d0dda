#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Session timers on the way (RFC 4028 §8): a proxy between SIPp and SIPp, which judge what it makes
# of intervals that are too small, too large, missing, compact or broken, in the first INVITE, in an
# UPDATE and in a re-INVITE, and of a 2xx that says nothing. With --long a call whose ends both fall
# silent is ended, which takes 90 seconds.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
take_port callee_port
take_port caller_port
readonly NEXT_HOP=sip:127.0.0.1:$callee_port
readonly NONE='Subject: none'
readonly NOTHING='(Session-Expires|Min-SE|Require)' # of session timers in a message

# proxied TITLE HOST, then what the caller sends, what the callee must see (two patterns, and one
# that it must not), what it answers, what the caller must see (the same), what both see in a
# refresh.
proxied() {
    scenario callee session_callee WANTED="$4" ALSO="$5" UNWANTED="$6" ANSWER="$7" AGAIN="${11}"
    scenario caller session_caller URI="sip:bob@$2" LINES="$3" WANTED="$8" ALSO="$9" \
        UNWANTED="${10}" REFRESH="$3" AGAIN="${12}"
    play callee "$callee_port"
    local callee_pid=$started_pid
    if run_sipp caller "$caller_port" "127.0.0.1:$server_port" >"$home/caller.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/caller.err" "$home/caller.msg" "$home/proxy.log"
    fi
    ended_well callee "$callee_pid"
    rm -f "$home"/caller.* "$home"/callee.*
}

# refused TITLE HOST CODE PATTERN LINES: the callee is not asked, so nobody plays it.
refused() {
    scenario caller caller URI="sip:bob@$2" CODE="$3" PATTERN="$4" LINES="$5"
    if run_sipp caller "$caller_port" "127.0.0.1:$server_port" >"$home/caller.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/caller.err" "$home/caller.msg" "$home/proxy.log"
    fi
    rm -f "$home"/caller.*
}

line() { # NAME VALUE: a pattern for a whole header line
    echo "$1: *$2[[:space:]]*[[:cntrl:]]"
}

domain() { # NAME TIMER
    echo "domain \"$1\" { role = proxy  next-hop = \"$NEXT_HOP\"  $2 }"
}

readonly LIMITS='min-se = 120  session-expires = 600  max-session-expires = 1200'
serve proxy "$(domain timed.example.com "session-timer { $LIMITS }")" \
    "$(domain seen.example.com "session-timer { mode = observe  $LIMITS }")" \
    "$(domain plain.example.com 'session-timer { mode = off }')" \
    "$(domain short.example.com 'session-timer { min-se = 90  end-expired = bye }')"

echo "who is refused"
refused "422 with Min-SE for a caller with timers" timed.example.com 422 "$(line Min-SE 120)" \
    $'Supported: timer\nSession-Expires: 100'
refused "and for one who writes compactly" timed.example.com 422 "$(line Min-SE 120)" \
    $'k: 100rel, timer\nx: 100;refresher=uac'
for value in x '' -1 1e3 4294967296 1000000000000000000000000000000 '100, 200' \
    '100;refresher=other' '100;refresher=uas;refresher=uac'; do
    refused "400 for the interval '$value'" timed.example.com 400 '400 [^ ]*.*Session-Expires' \
        "x: $value"
done
for value in 0 1 89 '119;refresher=uas;odd=1;even'; do
    refused "422 for the interval '$value'" timed.example.com 422 "$(line Min-SE 120)" \
        $'Supported: timer\nSession-Expires: '"$value"
done
for value in x 0x90 4294967296 1000000000000000000000000000000 '90, 90'; do
    refused "400 for the Min-SE '$value'" timed.example.com 400 '400 [^ ]*.*Min-SE' "Min-SE: $value"
done

echo "intervals on their way to the callee"
proxied "raised with Min-SE for a caller without timers, whose 200 says nothing" \
    timed.example.com 'Session-Expires: 100' \
    "$(line Session-Expires 120)" "$(line Min-SE 120)" 'Supported:|Require:' "$NONE" \
    '200 OK' 'CSeq: *1 INVITE' "$NOTHING" \
    "$(line Session-Expires 120)" '200 OK'
proxied "inserted, and completed in the 200" \
    timed.example.com 'Supported: timer' \
    "$(line Session-Expires 600)" 'Supported: timer' 'Min-SE|refresher' "$NONE" \
    "$(line Session-Expires '600;refresher=uac')" "$(line Require timer)" 'Min-SE' \
    "$(line Session-Expires 600)" "$(line Session-Expires '600;refresher=uac')"
proxied "lowered; the 200 of a callee with timers is the result" \
    timed.example.com $'Supported: timer\nSession-Expires: 7200;refresher=uas;x=y' \
    "$(line Session-Expires '1200;refresher=uas;x=y')" 'CSeq' 'Min-SE' \
    $'Require: timer\nSession-Expires: 900;refresher=uas' \
    "$(line Session-Expires '900;refresher=uas')" "$(line Require timer)" 1200 \
    "$(line Session-Expires '1200;refresher=uas;x=y')" "$(line Session-Expires '900;refresher=uas')"
proxied "lowered no further than to Min-SE, which stays" \
    timed.example.com $'Supported: timer\nSession-Expires: 7200\nMin-SE: 5000' \
    "$(line Session-Expires 5000)" "$(line Min-SE 5000)" 7200 "$NONE" \
    "$(line Session-Expires '5000;refresher=uac')" "$(line Require timer)" 'Min-SE' \
    "$(line Session-Expires 5000)" "$(line Session-Expires '5000;refresher=uac')"
proxied "compact and within the limits: as it came" \
    timed.example.com $'k: timer\nx: 300 ;refresher=uac' \
    "$(line x '300 ;refresher=uac')" "$(line k timer)" 'Session-Expires|Min-SE' \
    $'Require: timer\nx: 300;refresher=uac' \
    "$(line x '300;refresher=uac')" "$(line Require timer)" 'Session-Expires' \
    "$(line x '300 ;refresher=uac')" "$(line x '300;refresher=uac')"
proxied "a callee's timer for a caller without passes as it is" \
    timed.example.com "$NONE" \
    "$(line Session-Expires 600)" CSeq 'refresher|Supported' 'Session-Expires: 600;refresher=uas' \
    "$(line Session-Expires '600;refresher=uas')" CSeq 'Require|uac' \
    "$(line Session-Expires 600)" "$(line Session-Expires '600;refresher=uas')"

echo "timers that are left alone"
proxied "mode = observe changes nothing" \
    seen.example.com $'Supported: timer\nSession-Expires: 100' \
    "$(line Session-Expires 100)" CSeq 'Min-SE' "$NONE" '200 OK' CSeq "$NOTHING" \
    "$(line Session-Expires 100)" '200 OK'
expect "but says what would have been" grep -q 'session-observed .*would-refuse-under=120' \
    "$home/proxy.log"
proxied "nothing is inserted either" seen.example.com 'Supported: timer' \
    CSeq 'Supported: timer' "$NOTHING" "$NONE" '200 OK' CSeq "$NOTHING" CSeq CSeq
expect "but the call is told to be at risk" grep -q 'session-observed .*risk=' "$home/proxy.log"
proxied "mode = off" plain.example.com $'Supported: timer\nSession-Expires: 100' \
    "$(line Session-Expires 100)" CSeq 'Min-SE' "$NONE" '200 OK' CSeq "$NOTHING" \
    "$(line Session-Expires 100)" '200 OK'
if [ "${SIGNPOST_LONG:-}" != "" ]; then
    echo "a call whose ends fall silent"
    sipp_s=120
    scenario callee session_silent_callee
    scenario caller session_silent_caller URI=sip:bob@short.example.com
    play callee "$callee_port"
    callee_pid=$started_pid
    expect "the caller is told by BYE after 90 s" run_sipp caller "$caller_port" \
        "127.0.0.1:$server_port"
    ended_well callee "$callee_pid"
fi

kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

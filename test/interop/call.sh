#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `signpost call` among SIPp callees that move, ask for longer sessions, loop, say nothing useful or
# answer too late: what it does on the wire is judged by SIPp, what it reports by its exit status.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
take_port first_port
take_port second_port
take_port nobody_port
readonly FIRST=sip:first@127.0.0.1

# call WANTED TITLE [ARGUMENT]...: a call to the first port; passes when it exits with WANTED.
call() {
    local status=0
    timeout "$WAIT_S" "$signpost" call "$FIRST:$first_port" --hold 0 "${@:3}" \
        >"$home/call.log" 2>&1 || status=$?
    if [ "$status" = "$1" ]; then
        pass "$2"
    else
        fail "$2 (exit $status, not $1)" "$home/call.log"
    fi
}

# first TEMPLATE [KEY=VALUE]..., second ...: who answers at the two ports.
first() {
    scenario first "$@"
    play first "$first_port"
    first_pid=$started_pid
}

second() {
    scenario second "$@"
    play second "$second_port"
    second_pid=$started_pid
}

both_ended_well() {
    ended_well first "$first_pid"
    ended_well second "$second_pid"
}

echo "a call without detours"
first callee USER=first WANTED='Supported:.*timer'
call 0 "a call is placed, answered and ended"
ended_well first "$first_pid"

for code in 301 302 300; do
    echo "the first answers $code"
    first refuse CODE=$code LINES="Contact: <sip:moved@127.0.0.1:$second_port>;expires=30"
    second callee USER=moved WANTED="To:.*first.127.0.0.1:$first_port"
    call 0 "$code is followed"
    both_ended_well
done

echo "several Contacts"
first refuse CODE=300 LINES="Contact: <sip:nobody@127.0.0.1:$nobody_port>;q=0.1
Contact: <tel:+15550001>;q=0.9
Contact: <sip:moved@127.0.0.1:$second_port>;q=0.5"
second callee USER=moved WANTED='CSeq: '
call 0 "the best Contact that can be called is called"
both_ended_well

echo "a Contact with a method, headers and lr"
first refuse CODE=302 \
    LINES="Contact: <sip:moved@127.0.0.1:$second_port;method=REGISTER;lr?Replaces=x&Subject=evil>"
second callee USER=moved WANTED='^INVITE sip:moved.127.0.0.1:[0-9]+[^?]* SIP/2.0'
call 0 "only the address of a Contact is used"
both_ended_well

echo "redirections that lead nowhere"
first refuse CODE=301 LINES="Contact: <SIP:first@127.0.0.1:$first_port>"
call 1 "a 301 to the same address is not followed"
ended_well first "$first_pid"
first refuse CODE=301 LINES="Contact: <sip:second@127.0.0.1:$second_port>"
second refuse CODE=302 LINES="Contact: <$FIRST:$first_port>"
call 1 "a circle is left after one round"
both_ended_well
first refuse CODE=302 LINES="Subject: no Contact"
call 1 "a 302 without Contact is a failure"
ended_well first "$first_pid"
first refuse CODE=302 LINES="Contact: <mailto:first@example.org>"
call 1 "a 302 with nothing that can be called is a failure"
ended_well first "$first_pid"
first refuse CODE=486 LINES="Subject: busy"
call 1 "486 is acknowledged and reported"
expect "  by its phrase" grep -qx 'refused: Busy Here (486)' "$home/call.log"
expect "  with where to read on" grep -qF 'signpost explain 486' "$home/call.log"
ended_well first "$first_pid"

echo "an address book that is out of date"
first refuse CODE=301 LINES="Contact: <sip:moved@127.0.0.1:$second_port>"
second callee USER=moved WANTED='CSeq: '
call 0 "a 301 is written down" --store "lmdb:$home/book"
both_ended_well
first callee USER=first WANTED='CSeq: '
call 0 "nobody is at the new address any more: the old one is tried" --store "lmdb:$home/book"
ended_well first "$first_pid"
first callee USER=first WANTED='CSeq: '
call 0 "and stays the one to call" --store "lmdb:$home/book"
ended_well first "$first_pid"
first refuse CODE=301 LINES="Contact: <sip:moved@127.0.0.1:$second_port>"
second callee USER=moved WANTED='CSeq: '
call 0 "a new 301 is written down again" --store "lmdb:$home/book"
both_ended_well
first callee USER=first WANTED='CSeq: '
second refuse CODE=410 LINES="Subject: gone"
call 0 "410 at the new address: the old one is tried" --store "lmdb:$home/book"
both_ended_well

echo "session intervals"
first interval_grows
call 0 "422 is answered with a longer interval, twice" --session-expires 90
ended_well first "$first_pid"
first interval_stuck
call 1 "a 422 that asks for nothing new ends the call" --session-expires 90
ended_well first "$first_pid"
first refuse CODE=422 LINES="Subject: no Min-SE"
call 1 "a 422 without Min-SE does not loop" --session-expires 3600
wait_until 1 gone "$first_pid" || true

echo "a late answer"
first late_answer
call 1 "a call given up that is answered all the same is ended" --timeout 1
ended_well first "$first_pid"

finish

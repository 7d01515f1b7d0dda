#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# SIPp calls the redirect server: each kind of route gives its code with its Contacts, the ACK is
# met with silence, and other methods are answered as RFC 3261 §8.3 and §8.2 say.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp
take_port caller_port

# calls TITLE URI CODE PATTERN: an INVITE and its ACK.
calls() {
    scenario call caller URI="$2" CODE="$3" PATTERN="$4" LINES="Subject: none"
    if run_sipp call "$caller_port" "127.0.0.1:$server_port" >"$home/call.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/call.err" "$home/call.msg"
    fi
    rm -f "$home"/call.*
}

# asks TITLE METHOD URI CODE PATTERN [LINES]: a request of another method.
asks() {
    scenario ask ask METHOD="$2" URI="$3" CODE="$4" PATTERN="$5" LINES="${6:-Subject: none}"
    if run_sipp ask "$caller_port" "127.0.0.1:$server_port" >"$home/ask.out" 2>&1; then
        pass "$1"
    else
        fail "$1" "$home/ask.err" "$home/ask.msg"
    fi
    rm -f "$home"/ask.*
}

serve server 'domain "example.com" { role = redirect }' \
    'domain "old.example.com" { role = redirect }'

readonly MOVED=sip:15550000001@example.com
own=sip:127.0.0.1:$server_port

calls "301 names the new address" "$MOVED" 301 \
    'Contact: .sip:15550000001@new.example.net.'
calls "302 says for how long" sip:temp@example.com 302 \
    'Contact: .sip:temp@elsewhere.example.net.;expires=60'
calls "300 gives its Contacts in order of q" sip:many@example.com 300 \
    'sip:a@one.example.net.;q=0.9.*sip:b@two.example.net.;q=0.3'
calls "a prefix route carries the number over" sip:17775550123@example.com 301 \
    'Contact: .sip:17775550123@gw7.example.net.'
calls "a domain route carries the user over" sip:anybody@old.example.com 301 \
    'Contact: .sip:anybody@new.example.com.'
calls "a user with visible escapes is found" sip:t%65mp@example.com 302 'sip:temp@elsewhere'
calls "404 as routed" sip:lost@example.com 404 'SIP/2.0 404 '
calls "410 as routed" sip:gone@example.com 410 'SIP/2.0 410 '
calls "480 as routed" sip:asleep@example.com 480 'SIP/2.0 480 '
calls "404 for a user without a route" sip:nobody@example.com 404 'SIP/2.0 404 '
calls "404 for a domain that is not ours" sip:15550000001@example.org 404 'SIP/2.0 404 '

asks "OPTIONS to a moved user is redirected" OPTIONS "$MOVED" 301 'new.example.net'
asks "MESSAGE to a moved user is redirected" MESSAGE "$MOVED" 301 'new.example.net'
asks "an unknown method is redirected" WONDER "$MOVED" 301 'new.example.net'
asks "Require is no business of a redirect server" INVITE "$MOVED" 301 \
    'new.example.net' 'Require: nothing-we-know'
asks "a small Session-Expires is not refused here" INVITE "$MOVED" 301 \
    'new.example.net' $'Supported: timer\r\nSession-Expires: 10'
asks "CANCEL is answered 200" CANCEL "$MOVED" 200 'CSeq: 1 CANCEL'
asks "OPTIONS to the server says what it can" OPTIONS "$own" 200 'Allow: '
asks "INVITE to the server itself is 405 with Allow" INVITE "$own" 405 'Allow: '
asks "an unknown method to the server itself is 501" WONDER "$own" 501 'SIP/2.0 501 '
asks "a required extension of the server itself is 420" OPTIONS "$own" 420 \
    'Unsupported: nothing-we-know' 'Require: nothing-we-know'
asks "a scheme that nobody knows is 416" OPTIONS isbn:2983792873 416 'SIP/2.0 416 '

stop_server server
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A telephone without session timers behind our proxy, which has them: baresip calls `signpost
# answer`. The interval that the proxy put in is taken by the callee, who refreshes, and the proxy
# knows the call until baresip hangs up. With --long it is refreshed twice: baresip has to live with
# that.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need baresip jq
take_port callee_port
take_port phone_port
# shellcheck disable=SC2034 # baresip takes the next one as well, for TLS
take_port tls_port
interval=600
talk_s=3
[ "${SIGNPOST_LONG:-}" = "" ] || interval=90 talk_s=100

calls_are() { # NUMBER
    "$signpost" session list --config "$home/proxy/signpost.conf" --json >"$home/list.json" &&
        [ "$(jq .total "$home/list.json")" = "$1" ]
}

start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --ascii
answer_pid=$started_pid
wait_for_udp "$callee_port" "$answer_pid" || fail "the callee comes up" "$home/answer.log"
serve proxy "session-timer { session-expires = $interval  end-expired = bye }" \
    "domain \"127.0.0.1\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }"
phone
if [ "$talk_s" = 100 ]; then # baresip hangs up when it has nothing more to say: 110 s of silence
    {
        printf 'RIFF\x24\xdb\x1a\0WAVEfmt \x10\0\0\0\1\0\1\0'
        printf '\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\xdb\x1a\0'
        head -c 1760000 /dev/zero
    } >"$home/phone/spoken.wav"
fi
start baresip baresip -4 -s -f "$home/phone" -p "$home/phone" -t "$talk_s" \
    -e "/dial sip:bob@127.0.0.1:$server_port"
phone_pid=$started_pid
expect "the proxy knows the call" wait_until "$WAIT_S" calls_are 1
expect "with its own interval, refreshed by the callee" jq -e \
    ".list[0] | .interval_s == $interval and .refresher == \"callee\"" "$home/list.json"
wait_until "$((talk_s + WAIT_S))" gone "$phone_pid" || true
expect "the call was talked to its end" grep -q 'Call established' "$home/baresip.log"
expect "and is forgotten" wait_until "$WAIT_S" calls_are 0
stop "$answer_pid" || true
expect "by the callee too" grep -q 'BYE sip:' "$home/answer.log"
if [ "$talk_s" = 100 ]; then
    expect "it was refreshed twice" test \
        "$(grep -cE -- '-- (UPDATE|INVITE) sip:alice.*>\|' "$home/answer.log")" -ge 2
fi
kill "$server_pid"
wait_until "$WAIT_S" grep -q ' draining ' "$home/proxy.log"
stop_server proxy # with a second signal: transactions would be waited for
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# INVITEs that are refused for their session timers, ten thousand of them, with --long a hundred
# thousand: each gets its 422 or 400 before anything is kept for it, so neither the memory nor the
# descriptors of the server grow with them. (A sanitizer build keeps what was freed for a while, so
# there memory is not judged.)

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp jq
take_port nobody_port
take_port caller_port
readonly GROWTH_KB_MAX=512
invites=10000
[ "${SIGNPOST_LONG:-}" = "" ] || invites=100000
sipp_s=60

memory_kb() {
    sed -nE 's/^VmRSS:[[:space:]]*([0-9]+).*/\1/p' "/proc/$server_pid/status"
}

descriptors() {
    find "/proc/$server_pid/fd" -type l | wc -l
}

# flood COUNT CODE LINES: that many callers, each with a Call-ID of its own.
flood() {
    scenario caller caller URI=sip:bob@timed.example.com CODE="$2" PATTERN="$2" LINES="$3"
    sipp -sf "$home/caller.xml" -i 127.0.0.1 -p "$caller_port" -nostdin -m "$1" -r 4000 -l 2000 \
        -timeout "${sipp_s}s" -timeout_error "127.0.0.1:$server_port" >"$home/sipp.log" 2>&1
}

serve proxy 'log = error' 'session-timer { min-se = 120 }' \
    "domain \"timed.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$nobody_port\" }"
too_small=$'Supported: timer\nSession-Expires: 90'
expect "a few are refused, so that all memory is touched" flood 2000 422 "$too_small"
files=$(descriptors)
memory=$(memory_kb)
expect "$invites are refused with 422" flood "$invites" 422 "$too_small"
expect "as many again with 400" flood "$invites" 400 'Session-Expires: 4294967296'
expect "no descriptor more ($files)" [ "$(descriptors)" = "$files" ]
grown=$(($(memory_kb) - memory))
if grep -q __asan_init "$signpost"; then
    pass "memory is not judged in a sanitizer build ($grown KiB)"
else
    expect "no memory more ($grown KiB)" [ "$grown" -le "$GROWTH_KB_MAX" ]
fi
"$signpost" status --config "$home/proxy/signpost.conf" --json >"$home/status.json" || true
expect "and nothing is kept for any of them" jq -e \
    '.metrics | .signpost_transactions == 0 and .signpost_proxy_contexts == 0' "$home/status.json"
stop_server proxy
finish

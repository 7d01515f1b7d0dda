#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A telephone that nobody here wrote: baresip, without a sound card or a screen, calls a number that
# our server answers with 301 or 302, follows it, and talks to a callee played by SIPp.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
need sipp baresip
take_port callee_port
take_port phone_port
take_port phone_tls_port # baresip takes the next one as well, for TLS

modules=$(dirname "$(find /usr/lib /usr/local/lib -path '*baresip/modules/menu.so' -print -quit)")

# phone NAME: a telephone's folder: G.711, a silent file to speak with, another to hear with.
phone() {
    mkdir -p "$home/phone"
    cat >"$home/phone/config" <<END
module_path $modules
sip_listen 127.0.0.1:$phone_port
net_interface 127.0.0.1
module g711.so
module aufile.so
module_tmp account.so
module_app menu.so
audio_source aufile,$home/phone/spoken.wav
audio_player aufile,$home/phone/heard.wav
audio_alert aufile,$home/phone/alert.wav
END
    # One second of silence: a WAV header for 16000 octets of 16-bit samples, 8000 a second.
    {
        printf 'RIFF\xa4\x3e\0\0WAVEfmt \x10\0\0\0\1\0\1\0'
        printf '\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x80\x3e\0\0'
        head -c 16000 /dev/zero
    } >"$home/phone/spoken.wav"
    echo '<sip:alice@127.0.0.1>;regint=0' >"$home/phone/accounts"
    : >"$home/phone/contacts"
}

# dials TITLE URI USER: baresip calls URI and must reach USER.
dials() {
    scenario callee hangup USER="$3"
    play callee "$callee_port"
    local callee_pid=$started_pid
    start baresip baresip -4 -s -f "$home/phone" -p "$home/phone" -e "/dial $2"
    local phone_pid=$started_pid
    ended_well callee "$callee_pid"
    stop "$phone_pid" || true
    expect "$1" grep -q 'Call established' "$home/baresip.log"
    tr -d '\r' <"$home/baresip.log" | grep -aE '^(SIP/2.0|INVITE|Contact)' | sed 's/^/    /' || true
}

moves() { # USER CODE NEW-USER
    "$signpost" route add --store "lmdb:$home/server/store" \
        "sip:$1@127.0.0.1" "$2" "sip:$3@127.0.0.1:$callee_port"
}

phone
serve server 'domain "127.0.0.1" { role = redirect }'
expect "a user moves for good" moves moved 301 new
expect "a user moves for now" moves away 302 desk
dials "baresip follows our 301" "sip:moved@127.0.0.1:$server_port" new
dials "baresip follows our 302" "sip:away@127.0.0.1:$server_port" desk
stop_server server
finish

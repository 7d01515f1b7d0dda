# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the interop tests share: SIPp scenarios made from templates, a signpost server over the
# routes of routes.csv, and a telephone. Read by each of them: `source interop.sh; alone "$@"`.

# shellcheck source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# scenario NAME TEMPLATE [KEY=VALUE]...: writes $home/NAME.xml from sipp/TEMPLATE.xml, in which each
# @KEY@ becomes its value. A value may hold line ends; none may be left out. Patterns stand in XML
# attributes, so they have '.' for '<' and '>'.
scenario() {
    local text pair
    text=$(<"$here/sipp/$2.xml")
    for pair in "${@:3}"; do
        text=${text//"@${pair%%=*}@"/"${pair#*=}"}
    done
    if grep -oE '@[A-Z]+@' <<<"$text"; then
        echo "scenario $1: the keys above have no value" >&2
        return 1
    fi
    printf '%s\n' "$text" >"$home/$1.xml"
}

# run_sipp NAME PORT [SIPP ARGUMENT]...: one call of the scenario NAME from or at PORT, which may
# take $sipp_s seconds.
run_sipp() {
    sipp -sf "$home/$1.xml" -i 127.0.0.1 -p "$2" -m 1 -nostdin \
        -timeout "${sipp_s:-$WAIT_S}s" -timeout_error -trace_err -error_file "$home/$1.err" \
        -trace_msg -message_file "$home/$1.msg" "${@:3}"
}

# play NAME PORT: the scenario in the background, once it listens; the pid into $started_pid.
play() {
    start "$1" run_sipp "$1" "$2"
    wait_for_udp "$2" "$started_pid"
}

# ended_well NAME PID: waits for a scenario that came from `play`; passes when it went as written.
ended_well() {
    wait_until "$WAIT_S" gone "$2" || true
    local status=0
    wait "$2" || status=$?
    if [ "$status" = 0 ]; then
        pass "$1: the peer saw what it should"
    else
        fail "$1: the peer (SIPp) ended with $status" "$home/$1.err" "$home/$1.msg"
    fi
}

# serve NAME [LINE]...: a server over routes.csv on $server_port, its pid in $server_pid; the
# lines are added to its configuration.
serve() {
    local folder=$home/$1
    mkdir -p "$folder"
    server_port=
    take_port server_port
    sed "s/@PORT@/$server_port/g" "$here/routes.csv" >"$folder/routes.csv"
    {
        echo "listen  = { \"udp:127.0.0.1:$server_port\", \"tcp:127.0.0.1:$server_port\" }"
        echo "store   = \"lmdb:$folder/store\""
        echo "workers = 1"
        printf '%s\n' "${@:2}"
    } >"$folder/signpost.conf"
    "$signpost" route import "$folder/routes.csv" --store "lmdb:$folder/store" \
        >"$folder/import.log" 2>&1 || {
        fail "the routes are imported" "$folder/import.log"
        finish
    }
    start "$1" "$signpost" serve --config "$folder/signpost.conf"
    server_pid=$started_pid
    wait_for_udp "$server_port" "$server_pid" || {
        fail "the server comes up" "$home/$1.log"
        finish
    }
}

# stop_server NAME: it must end by itself, with 0 and in time, when told to.
stop_server() {
    if stop "$server_pid"; then
        pass "the server ends with 0 on SIGTERM"
    else
        fail "the server ends with 0 on SIGTERM" "$home/$1.log"
    fi
}

# phone: baresip's folder at $home/phone, for port $phone_port: G.711, a silent file to speak with,
# another to hear with.
phone() {
    local modules
    modules=$(find /usr/lib /usr/local/lib -path '*baresip/modules/menu.so' -print -quit)
    modules=$(dirname "$modules")
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

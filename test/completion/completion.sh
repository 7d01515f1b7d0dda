#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The scripts for shells: bash completes by its own, all are taken by their shells.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
make_home

for shell in bash zsh fish; do
    "$signpost" --completion "$shell" >"$home/$shell"
done
# shellcheck source=/dev/null
source "$home/bash"

# offers WORD... -- TYPED...: the last word typed is completed to at least these.
# shellcheck disable=SC2317 # called by expect, as are those below
offers() {
    local wanted=()
    while [ "$1" != -- ]; do
        wanted+=("$1")
        shift
    done
    shift
    COMP_WORDS=(signpost "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _signpost
    local word
    for word in "${wanted[@]}"; do
        [[ " ${COMPREPLY[*]} " = *" $word "* ]] || return 1
    done
}

# shellcheck disable=SC2317
offers_nothing() {
    COMP_WORDS=(signpost "$@")
    COMP_CWORD=$#
    _signpost
    [ "${#COMPREPLY[@]}" = 0 ]
}

# shellcheck disable=SC2317
is_refused() {
    local status=0
    "$signpost" --completion tcsh >"$home/out" 2>"$home/err" || status=$?
    [ "$status" = 2 ] && [ ! -s "$home/out" ]
}

# Every command that --help lists is in the script.
# shellcheck disable=SC2317
has_all_commands() {
    local command
    while read -r command; do
        grep -q "\\b$command\\b" "$home/$1" || return 1
    done < <("$signpost" --help |
        awk '/^Commands/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
}

expect "commands" offers explain compare codes -- ""
expect "a command that has begun" offers explain -- expl
expect "options of a command" offers --lang --json -- explain --
expect "codes" offers 480 486 489 -- explain 48
expect "codes behind a code" offers 422 -- compare 301 4
expect "a command below another" offers import export -- route ""
expect "options below another command" offers --store -- route import --st
expect "files where nothing else fits" offers_nothing check signpost.c
expect "an unknown shell" is_refused
for shell in bash zsh fish; do
    expect "$shell has all commands" has_all_commands "$shell"
    if command -v "$shell" >/dev/null; then
        expect "$shell reads its script" "$shell" -n "$home/$shell"
    fi
done
finish

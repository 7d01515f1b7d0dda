#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `codes export --html`: the pages as a browser reads them, and which folders are taken.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
need python3
make_home

# exports DIR
# shellcheck disable=SC2317 # called by expect, as are those below
exports() {
    "$signpost" codes export --html "$1" >"$home/out" 2>"$home/err" &&
        [ ! -s "$home/err" ] && [ -s "$1/index.html" ] && [ -s "$1/ko/codes/422.html" ]
}

# refuses STATUS ARGUMENT...: with one line that tells why.
# shellcheck disable=SC2317
refuses() {
    local wanted=$1 status=0
    shift
    "$signpost" codes export "$@" >"$home/out" 2>"$home/err" || status=$?
    [ "$status" = "$wanted" ] && [ ! -s "$home/out" ] && [ "$(wc -l <"$home/err")" = 1 ]
}

# shellcheck disable=SC2317
refuses_strangers() {
    refuses 1 --html "$home/strange" && [ "$(ls -A "$home/strange")" = index.html ] &&
        [ "$(cat "$home/strange/index.html")" = mine ]
}

# A folder stands where a page is to be written first.
# shellcheck disable=SC2317
fails_without_traces() {
    find "$home/blocked" | sort >"$home/before"
    refuses 1 --html "$home/blocked" && find "$home/blocked" | sort | cmp - "$home/before"
}

# shellcheck disable=SC2317
has_no_leftovers() {
    [ "$(find "$1" -name '*~' | wc -l)" = 0 ]
}

# shellcheck disable=SC2317
is_search() {
    "$signpost" codes -- export >"$home/out" 2>"$home/err" || [ "$(wc -l <"$home/err")" = 1 ]
    [ ! -e "$home/export" ]
}

expect 'an export makes its folder' exports "$home/site"
expect 'and those above it' exports "$home/public/of/sip"
expect 'its pages are whole, linked, and nothing but pages' \
    python3 "$repo/test/reference/site.py" "$home/site"
expect 'no file of the making is left' has_no_leftovers "$home/site"

echo mine >"$home/site/CNAME"
touch "$home/site/index.html~"
expect 'an export goes over an export' exports "$home/site"
expect 'a file of others beside the pages stays' grep -qx mine "$home/site/CNAME"
expect 'what a killed export left is gone' has_no_leftovers "$home/site"

mkdir "$home/empty"
expect 'an empty folder is taken' exports "$home/empty"

mkdir "$home/strange"
echo mine >"$home/strange/index.html"
expect 'a folder with files of others is refused and stays as it is' refuses_strangers

cp -R "$home/empty" "$home/blocked"
find "$home/blocked" -name '*.html' -delete
rm "$home/blocked/style.css"
find "$home/blocked" -mindepth 1 -depth -type d -exec rmdir {} +
mkdir -p "$home/blocked/index.html~/x"
expect 'an export that fails leaves nothing behind' fails_without_traces

touch "$home/file"
expect 'a file is refused' refuses 1 --html "$home/file"
expect 'a folder below a file is refused' refuses 1 --html "$home/file/site"
expect 'a folder must be named' refuses 2
expect 'an empty name is refused' refuses 2 --html ''
expect 'there are no arguments' refuses 2 --html "$home/more" more
expect 'behind dashes the word is searched for' is_search
finish

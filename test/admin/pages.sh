#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every page of the admin port in every form, where it stands, and what its head says.

# shellcheck source-path=SCRIPTDIR source=web.sh disable=SC2154,SC2317,SC2016
source "$(dirname "$0")/web.sh"
need curl python3
alone "$@"
# shellcheck disable=SC2119 # no further lines
serve

# page PATH PATTERN: for a browser, with everything that a page must have in its head.
page() {
    is 200 "$1" -H "$browser" && has "$2" && has '<html [^>]*lang="(en|ko)"' &&
        says '^content-type: text/html; charset=utf-8$' && says '^content-language: ' &&
        says "^content-security-policy: default-src 'none'; style-src 'self'; script-src 'self';" &&
        says '^x-content-type-options: nosniff$' && says '^referrer-policy: no-referrer$' &&
        says '^vary: accept, accept-language, user-agent$' &&
        ! grep -qE '<style|style=|onclick' "$home/body"
}

text() { # PATH PATTERN
    is 200 "$1" && has "$2" && says '^content-type: text/plain; charset=utf-8$' &&
        ! grep -q $'\e' "$home/body" && ! grep -q '<p>' "$home/body"
}

json() { # PATH EXPRESSION: true of the object `it`
    is 200 "$1" && says '^content-type: application/json; charset=utf-8$' &&
        python3 -c "import json, sys; it = json.load(open(sys.argv[1])); sys.exit(not ($2))" \
            "$home/body"
}

leads() { # PATH STATUS LOCATION
    is "$2" "$1" -H "$browser" && says "^location: $3\$"
}

expect 'the overview' page / '<h1>signpost</h1>'
expect 'in Korean' page /ko '이 서버'
expect 'the codes' page /codes '<a class="c4" href="codes/422">'
expect 'in Korean' page /ko/codes 'href="../ko/codes/422"'
expect 'a code' page /codes/422 '<title>SIP 422 Session Interval Too Small</title>'
expect 'in Korean' page /ko/codes/422 '설명'
expect 'a code that nobody registered' page /codes/299 'not registered'
expect 'two codes' page /compare/301/422 '<title>SIP 301 .* vs 422 '
expect 'in the other order' page /compare/422/301 '<title>SIP 422 .* vs 301 '
expect 'which names the first as the one to be remembered' \
    has '<link rel="canonical" href="../../compare/301/422"/>'
expect 'two codes that nobody has written about' page /compare/180/606 'never alternatives'
expect 'all header fields' page /headers '<a href="headers/Min-SE">Min-SE</a>'
expect 'a header field' page /headers/Min-SE '<title>SIP header field Min-SE</title>'
expect 'in Korean' page /ko/headers/Min-SE 'href="../../ko/codes/422"'
expect 'a method' page /methods/INVITE 'SIP method INVITE'
expect 'an option tag' page /tags/timer 'SIP option tag timer'
expect 'a warn-code' page /warnings/399 'SIP warn-code 399'
expect 'a cause' page /ko/causes/17 'Q.850 원인 코드 17'
expect 'a search' page '/search?q=busy+here' 'href="codes/486"'
expect 'a search for a header field' page '/search?q=min-se' 'SIP header field Min-SE'
expect 'a search for a class' page '/search?q=5xx' 'href="codes/503"'
expect 'a search for nothing' page /search '<form class="search"'
expect 'a search that finds nothing' page '/search?q=xyzzyxyzzy' 'Nothing is found'
expect 'each page says where it is in the other language' shows 200 /codes/422 \
    'hreflang="ko" href="../ko/codes/422"' 'rel="canonical" href="../codes/422"'
likes_korean='Accept-Language: ko-KR,ko;q=0.9'
expect 'a hint for who likes Korean better' eval \
    'is 200 /codes/422 -H "$browser" -H "$likes_korean" && has "class=\"hint\""'
expect 'which does not decide' has '<html [^>]*lang="en"'
expect 'no hint on a Korean page' eval \
    'is 200 /ko/codes/422 -H "$browser" -H "$likes_korean" && ! has "class=\"hint\""'

expect 'curl gets text' text /codes/422 '^SIP 422 Session Interval Too Small$'
expect 'of all codes' text /codes '^  422 Session Interval Too Small$'
expect 'of a cause' text /causes/17 '^Q.850 cause 17$'
expect 'of all methods' text /methods '^SIP method INVITE: '
expect 'of two' text /compare/301/422 '^SIP 301 Moved Permanently vs 422'
expect 'of a search' text '/search?q=busy' '^486 \(Busy Here\)'
expect 'of the server' text / '^  version '
expect 'in Korean' text /ko/codes/422 '^SIP 422 '
expect 'who accepts text gets it' eval \
    'is 200 /codes/422 -A Mozilla -H "Accept: text/plain" && says "^content-type: text/plain"'

expect 'JSON of a code' json /codes/422.json 'it["code"] == 422 and it["here"]["sent"]["day"] == 0'
expect 'of a header field' json /headers/Min-SE.json 'it["kind"] == "header" and 422 in it["codes"]'
expect 'of all causes' json /causes.json 'len(it["terms"]) > 60'
expect 'of all' json /codes.json 'len(it["codes"]) == 75'
expect 'of two' json /compare/301/422.json 'it["kind"] == "pair"'
expect 'of a search' json '/search.json?q=sesion+intervl' 'it["hits"][0]["code"] == 422'
expect 'of a search in Korean' json '/ko/search.json?q=%ED%86%B5%ED%99%94%EC%A4%91' \
    'it["hits"][0]["path"] == "codes/486"'
expect 'of the server' json /api/status 'it["ok"] and it["workers"] == 1'
expect 'who accepts JSON gets it' eval \
    'is 200 /codes/422 -H "Accept: application/json" && says "^content-type: application/json"'

expect '/codes/422/ has moved' leads /codes/422/ 301 /codes/422
expect 'a header field in small letters' leads /ko/headers/min-se 301 /ko/headers/Min-SE
expect '/422' leads /422 301 /codes/422
expect 'the name of a code' leads /ko/busy-here 301 /ko/codes/486
expect 'the name of a file' leads /compare/301-422.html 301 /compare/301/422
expect 'a code beside itself' leads /compare/422/422 301 /codes/422
expect 'the form that asks for two codes' leads '/compare?a=422&b=301' 302 /compare/422/301
expect 'a search for a number' leads '/search?q=422' 302 /codes/422

shows 200 /codes '<h1>' >/dev/null
style=$(sed -n 's/.*"\(style-[0-9a-f]*\.css\)".*/\1/p' "$home/body")
script=$(sed -n 's/.*src="\(suggest-[0-9a-f]*\.js\)".*/\1/p' "$home/body")
expect 'the style sheet is kept for ever' eval 'is 200 "/$style" &&
    says "^content-type: text/css" && says "^cache-control: public, max-age=31536000, immutable"'
expect 'and the script' eval \
    'is 200 "/$script" && says "^content-type: text/javascript" && says "immutable"'
icon=$(shows 200 / '<h1>' && sed -n 's/.*"\(icon-[0-9a-f]*\.svg\)".*/\1/p' "$home/body")
expect 'and the icon' eval 'is 200 "/$icon" && says "^content-type: image/svg" && says immutable'
expect 'one of another version is not there' is 404 /style-0123456789abcdef.css
expect 'a page has a name for its octets' eval 'is 200 /compare/301/422 && says "^etag: "'
etag=$(tr -d '\r' <"$home/head" | sed -n 's/^ETag: //Ip')
expect 'by which it is not sent again' is 304 /compare/301/422 -H "If-None-Match: $etag"

expect 'metrics' tells 200 /metrics '^signpost_build_info\{version="[0-9.]+"\} 1$' \
    '^process_start_time_seconds [0-9.]+$' '^signpost_uptime_seconds [0-9]+$'
expect 'each of them once' test "$(grep -c '^# TYPE' "$home/body")" = \
    "$(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$home/body" | sort -u | wc -l)"
expect 'the health' tells 200 /healthz '^ok$'
expect 'HEAD tells the length' eval 'is 200 /codes/422 --head && says "^content-length: [1-9]"'
finish

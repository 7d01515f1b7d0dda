#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The pages of the admin port in a real browser: both languages, light and dark, on a phone, on a
# wide screen and on paper, with and without the script. What they need of npm is fetched once into
# the build folder; where it can't be had, the test says so and is skipped.
#
# SIGNPOST_SHOTS=DIR keeps a picture of each page there.

# shellcheck source-path=SCRIPTDIR source=../admin/web.sh disable=SC2154
source "$(dirname "$0")/../admin/web.sh"
here=$(cd "$(dirname "$0")" && pwd)
modules=$build/browser
need curl node npm chromium

if [ "${SIGNPOST_ALONE:-}" = "" ]; then # here the network is still there
    # The lock file says which version of what, and its digest.
    mkdir -p "$modules"
    if ! cmp -s "$here/package-lock.json" "$modules/fetched"; then
        cp "$here/package.json" "$here/package-lock.json" "$modules/"
        if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund) \
            >"$modules/npm.log" 2>&1; then
            echo "SKIP $(basename "$0"): npm can't fetch playwright-core and axe-core"
            exit "$SKIPPED"
        fi
        cp "$here/package-lock.json" "$modules/fetched"
    fi
fi
alone "$@"
# shellcheck disable=SC2119 # no further lines
serve

# What the server is to have met: three calls of a peer, and octets that would be markup.
for k in 1 2 3; do
    branch=$k request INVITE sip:moved@example.com | ask >/dev/null
done
request INVITE 'sip:<script>alert(1)</script>@example.com' |
    sed 's/^Call-ID: .*/Call-ID: <img src=x onerror=alert(2)>@x\r/' | ask >/dev/null

status=0
HOME=$home SIGNPOST_WEB=$web SIGNPOST_MODULES=$modules node "$here/pages.mjs" || status=$?
exit "$status"

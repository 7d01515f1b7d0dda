#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# install_test.sh BUILD SOURCE CC: installs BUILD into a folder of its own and uses what lies there
# as a stranger would: through pkg-config, shared and static, from C and from C++, after the folder
# was moved. What the headers declare and what the library exports is the same list.
set -eu

build=$1
source=$2
cc=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

cmake --install "$build" --prefix "$work/first" >"$work/log"
mv "$work/first" "$work/prefix"
pc=$(find "$work/prefix" -name signpost.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
lib=$(dirname "$PKG_CONFIG_PATH")
[ "$(pkg-config --modversion signpost)" = "$("$work/prefix/bin/signpost" --version |
    awk '{ print $NF }')" ] || fail 'signpost.pc and the program have different versions'

cat >"$work/invite" <<'END'
INVITE sip:%61lice@Example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone
From: <sip:bob@example.com>;tag=1
To: <sip:alice@example.com>
Call-ID: one@192.0.2.1
CSeq: 1 INVITE
Contact: <sip:bob@192.0.2.1>
Max-Forwards: 70
Session-Expires: 90
Content-Length: 0

END
sed 's/$/\r/' "$work/invite" >"$work/message"
cat >"$work/expected" <<'END'
method: INVITE
uri: sip:%61lice@Example.com
key: alice@example.com
call: one@192.0.2.1
session interval: 90 s
body: 0 octets
END

# shellcheck disable=SC2046 # several words are meant
"$cc" -Wall -Wextra -Werror "$source/examples/parse.c" \
    $(pkg-config --cflags --libs signpost) -o "$work/shared"
LD_LIBRARY_PATH=$lib "$work/shared" <"$work/message" | cmp - "$work/expected" ||
    fail 'the example reads the message otherwise'
# shellcheck disable=SC2046 # as above
"$cc" -Wall -Wextra -Werror "$source/examples/parse.c" \
    $(pkg-config --cflags signpost) "$lib/libsignpost.a" -o "$work/static"
"$work/static" <"$work/message" | cmp - "$work/expected" ||
    fail 'the archive reads the message otherwise'

# All public headers in one C++ file, with a C++ compiler when there is one.
if command -v c++ >"$work/log"; then
    (cd "$work/prefix/include" && find signpost -name '*.h' ! -path '*/table/*' |
        sed 's/.*/#include <&>/') >"$work/all.cc"
    # shellcheck disable=SC2046 # as above
    c++ -fsyntax-only -Wall -Wextra -Werror $(pkg-config --cflags signpost) "$work/all.cc"
fi

# A declaration spreads over lines until its semicolon; its name stands before the first bracket.
find "$work/prefix/include/signpost" -name '*.h' -exec cat {} + |
    sed -nE '/^SP_API/{:more;/;/!{N;b more};s/\n/ /g;s/^([^(]*[ *])(sp_[a-z0-9_]+)\(.*/\2/p}' |
    sort >"$work/declared"
nm -D --defined-only "$lib/libsignpost.so" | awk '{ print $3 }' | sort >"$work/exported"
diff "$work/declared" "$work/exported" >"$work/difference" || {
    cat "$work/difference"
    fail 'declared (<) and exported (>) differ'
}
readelf -d "$lib/libsignpost.so" | grep -q 'soname: \[libsignpost.so.0\]' || fail 'its soname'
if readelf -d "$lib/libsignpost.so" | grep NEEDED | grep -v 'libc\.so\|ld-linux'; then
    fail 'the library needs more than libc'
fi
echo "$(wc -l <"$work/exported") functions exported"

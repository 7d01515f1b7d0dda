#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# hardening_test.sh FILE ...: each program or shared library is position-independent, has its
# relocations read-only after start (RELRO, BIND_NOW), no executable stack, no segment that is both
# writable and executable, and calls the stack protector and the checked forms of libc.
set -eu

failed=0

# needs FILE WHAT OUTPUT PATTERN
needs() {
    if echo "$3" | grep -qE "$4"; then
        echo "ok: $1: $2"
    else
        echo "FAILED: $1: $2"
        failed=1
    fi
}

for file in "$@"; do
    name=${file##*/}
    header=$(readelf -hW "$file")
    segments=$(readelf -lW "$file")
    dynamic=$(readelf -dW "$file")
    symbols=$(readelf -sW "$file" | awk '$7 == "UND" { print $8 }')
    needs "$name" 'position-independent' "$header" 'Type: +DYN'
    needs "$name" 'RELRO' "$segments" 'GNU_RELRO'
    needs "$name" 'BIND_NOW' "$dynamic" 'BIND_NOW|FLAGS.*NOW'
    needs "$name" 'stack not executable' "$segments" 'GNU_STACK.* RW +0x'
    needs "$name" 'stack protector' "$symbols" '^__stack_chk_fail'
    needs "$name" 'FORTIFY' "$symbols" '^__[a-z]+_chk'
    if echo "$segments" | grep -qE 'LOAD.* RWE '; then
        echo "FAILED: $name: a segment is writable and executable"
        failed=1
    fi
done
exit $failed

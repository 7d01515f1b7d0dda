#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tool/text names file and line of what is wrong with a text, and leaves no
# header behind.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
text=${SIGNPOST_BUILD:-$repo/build/release}/tool/text
make_home
cd "$home"

readonly WHOLE=$'[en a]\none\n\n[ko a]\n하나\n\n[b]\n    kept\n'
printf '# sections\na\t\t\nb\t\t\n' >sections.tsv

# refused TITLE CONTENT EXPECTED: the text fails with exactly that line.
refused() {
    printf '%s' "$2" >1.txt
    if "$text" T sections.tsv out.h 1.txt 2>error; then
        fail "$1"
    elif grep -qxF "$3" error && [ ! -e out.h ]; then
        pass "$1"
    else
        fail "$1" error
    fi
}

# shellcheck disable=SC2317 # called by expect
taken() {
    printf '%s' "$WHOLE" >1.txt
    "$text" T sections.tsv out.h 1.txt && grep -qF '"    kept"' out.h && rm out.h
}

expect "a whole text is taken" taken
refused "a section that one language lacks" $'[en a]\none\n[b]\ntwo\n' '1.txt:4: no text for [ko a]'
refused "an empty section" $'[en a]\n[ko a]\n하나\n[b]\ntwo\n' '1.txt:5: no text for [en a]'
refused "an unknown section" $'[en c]\none\n' '1.txt:1: no such section: c'
refused "an unknown language" $'\n[de a]\neins\n' '1.txt:2: a language is en or ko, not de'
refused "a section that stands twice" "$WHOLE"$'[en a]\nagain\n' \
    '1.txt:9: this section stands here twice: a'
refused "text before the first heading" $'one\n' '1.txt:1: text before the first heading'
refused "a tab" $'[en a]\none\ttwo\n' \
    '1.txt:2: a tab, a carriage return or a space at the end of the line'
refused "a heading that does not end" $'[en a\n' \
    '1.txt:1: a heading is [SECTION] or [LANGUAGE SECTION], not [en a'
refused "a last line without an end" $'[en a]\none' '1.txt:2: line too long, or without an end'
finish

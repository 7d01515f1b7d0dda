# SPDX-License-Identifier: Apache-2.0
#
# Rules that one file is enough to check: awk -f text.awk calls=call.tsv FILE ...
# Each breach is a line "FILE:LINE: rule: what to do". Runs with LC_ALL=C: octets are counted, and
# the second to fourth octet of a UTF-8 character is not.

function breach(line, rule, advice) {
    printf "%s:%d: %s: %s\n", FILENAME_NOW, line, rule, advice
}

function columns(text,    copy) {
    copy = text
    gsub(/[\200-\277]/, "", copy)
    return length(copy)
}

# The line without what stands in strings, characters and comments.
function code_of(text,    rest, at) {
    rest = text
    if (in_comment) {
        at = index(rest, "*/")
        if (at == 0)
            return ""
        rest = substr(rest, at + 2)
        in_comment = 0
    }
    gsub(/\\\\/, "", rest)
    gsub(/\\"/, "", rest)
    gsub(/'"'/, "", rest)
    gsub(/"[^"]*"/, "\"\"", rest)
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", rest)
    at = index(rest, "/*")
    if (at > 0) {
        in_comment = 1
        rest = substr(rest, 1, at - 1)
    }
    sub(/\/\/.*/, "", rest)
    return rest
}

function start_file() {
    FILENAME_NOW = FILENAME
    name = FILENAME
    sub(/.*\//, "", name)
    is_c = name ~ /\.[ch]$/
    is_script = name ~ /\.(sh|awk|cmake|py)$/ || name == "CMakeLists.txt"
    is_prose = name ~ /\.(md|txt|1|5|7)$/ && name != "CMakeLists.txt"
    is_data = name ~ /\.(tsv|csv|dict|json|xml|svg|html|css|js)$/
    is_licence = name == "LICENSE"
    has_spdx = 0
    in_comment = 0
    in_function = 0
    signature = ""
    lines = 0
}

function finish_file() {
    if (FILENAME_NOW == "")
        return
    if ((is_c || is_script) && !has_spdx)
        breach(1, "spdx", "begin the file with SPDX-License-Identifier: Apache-2.0")
    if ((is_c || is_script) && lines > 500)
        breach(lines, "file-size", lines " lines; a file holds one concept in at most 500")
}

# The number of parameters in the text of a function's head.
function parameters(head,    i, depth, count, octet, first) {
    first = index(head, "(")
    if (first == 0 || head ~ /\(void\)/)
        return 0
    count = 1
    for (i = first; i <= length(head); i++) {
        octet = substr(head, i, 1)
        if (octet == "(")
            depth++
        else if (octet == ")" && --depth == 0)
            break
        else if (octet == "," && depth == 1)
            count++
    }
    return count
}

function check_function(code) {
    if ($0 == "{") {
        in_function = FNR
        steps = 0
        if (parameters(signature) > 5)
            breach(FNR, "parameters", parameters(signature) " of them; above 5 make it a struct")
    } else if ($0 ~ /^}/ && in_function) {
        if (steps > 70)
            breach(in_function, "function-size", steps \
                   " lines; cut it into functions of one thought, at most 70")
        in_function = 0
        signature = ""
    } else if (in_function && code ~ /^                +(if|for|while|do|switch)[ (]/) {
        breach(FNR, "nesting", "a fourth level; return early or make a function of it")
    }
    if (in_function && FNR > in_function && $0 !~ /^        +[{"]/)
        steps++ # rows of a table are no steps
    if (!in_function)
        signature = code ~ /[;}]$|^$|^#/ ? "" : signature " " code
}

# Without a default, the compiler names the enumerator that a switch forgets.
function check_switch(code) {
    if (code ~ /^ *switch \(/)
        has_enumerators = 0
    else if (code ~ /^ *case SP_/)
        has_enumerators = 1
    else if (code ~ /^ *default:/ && has_enumerators)
        breach(FNR, "default", "a switch over an enum names every case and has no default")
}

function check_calls(code,    rest, called) {
    rest = code
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
        called = substr(rest, RSTART, RLENGTH - 1)
        if ((called in instead) && FILENAME ~ where[called] &&
            (RSTART == 1 || substr(rest, RSTART - 1, 1) !~ /[>.]/))
            breach(FNR, "call", called " is not used here; use " instead[called])
        rest = substr(rest, RSTART + RLENGTH)
    }
}

FILENAME == calls {
    if ($0 !~ /^#/) {
        split($0, cell, "\t")
        instead[cell[1]] = cell[2]
        where[cell[1]] = cell[3]
    }
    next
}

FNR == 1 {
    finish_file()
    start_file()
}

{ lines = FNR }

FNR <= 2 && /SPDX-License-Identifier: Apache-2\.0/ { has_spdx = 1 }

is_licence { next }

/\r/ { breach(FNR, "line-end", "lines end with LF alone") }
/\t/ && !is_data && !/^#.*\t/ { breach(FNR, "tab", "four spaces") }
/[ \t]$/ && !is_data { breach(FNR, "trailing-space", "end the line at its last word") }
(is_c || is_script) && columns($0) > 100 {
    breach(FNR, "line-size", columns($0) " columns; at most 100")
}
/(^|[^A-Za-z_])(TO[D]O|FIX[M]E|X[X]X|HA[C]K)([^A-Za-z_]|$)/ {
    breach(FNR, "unfinished", "do it now, or write it in doc/roadmap.md")
}
/([^A-Za-z0-9._-]|^)\/(work|home|root)\/[a-z]/ {
    breach(FNR, "workplace", "a path of one machine is of no use on another")
}
/(^|[^A-Za-z])[Ii]ssue #?[0-9]/ {
    breach(FNR, "workplace", "say what it is about; numbers of issues are known to few")
}

is_c {
    code = code_of($0)
    check_function(code)
    check_calls(code)
    check_switch(code)
    if (code ~ /^#include "\.\.?\//)
        breach(FNR, "include", "name the room: \"room/file.h\"")
}

END { finish_file() }

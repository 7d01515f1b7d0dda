# SPDX-License-Identifier: Apache-2.0
#
# Takes the excused breaches away: awk -f exception.awk exceptions=exception.tsv exception.tsv -
# An exception that excuses nothing is a breach itself, so the list only holds what is needed.

FILENAME == exceptions {
    if ($0 !~ /^#/) {
        split($0, cell, "\t")
        excused[cell[1] "\t" cell[2]] = FNR
    }
    next
}

{
    split($0, part, ":")
    key = part[1] "\t" substr(part[3], 2)
    if (key in excused) {
        is_needed[key] = 1
    } else {
        print
    }
}

END {
    for (key in excused)
        if (!(key in is_needed))
            printf "tool/rule/exception.tsv:%d: exception: it excuses nothing; take it away\n", \
                excused[key]
}

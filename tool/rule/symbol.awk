# SPDX-License-Identifier: Apache-2.0
#
# Rules about what objects hold and want, over `objdump -t` of the rooms' objects:
# awk -f symbol.awk floors=floor.tsv symbols=symbol.tsv clocks=clock.tsv - < objdump-output
# An object's path tells its source: .../src/ROOM/CMakeFiles/room_ROOM.dir/FILE.c.o.

function breach(rule, advice) {
    printf "src/%s:1: %s: %s\n", source, rule, advice
}

function is_allowed(symbol,    i) {
    if (symbol ~ /^sp_/)
        return 1
    for (i = 1; i <= symbol_count; i++)
        if (allowed[i] == symbol && source ~ allowed_files[i])
            return 1
    return 0
}

$0 ~ /^#/ && FILENAME != "-" { next }

FILENAME == floors {
    split($0, cell, "\t")
    floor[cell[2]] = cell[1]
    purity[cell[2]] = cell[3]
    next
}

FILENAME == symbols {
    split($0, cell, "\t")
    allowed[++symbol_count] = cell[1]
    allowed_files[symbol_count] = cell[2]
    next
}

FILENAME == clocks {
    reads_time[$1] = 1
    next
}

# "PATH:     file format elf64-x86-64"
/:[ ]+file format / {
    source = $1
    sub(/:$/, "", source)
    sub(/^.*src\//, "", source)
    sub(/CMakeFiles\/[^\/]*\//, "", source)
    sub(/\.o$/, "", source)
    room = source
    sub(/\/.*/, "", room)
    next
}

# "VALUE FLAGS SECTION<tab>SIZE [.hidden] NAME": flags are seven columns behind the value.
/^[0-9a-f]+ ......./ {
    split($0, half, "\t")
    flags = substr($0, index($0, " ") + 1, 7)
    section = half[1]
    sub(/^.* /, "", section)
    symbol = half[2]
    sub(/^.* /, "", symbol)
    is_global = flags ~ /^[gu]/
    if (section == "*UND*") {
        if ((symbol in reads_time) && source != "net/clock.c")
            breach("clock", symbol " reads the time; take `now` from whoever calls, or net/clock")
        else if (purity[room] == "pure" && !is_allowed(symbol))
            breach("pure", symbol " is not for a pure room: see tool/rule/symbol.tsv")
    } else if (is_global && symbol !~ /^sp_/ && symbol != "main") {
        breach("name", symbol " is seen by all and does not begin with sp_; make it static")
    }
    if (flags ~ /O$/ && section ~ /^\.(data|bss|tbss|tdata)/ && section !~ /^\.data\.rel\.ro/ &&
        floor[room] < 6)
        breach("state", symbol " is writable and outlives a call; make it const or a member")
}

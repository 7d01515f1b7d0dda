# SPDX-License-Identifier: Apache-2.0
#
# Rules about who includes whom: awk -f include.awk floors=floor.tsv doors=door.tsv FILE ...
# FILEs are paths from the project's top. Floors go down only, neighbours do not meet, files make no
# circle, a header is in one place, what is not ours has its doors, and guards are named by rule.

function breach(file, line, rule, advice) {
    printf "%s:%d: %s: %s\n", file, line, rule, advice
}

# The room of a path from the top, or "" for what is in no room (tests, benchmarks, examples).
function room_of(path,    part) {
    split(path, part, "/")
    if (part[1] == "src" && part[3] != "")
        return part[2]
    if (part[1] == "include" && part[2] == "signpost" && part[4] != "")
        return part[3]
    return ""
}

function guard_of(path,    guard) {
    guard = path
    if (!sub(/^include\/signpost\//, "SIGNPOST_", guard) && !sub(/^src\//, "SP_", guard))
        sub(/^.*\//, "", guard)
    gsub(/[^A-Za-z0-9]/, "_", guard)
    return toupper(guard)
}

# Where an include in quotes leads, as a path from the top; "" for what is made while building.
function resolve(name) {
    if (name ~ /^signpost\/base\/table\//)
        return ""
    if (name ~ /^signpost\//)
        return "include/" name
    if (("src/" name) in exists)
        return "src/" name
    if (("test/" name) in exists)
        return "test/" name
    return name
}

function check_ours(file, line, name,    target, from, to) {
    target = resolve(name)
    if (target == "")
        return
    if (!(target in exists)) {
        if (file ~ /^(src|include)\//)
            breach(file, line, "include", "there is no " name "; name it as \"room/file.h\"")
        return
    }
    includes[file] = includes[file] " " target
    from = room_of(file)
    to = room_of(target)
    if (file ~ /^include\// && target !~ /^include\//)
        breach(file, line, "public", "a public header includes public headers only")
    if (from == "" || to == "" || from == to)
        return
    if (!(to in floor))
        breach(file, line, "floor", "the room " to " has no floor in tool/rule/floor.tsv")
    else if (floor[to] == floor[from])
        breach(file, line, "floor", from " and " to " are neighbours and do not know each other")
    else if (floor[to] > floor[from])
        breach(file, line, "floor", from " is below " to "; includes go down only")
}

function check_foreign(file, line, name,    from, below, i, is_listed, is_allowed) {
    if (file !~ /^(src|include)\// || file ~ /_test\.[ch]$/)
        return
    from = room_of(file)
    below = file
    sub(/^(src|include\/signpost)\//, "", below)
    for (i = 1; i <= door_count; i++) {
        if (door_header[i] != name)
            continue
        is_listed = 1
        if (below ~ door_files[i])
            is_allowed = 1
    }
    if (is_listed && !is_allowed)
        breach(file, line, "door", "<" name "> has its door elsewhere: see tool/rule/door.tsv")
    if (!is_listed && purity[from] == "pure")
        breach(file, line, "door", from " is pure: <" name "> is not for it")
}

FNR == 1 && FILENAME != floors && FILENAME != doors { guard_line = 0 }

FILENAME == floors {
    if ($0 !~ /^#/) {
        split($0, cell, "\t")
        floor[cell[2]] = cell[1]
        purity[cell[2]] = cell[3]
    }
    next
}

FILENAME == doors {
    if ($0 !~ /^#/) {
        split($0, cell, "\t")
        door_header[++door_count] = cell[1]
        door_files[door_count] = cell[2]
    }
    next
}

FNR == 1 {
    exists[FILENAME] = 1
    order[++file_count] = FILENAME
}

/^#include "/ {
    split($0, cell, "\"")
    ours[++ours_count] = FILENAME "\t" FNR "\t" cell[2]
}

/^#include </ {
    split($0, cell, /[<>]/)
    foreign[++foreign_count] = FILENAME "\t" FNR "\t" cell[2]
}

/^#ifndef / && FILENAME ~ /\.h$/ && !(FILENAME in guarded) {
    guarded[FILENAME] = $2
    guard_at[FILENAME] = FNR
}

/^extern "C" \{/ { is_for_cpp[FILENAME] = 1 }
/^SP_API / { has_functions[FILENAME] = 1 }

# Takes away files that include nothing more that is left; what stays in the end goes in a circle.
function check_circles(    i, k, n, part, is_gone, moved, waits) {
    do {
        moved = 0
        for (i = 1; i <= file_count; i++) {
            if (order[i] in is_gone)
                continue
            n = split(includes[order[i]], part, " ")
            waits = 0
            for (k = 1; k <= n; k++)
                if (!(part[k] in is_gone))
                    waits = 1
            if (!waits) {
                is_gone[order[i]] = 1
                moved = 1
            }
        }
    } while (moved)
    for (i = 1; i <= file_count; i++)
        if (!(order[i] in is_gone))
            breach(order[i], 1, "circle", "it includes itself over others, or stands on such: " \
                   includes[order[i]])
}

END {
    for (i = 1; i <= ours_count; i++) {
        split(ours[i], cell, "\t")
        check_ours(cell[1], cell[2], cell[3])
    }
    for (i = 1; i <= foreign_count; i++) {
        split(foreign[i], cell, "\t")
        check_foreign(cell[1], cell[2], cell[3])
    }
    for (i = 1; i <= file_count; i++) {
        file = order[i]
        room = room_of(file)
        if (file ~ /^src\// && room != "" && !(room in floor))
            breach(file, 1, "floor", "the room " room " has no floor in tool/rule/floor.tsv")
        if (file !~ /^(src|include)\/.*\.h$/)
            continue
        if (guarded[file] != guard_of(file))
            breach(file, guard_at[file] + 0, "guard", "the include guard is " guard_of(file))
        if (file ~ /^include\// && (file in has_functions) && !(file in is_for_cpp))
            breach(file, 1, "public", "a public header is readable by C++: extern \"C\" around it")
        twin = file
        if (sub(/^include\/signpost\//, "src/", twin) && (twin in exists))
            breach(twin, 1, "twice", "a header is public or beside its source, never both")
    }
    check_circles()
}

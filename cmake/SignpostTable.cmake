# SPDX-License-Identifier: Apache-2.0
#
# One table per fact: data/NAME.tsv becomes signpost/base/table/NAME.h, an X-macro list, by
# tool/table.
#
# sp_table(NAME PREFIX): the macro is called SP_<PREFIX>_TABLE(X) and calls X with the columns of
# each row.
set(SIGNPOST_TABLE_INCLUDE ${CMAKE_BINARY_DIR}/include)
add_custom_target(signpost_tables)

function(sp_table name prefix)
    set(from ${CMAKE_SOURCE_DIR}/data/${name}.tsv)
    set(to ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table/${name}.h)
    add_custom_command(OUTPUT ${to}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table
        COMMAND table ${prefix} ${from} ${to}
        DEPENDS table ${from}
        COMMENT "Table ${name}")
    add_custom_target(table_${name} DEPENDS ${to})
    add_dependencies(signpost_tables table_${name})
endfunction()

# sp_text(NAME PREFIX): the texts data/NAME/*.txt, with the sections of data/NAME_section.tsv,
# become signpost/base/table/NAME_text.h by tool/text.
function(sp_text name prefix)
    set(sections ${CMAKE_SOURCE_DIR}/data/${name}_section.tsv)
    set(to ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table/${name}_text.h)
    file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/${name}/*.txt)
    add_custom_command(OUTPUT ${to}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table
        COMMAND text ${prefix} ${sections} ${to} ${texts}
        DEPENDS text ${sections} ${texts}
        COMMENT "Texts ${name}")
    add_custom_target(text_${name} DEPENDS ${to})
    add_dependencies(signpost_tables text_${name})
endfunction()

# sp_web(FILE NAME): the octets of web/FILE become the macro SP_<NAME> of signpost/base/table/FILE.h
# by tool/embed.
function(sp_web file name)
    set(from ${CMAKE_SOURCE_DIR}/web/${file})
    set(to ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table/${file}.h)
    add_custom_command(OUTPUT ${to}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${SIGNPOST_TABLE_INCLUDE}/signpost/base/table
        COMMAND embed ${name} ${from} ${to}
        DEPENDS embed ${from}
        COMMENT "File ${file}")
    add_custom_target(web_${file} DEPENDS ${to})
    add_dependencies(signpost_tables web_${file})
endfunction()

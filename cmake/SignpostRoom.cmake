# SPDX-License-Identifier: Apache-2.0
#
# sp_room(NAME SOURCES a.c b.c ... USES room ... LIBRARIES target ...)
#
# A folder under src/ as a static library room_NAME, which may use the rooms named and, where it is
# a door, outside libraries. For each source x.c with an x_test.c beside it, a test NAME/x is built
# and registered.
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

set_property(GLOBAL PROPERTY SIGNPOST_ROOMS "")

function(sp_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
    add_library(room_${name} STATIC ${ROOM_SOURCES})
    target_include_directories(room_${name} PUBLIC
        ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src ${SIGNPOST_TABLE_INCLUDE})
    foreach(used IN LISTS ROOM_USES)
        target_link_libraries(room_${name} PUBLIC room_${used})
    endforeach()
    target_link_libraries(room_${name} PUBLIC ${ROOM_LIBRARIES})
    add_dependencies(room_${name} signpost_tables)
    set_property(GLOBAL APPEND PROPERTY SIGNPOST_ROOMS ${name})

    if(BUILD_TESTING)
        foreach(source IN LISTS ROOM_SOURCES)
            string(REGEX REPLACE "\\.c$" "_test.c" test_source ${source})
            if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${test_source})
                string(REGEX REPLACE "\\.c$" "" concept ${source})
                sp_test(${name}/${concept} SOURCES ${test_source} USES ${name})
            endif()
        endforeach()
    endif()
endfunction()

# sp_test(NAME SOURCES ... USES room ... LIBRARIES target ...): a cmocka program under ctest, with
# what test/support has.
function(sp_test name)
    cmake_parse_arguments(TEST "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
    string(REPLACE "/" "_" target test_${name})
    add_executable(${target} ${TEST_SOURCES})
    foreach(used IN LISTS TEST_USES)
        target_link_libraries(${target} PRIVATE room_${used})
    endforeach()
    target_link_libraries(${target} PRIVATE ${TEST_LIBRARIES} test_support PkgConfig::CMOCKA)
    target_compile_definitions(${target} PRIVATE SIGNPOST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()

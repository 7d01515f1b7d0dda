# SPDX-License-Identifier: Apache-2.0
#
# libsignpost: the rooms that have public headers, as a shared library that exports what SP_API
# marks and nothing else, and as an archive. They make no system call, so the library needs libc
# alone.
set(SIGNPOST_LIBRARY_ROOMS base sip reference transaction target dialog proxy agent)

set(objects "")
foreach(room IN LISTS SIGNPOST_LIBRARY_ROOMS)
    if(TARGET room_${room})
        list(APPEND objects $<TARGET_OBJECTS:room_${room}>)
        install(DIRECTORY include/signpost/${room}
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/signpost)
    endif()
endforeach()

add_library(signpost_shared SHARED ${objects})
add_library(signpost_static STATIC ${objects})
set_target_properties(signpost_shared signpost_static PROPERTIES
    OUTPUT_NAME signpost
    LINKER_LANGUAGE C
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
if(SIGNPOST_WHOLE)
    # What is there for optimising as a whole is read by the compiler that wrote it only.
    add_custom_command(TARGET signpost_static POST_BUILD
        COMMAND ${CMAKE_OBJCOPY} --wildcard
            --remove-section=.gnu.lto_* --remove-section=.gnu.debuglto_*
            $<TARGET_FILE:signpost_static>
        VERBATIM)
endif()
set_target_properties(signpost_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
if(NOT SIGNPOST_SANITIZE)
    target_link_options(signpost_shared PRIVATE -Wl,--no-undefined)
endif()

# The tables that public headers include, out of all that are generated.
file(GLOB_RECURSE public_headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/include/*.h)
set(public_tables "")
foreach(header IN LISTS public_headers)
    file(STRINGS ${header} lines REGEX "^#include \"signpost/base/table/")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^#include \"(.*)\"$" "${SIGNPOST_TABLE_INCLUDE}/\\1" table "${line}")
        list(APPEND public_tables ${table})
    endforeach()
endforeach()
list(REMOVE_DUPLICATES public_tables)

# signpost.pc finds its prefix from where it lies, so an installed tree may be moved.
file(RELATIVE_PATH SIGNPOST_PC_TO_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/signpost.pc.in ${CMAKE_BINARY_DIR}/lib/signpost.pc @ONLY)

install(TARGETS signpost_shared signpost_static
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${public_tables} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/signpost/base/table)
install(FILES ${CMAKE_BINARY_DIR}/lib/signpost.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

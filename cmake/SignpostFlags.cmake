# SPDX-License-Identifier: Apache-2.0
# Language, warnings, hardening and sanitizers, the same for every target.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

set(SIGNPOST_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them")
option(SIGNPOST_FUZZ "build the libFuzzer targets (clang)" OFF)

add_compile_options(
    -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wvla
    -Wundef -Werror
    -fno-common -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 12)
    # gcc 11 forgets that an initializer is designated when a compound literal stands in it.
    add_compile_options(-Wno-missing-field-initializers)
endif()
add_compile_definitions(_DEFAULT_SOURCE SIGNPOST_VERSION="${PROJECT_VERSION}")

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

if(SIGNPOST_SANITIZE)
    add_compile_options(
        -fsanitize=${SIGNPOST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SIGNPOST_SANITIZE})
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

# The server is optimised as a whole when it is linked. Objects have their code as well, so that
# tests and the library are linked from the same ones, without waiting for that.
set(SIGNPOST_WHOLE OFF)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo"
        AND NOT SIGNPOST_SANITIZE)
    set(SIGNPOST_WHOLE ON)
    set(CMAKE_AR ${CMAKE_C_COMPILER_AR})
    set(CMAKE_RANLIB ${CMAKE_C_COMPILER_RANLIB})
    add_compile_options(-flto -ffat-lto-objects)
    add_link_options($<IF:$<BOOL:$<TARGET_PROPERTY:SIGNPOST_WHOLE>>,-flto=auto,-fno-lto>)
endif()

if(SIGNPOST_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

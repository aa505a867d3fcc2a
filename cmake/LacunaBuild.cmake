# SPDX-License-Identifier: Apache-2.0
# Compiler settings, and how a module or a testbench becomes a target.

# Debian's SystemC exports one guard symbol, for C++17; any other standard fails at link time.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Paths are hashed relative to the source tree, so that another clone of it hits the cache too; the sloppiness is what
# ccache asks for when there are precompiled headers.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()

# -ffp-contract=off: a fused multiply-add would make floating-point results depend on the machine.
add_library(lacuna_options INTERFACE)
target_compile_options(lacuna_options INTERFACE -Wall -Wextra -Wpedantic -ffp-contract=off)
if(LACUNA_WERROR)
  target_compile_options(lacuna_options INTERFACE -Werror)
endif()

if(LACUNA_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "LACUNA_FUZZ needs clang: cmake --preset fuzz")
  endif()
  set(LACUNA_SANITIZE ON)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(LACUNA_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # GCC's instrumentation hides initializations from its own warning, in <regex> for one.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(lacuna_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(LACUNA_COVERAGE)
  add_compile_options(--coverage -fprofile-abs-path)
  add_link_options(--coverage)
endif()

# Heavy headers are compiled once: systemc, catch, or both. GCC only: clang-tidy cannot read GCC's precompiled headers,
# and a header that does not include what it needs must show somewhere.
set(LACUNA_PCH_systemc <systemc> <tlm>)
set(LACUNA_PCH_catch <catch2/catch.hpp>)
set(LACUNA_PCH_catch_systemc <catch2/catch.hpp> <systemc> <tlm>)
set(CMAKE_PCH_WARN_INVALID OFF)

function(lacuna_precompile target kind)
  if(NOT LACUNA_PCH OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  if(NOT TARGET lacuna_pch_${kind})
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/lacuna_pch_${kind}.cpp CONTENT "// Carries the precompiled headers.\n")
    add_library(lacuna_pch_${kind} OBJECT ${CMAKE_BINARY_DIR}/lacuna_pch_${kind}.cpp)
    target_link_libraries(lacuna_pch_${kind} PRIVATE lacuna_options)
    if(kind MATCHES systemc)
      target_link_libraries(lacuna_pch_${kind} PRIVATE SystemC::systemc)
    endif()
    if(kind MATCHES catch)
      target_link_libraries(lacuna_pch_${kind} PRIVATE Catch2::Catch2)
    endif()
    target_precompile_headers(lacuna_pch_${kind} PRIVATE ${LACUNA_PCH_${kind}})
  endif()
  target_precompile_headers(${target} REUSE_FROM lacuna_pch_${kind})
endfunction()

# Where every file is compiled once and never again, several become one: with LACUNA_UNITY, six of a module at a time. Highway's files
# include themselves once per instruction set and stay alone, and so do those named: their local names are a sibling's too.
function(lacuna_unity target)
  if(NOT LACUNA_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    file(STRINGS ${source} per_instruction_set REGEX "hwy/foreach_target.h" LIMIT_COUNT 1)
    get_filename_component(name ${source} NAME)
    if(per_instruction_set OR name IN_LIST ARGN)
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
endfunction()

# With LACUNA_LTO, GCC keeps the code of a module's files also as it was before optimization, and programs are optimized across
# those when they are linked. Tests are not: linking would take them longer than running.
if(LACUNA_LTO AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "LACUNA_LTO needs GCC")
endif()

# Sets `result` to whether one of the targets needs SystemC, itself or by way of a module.
function(lacuna_needs_systemc result)
  set(${result} FALSE PARENT_SCOPE)
  foreach(target IN LISTS ARGN)
    set(needs FALSE)
    if(TARGET ${target})
      get_target_property(needs ${target} LACUNA_NEEDS_SYSTEMC)
    endif()
    if(target STREQUAL "SystemC::systemc" OR needs)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# lacuna_module(name [SUBFOLDERS] [LTO] [DEPENDS lacuna_core ...] [LINK external ...] [ALONE file.cpp ...])
# Every .cpp of the calling folder, as the static library lacuna_<name>. LTO: on the way of each memory request. ALONE: see
# lacuna_unity.
function(lacuna_module name)
  cmake_parse_arguments(ARG "SUBFOLDERS;LTO" "" "DEPENDS;LINK;ALONE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(ARG_SUBFOLDERS)
    file(GLOB below CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cpp)
    list(APPEND sources ${below})
  endif()
  if(NOT sources)  # headers only: a static library wants a source all the same
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/headers_only.cpp)
    file(CONFIGURE OUTPUT ${sources} CONTENT "// lacuna_${name} is headers only.\n")
  endif()
  add_library(lacuna_${name} STATIC ${sources})
  lacuna_unity(lacuna_${name} ${ARG_ALONE})
  if(ARG_LTO AND LACUNA_LTO)
    target_compile_options(lacuna_${name} PRIVATE -flto=auto -ffat-lto-objects)
  endif()
  target_include_directories(lacuna_${name} PUBLIC ${PROJECT_SOURCE_DIR}/modules)
  target_link_libraries(lacuna_${name} PUBLIC ${ARG_DEPENDS} PRIVATE lacuna_options ${ARG_LINK})
  lacuna_needs_systemc(needs_systemc ${ARG_DEPENDS} ${ARG_LINK})
  set_target_properties(lacuna_${name} PROPERTIES LACUNA_NEEDS_SYSTEMC ${needs_systemc})
  if(needs_systemc)
    lacuna_precompile(lacuna_${name} systemc)
  endif()
endfunction()

# Sets `result` to whether all modules named are part of this build: with LACUNA_SYSTEMC off, some are not.
function(lacuna_have result)
  set(${result} TRUE PARENT_SCOPE)
  foreach(target IN LISTS ARGN)
    if(NOT LACUNA_SYSTEMC AND NOT TARGET ${target})
      set(${result} FALSE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# lacuna_test(name [LABEL label] [TIMEOUT seconds] DEPENDS lacuna_...)
# Every .cpp of the calling folder, as one Catch2 executable; every TEST_CASE is a process of its own.
# Tests labelled `nightly` run in scripts/nightly only.
function(lacuna_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "DEPENDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  lacuna_have(complete ${ARG_DEPENDS})
  if(NOT complete)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/testbenches)
  target_compile_definitions(test_${name} PRIVATE
    LACUNA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" LACUNA_TEST_DATA="${PROJECT_SOURCE_DIR}/testbenches/data")
  target_link_libraries(test_${name} PRIVATE lacuna_options lacuna_catch ${ARG_DEPENDS})
  if(LACUNA_LTO)
    target_link_options(test_${name} PRIVATE -fno-lto)
  endif()
  lacuna_needs_systemc(needs_systemc ${ARG_DEPENDS})
  if(needs_systemc)
    lacuna_precompile(test_${name} catch_systemc)
  else()
    lacuna_precompile(test_${name} catch)
  endif()
  # A name that Catch2 reads as a pattern of nothing must not count as a test that passed.
  catch_discover_tests(test_${name} TEST_PREFIX ${name}. EXTRA_ARGS --warn NoTests PROPERTIES
    LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1
    SKIP_REGULAR_EXPRESSION "skipped: built without")
endfunction()

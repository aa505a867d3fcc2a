# SPDX-License-Identifier: Apache-2.0
# Blocks in SystemVerilog, made into C++ by Verilator where that is installed.

if(LACUNA_SYSTEMC)
  find_package(verilator QUIET HINTS $ENV{VERILATOR_ROOT} /usr/share/verilator)
endif()
option(LACUNA_RTL "Build the bodies in SystemVerilog (needs the package verilator)" ${verilator_FOUND})
find_package(ZLIB QUIET)
option(LACUNA_RTL_WAVES "Let bodies in SystemVerilog record waveforms (lacuna run --wave; needs zlib1g-dev)"
  ${ZLIB_FOUND})
option(LACUNA_RTL_COVERAGE "Count which lines and branches of SystemVerilog run (doc/rtl.md)" OFF)
if(LACUNA_RTL AND NOT verilator_FOUND)
  message(FATAL_ERROR "LACUNA_RTL needs Verilator: install the package verilator")
endif()

# A file of a user may hold several modules, of whatever names.
set(LACUNA_RTL_WARNINGS -Wall -Wno-DECLFILENAME)

if(LACUNA_RTL)
  # Verilator's own library: once, instead of with every model.
  set(runtime verilated verilated_threads)
  if(LACUNA_RTL_WAVES)
    list(APPEND runtime verilated_fst_c)
  endif()
  if(LACUNA_RTL_COVERAGE)
    list(APPEND runtime verilated_cov)
  endif()
  list(TRANSFORM runtime PREPEND ${VERILATOR_ROOT}/include/)
  list(TRANSFORM runtime APPEND .cpp)
  add_library(lacuna_verilator STATIC ${runtime})
  target_include_directories(lacuna_verilator SYSTEM PUBLIC
    ${VERILATOR_ROOT}/include ${VERILATOR_ROOT}/include/vltstd)
  target_compile_definitions(lacuna_verilator PUBLIC VM_SC=0 VM_TRACE_VCD=0
    VM_TRACE=$<BOOL:${LACUNA_RTL_WAVES}> VM_TRACE_FST=$<BOOL:${LACUNA_RTL_WAVES}>
    VM_COVERAGE=$<BOOL:${LACUNA_RTL_COVERAGE}>)
  target_link_libraries(lacuna_verilator PUBLIC Threads::Threads)
  if(LACUNA_RTL_WAVES)
    target_link_libraries(lacuna_verilator PUBLIC ZLIB::ZLIB)
  endif()
endif()

# lacuna_lint_rtl(model TOP top_module SOURCES file.sv... [ARGUMENTS argument...])
# A test of its own: Verilator finds nothing to warn of, with the parameters that this model is built with.
function(lacuna_lint_rtl model)
  cmake_parse_arguments(ARG "" "TOP" "SOURCES;ARGUMENTS" ${ARGN})
  if(LACUNA_TESTS)
    add_test(NAME rtl.lint.${model}
      COMMAND ${CMAKE_COMMAND} -E env VERILATOR_ROOT=${VERILATOR_ROOT} ${VERILATOR_BIN} --lint-only ${LACUNA_RTL_WARNINGS} ${ARG_ARGUMENTS}
      --top-module ${ARG_TOP} ${ARG_SOURCES})
    set_tests_properties(rtl.lint.${model} PROPERTIES LABELS rtl TIMEOUT 120)
  endif()
endfunction()

# lacuna_rtl(model TOP top_module SOURCES file.sv... [ARGUMENTS argument...])
# The library `model` with a class of that name, for PRIVATE use: our warnings are not for generated code.
function(lacuna_rtl model)
  cmake_parse_arguments(ARG "" "TOP" "SOURCES;ARGUMENTS" ${ARGN})
  set(stub ${CMAKE_CURRENT_BINARY_DIR}/${model}_stub.cpp)
  file(CONFIGURE OUTPUT ${stub} CONTENT "// Carries the library of ${model}.\n")
  add_library(${model} STATIC ${stub})
  set(options)
  if(LACUNA_RTL_WAVES)
    list(APPEND options TRACE_FST)
  endif()
  if(LACUNA_RTL_COVERAGE)
    list(APPEND options COVERAGE)
  endif()
  verilate(${model} ${options} PREFIX ${model} TOP_MODULE ${ARG_TOP} SOURCES ${ARG_SOURCES}
    VERILATOR_ARGS ${LACUNA_RTL_WARNINGS} --x-assign fast --x-initial fast ${ARG_ARGUMENTS})
  lacuna_lint_rtl(${model} TOP ${ARG_TOP} SOURCES ${ARG_SOURCES} ARGUMENTS ${ARG_ARGUMENTS})
  get_target_property(sources ${model} SOURCES)
  list(FILTER sources EXCLUDE REGEX "/include/verilated[^/]*\\.cpp$")
  get_target_property(directories ${model} INCLUDE_DIRECTORIES)
  set_target_properties(${model} PROPERTIES SOURCES "${sources}" INTERFACE_INCLUDE_DIRECTORIES ""
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "")
  target_include_directories(${model} SYSTEM INTERFACE ${directories})
  target_link_libraries(${model} PUBLIC lacuna_verilator)
  if(LACUNA_SANITIZE)  # generated code shifts as hardware does
    target_compile_options(${model} PRIVATE -fno-sanitize=undefined)
  endif()
endfunction()

# lacuna_rtl_rows(name MODULE module ROW class HEADERS row.h verilated_row.h
#                 TOP top_module PARAMETERS parameter... SOURCES file.sv... BUILT value[xvalue...]...)
# The rows of an accelerator's array in SystemVerilog, as part of lacuna_<module>: one model for every entry of the CMake option
# LACUNA_RTL_<NAME>, whose default is BUILT; an entry has a value for each parameter of the top module, `x` between them. The first header
# declares lacuna::<module>::<class>, whose built() is written here; the second one the template Verilated<class><Model, values...>.
# See doc/rtl.md.
function(lacuna_rtl_rows name)
  cmake_parse_arguments(ARG "" "MODULE;ROW;TOP" "HEADERS;PARAMETERS;SOURCES;BUILT" ${ARGN})
  string(TOUPPER "LACUNA_RTL_${name}" option)
  list(JOIN ARG_PARAMETERS x form)
  set(${option} "${ARG_BUILT}" CACHE STRING "Rows of the array of ${name} to be Verilated, each as ${form}")
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  list(GET ARG_HEADERS 0 ROW_HEADER)
  list(GET ARG_HEADERS 1 VERILATED_HEADER)
  list(LENGTH ARG_PARAMETERS count)
  set(NAMESPACE ${ARG_MODULE})
  set(ROW ${ARG_ROW})
  set(target lacuna_${ARG_MODULE})
  set(templates ${PROJECT_SOURCE_DIR}/modules/engine/rtl)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/rtl)
  set(DECLARATIONS "")
  set(ENTRIES "")
  if(LACUNA_RTL)
    foreach(row IN LISTS ${option})
      string(REPLACE x ";" values ${row})
      list(LENGTH values given)
      if(NOT row MATCHES "^[0-9]+(x[0-9]+)*$" OR NOT given EQUAL count)
        message(FATAL_ERROR "${option}: '${row}' is no row, expected numbers as ${form}")
      endif()
      set(MODEL V${ARG_TOP}_${row})
      list(JOIN values ", " VALUES)
      set(arguments)
      set(pairs)
      foreach(parameter value IN ZIP_LISTS ARG_PARAMETERS values)
        string(TOUPPER ${parameter} upper)
        list(APPEND arguments -G${upper}=${value})
        string(APPEND pairs "{\"${parameter}\", ${value}}, ")
      endforeach()
      lacuna_rtl(${MODEL} TOP ${ARG_TOP} SOURCES ${ARG_SOURCES} ARGUMENTS ${arguments})
      set(variant ${generated}/${MODEL}_variant.cpp)
      configure_file(${templates}/row_variant.cpp.in ${variant} @ONLY)
      # Behind the precompiled SystemC, Verilator's headers would want SystemC's clock.
      set_source_files_properties(${variant} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
      target_sources(${target} PRIVATE ${variant})
      target_link_libraries(${target} PRIVATE ${MODEL})
      string(APPEND DECLARATIONS "engine::RtlRows<${ROW}> make_${MODEL}(std::size_t rows);\n")
      string(APPEND ENTRIES "{{${pairs}}, make_${MODEL}}, ")
    endforeach()
  endif()
  configure_file(${templates}/built_rows.cpp.in ${generated}/${name}_built_rows.cpp @ONLY)
  target_sources(${target} PRIVATE ${generated}/${name}_built_rows.cpp)
endfunction()

# lacuna_axi_rtl(NAME top_module SOURCES file.sv... PORTS names.yaml [ARGUMENTS argument...])
# A module of yours with AXI ports, as a model that platform files can name: {type: axi_rtl, model: top_module}. ARGUMENTS are
# Verilator's, such as -Wno-WIDTH or -GPARAMETER=VALUE. See doc/bring_your_rtl.md.
function(lacuna_axi_rtl)
  cmake_parse_arguments(ARG "" "NAME;PORTS" "SOURCES;ARGUMENTS" ${ARGN})
  if(NOT ARG_NAME OR NOT ARG_SOURCES OR NOT ARG_PORTS)
    message(FATAL_ERROR "lacuna_axi_rtl: NAME, SOURCES and PORTS are needed")
  endif()
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
  get_filename_component(names ${ARG_PORTS} ABSOLUTE)
  set(model V${ARG_NAME})
  lacuna_rtl(${model} TOP ${ARG_NAME} SOURCES ${ARG_SOURCES} ARGUMENTS ${ARG_ARGUMENTS})
  set(header ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${model}.dir/${model}.dir/${model}.h)
  set(binding ${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}_binding.cpp)
  add_custom_command(OUTPUT ${binding} COMMAND lacuna_axi_binding ${ARG_NAME} ${names} ${header} ${binding}
    DEPENDS ${model} lacuna_axi_binding ${names} ${ARG_SOURCES} VERBATIM COMMENT "Binding the ports of ${ARG_NAME}")
  add_library(lacuna_axi_${ARG_NAME} STATIC ${binding})
  target_include_directories(lacuna_axi_${ARG_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/modules)
  target_link_libraries(lacuna_axi_${ARG_NAME} PRIVATE ${model} lacuna_options lacuna_tlm)
  set_property(GLOBAL APPEND PROPERTY LACUNA_AXI_MODELS ${ARG_NAME})
endfunction()

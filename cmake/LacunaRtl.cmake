# SPDX-License-Identifier: Apache-2.0
# Blocks in SystemVerilog, made into C++ by Verilator where that is installed.

if(LACUNA_SYSTEMC)
  find_package(verilator QUIET HINTS $ENV{VERILATOR_ROOT} /usr/share/verilator)
endif()
option(LACUNA_RTL "Build the bodies in SystemVerilog (needs the package verilator)" ${verilator_FOUND})
if(LACUNA_RTL AND NOT verilator_FOUND)
  message(FATAL_ERROR "LACUNA_RTL needs Verilator: install the package verilator")
endif()

# lacuna_rtl(module model top_module "sources" argument...)
# A model class for a module of ours, in a library of its own: our warnings are not for generated code.
function(lacuna_rtl module model top sources)
  set(stub ${CMAKE_CURRENT_BINARY_DIR}/${model}_stub.cpp)
  file(CONFIGURE OUTPUT ${stub} CONTENT "// Carries the library of ${model}.\n")
  add_library(${model} STATIC ${stub})
  verilate(${model} TRACE_FST PREFIX ${model} TOP_MODULE ${top} SOURCES ${sources}
    VERILATOR_ARGS -Wall -Wno-DECLFILENAME --x-assign fast --x-initial fast ${ARGN})
  get_target_property(directories ${model} INCLUDE_DIRECTORIES)
  target_include_directories(${module} SYSTEM PRIVATE ${directories})
  target_link_libraries(${module} PRIVATE ${model})
endfunction()

# SPDX-License-Identifier: Apache-2.0
# Everything that is not ours; scripts/packages.txt names the Debian packages.

find_package(Threads REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET GLOBAL libhwy)
add_library(lacuna::highway ALIAS PkgConfig::HWY)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
add_library(lacuna::eigen ALIAS Eigen3::Eigen)

# Debian's dnnl-config.cmake insists on the OpenCL headers, which serve graphics processors only.
find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
mark_as_advanced(DNNL_INCLUDE_DIR DNNL_LIBRARY)
add_library(DNNL::dnnl UNKNOWN IMPORTED)
set_target_properties(DNNL::dnnl PROPERTIES
  IMPORTED_LOCATION ${DNNL_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${DNNL_INCLUDE_DIR})

if(LACUNA_SYSTEMC)
  find_package(SystemCLanguage CONFIG QUIET)
  if(NOT TARGET SystemC::systemc)
    pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET GLOBAL systemc)
    add_library(SystemC::systemc ALIAS PkgConfig::SYSTEMC)
  endif()
endif()
if(LACUNA_TESTS)
  find_package(Catch2 2.13 REQUIRED)
  include(Catch)
endif()

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/document.h"
#include "cosim/binding/verilated_ports.h"

namespace lacuna::cosim {

/// The C++ that makes a Verilated module an AxiRtlModel, by the function make_<name>().
/// @param names document of port names
/// @throws Error (bad_input) with every port that is missing, runs the other way or has another width
std::string write_axi_binding(const std::string& name, const Node& names,
                              const std::map<std::string, VerilatedPort>& ports);

}  // namespace lacuna::cosim

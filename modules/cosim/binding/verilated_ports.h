// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace lacuna::cosim {

/// A port of a Verilated model.
struct VerilatedPort {
  bool output = false;
  unsigned width = 1;  ///< bits
};

/// All ports, as the header that Verilator wrote declares them: VL_IN8(&name,7,0). Text that declares none gives none.
std::map<std::string, VerilatedPort> verilated_ports(const std::string& header);

}  // namespace lacuna::cosim

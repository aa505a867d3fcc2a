// SPDX-License-Identifier: Apache-2.0
//
// lacuna_axi_binding NAME PORTS.yaml HEADER OUTPUT: writes the C++ that binds a Verilated module's AXI ports; cmake/LacunaRtl.cmake
// calls it.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "core/document.h"
#include "core/error.h"
#include "cosim/binding/axi_binding.h"

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: lacuna_axi_binding NAME PORTS.yaml HEADER OUTPUT\n");
    return 2;
  }
  try {
    const std::ifstream header(argv[3]);
    std::ostringstream text;
    text << header.rdbuf();
    const std::string binding = lacuna::cosim::write_axi_binding(
        argv[1], lacuna::load_yaml(argv[2]), lacuna::cosim::verilated_ports(text.str()));
    std::ofstream out(argv[4]);
    out << binding;
    return out.good() ? 0 : 2;
  } catch (const lacuna::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.fault());
  }
}

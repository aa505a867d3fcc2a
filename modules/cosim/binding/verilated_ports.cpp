// SPDX-License-Identifier: Apache-2.0
#include "cosim/binding/verilated_ports.h"

#include <regex>

namespace lacuna::cosim {

std::map<std::string, VerilatedPort> verilated_ports(const std::string& header) {
  static const std::regex declaration(
      R"(VL_(IN|OUT)(?:8|16|64|W)?\(&(\w+),(\d+),(\d+)(?:,\d+)?\))");
  std::map<std::string, VerilatedPort> ports;
  for (std::sregex_iterator found(header.begin(), header.end(), declaration), end; found != end;
       ++found) {
    const std::smatch& match = *found;
    const auto high = static_cast<unsigned>(std::stoul(match[3]));
    const auto low = static_cast<unsigned>(std::stoul(match[4]));
    ports[match[2]] = {match[1] == "OUT", high - low + 1};
  }
  return ports;
}

}  // namespace lacuna::cosim

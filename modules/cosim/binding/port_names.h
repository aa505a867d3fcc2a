// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace lacuna::cosim {

enum class AxiRole { manager, subordinate };
enum class AxiProtocol { axi4, axi4_lite, axi4_stream };
enum class ResetLevel { low, high };

/// Names of one AXI port's signals.
struct AxiPortNames {
  std::string name;
  AxiRole role = AxiRole::manager;
  AxiProtocol protocol = AxiProtocol::axi4;
  std::string prefix;
  std::map<std::string, std::string> ports;

  template <class Description>
  static void describe(Description& d) {
    d("name", &AxiPortNames::name, "the socket's name on the platform").required();
    d("role", &AxiPortNames::role, "what the RTL is on this port").required();
    d("protocol", &AxiPortNames::protocol, "axi4, axi4-lite or axi4-stream");
    d("prefix", &AxiPortNames::prefix, "comes before the signal's name in small letters: m_axi_");
    d("ports", &AxiPortNames::ports, "signal (awaddr) -> port, where it is not prefix and signal");
  }
};

/// The file that tells which port of a module is which signal.
struct PortNames {
  std::string clock = "clk";
  std::string reset = "rst_n";
  ResetLevel reset_level = ResetLevel::low;
  std::string busy;
  std::map<std::string, std::uint64_t> inputs;
  std::vector<AxiPortNames> axi;

  template <class Description>
  static void describe(Description& d) {
    d("clock", &PortNames::clock, "port of the one clock");
    d("reset", &PortNames::reset, "port of the reset");
    d("reset_level", &PortNames::reset_level, "at which the reset is active");
    d("busy", &PortNames::busy, "port that is high while the clock must run; none if not given");
    d("inputs", &PortNames::inputs, "other inputs -> value they are held at");
    d("axi", &PortNames::axi, "the AXI ports").required();
  }
};

}  // namespace lacuna::cosim

template <>
struct lacuna::EnumNames<lacuna::cosim::AxiRole> {
  static std::vector<lacuna::EnumName<lacuna::cosim::AxiRole>> table() {
    using lacuna::cosim::AxiRole;
    return {{"manager", AxiRole::manager}, {"subordinate", AxiRole::subordinate}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::cosim::AxiProtocol> {
  static std::vector<lacuna::EnumName<lacuna::cosim::AxiProtocol>> table() {
    using lacuna::cosim::AxiProtocol;
    return {{"axi4", AxiProtocol::axi4},
            {"axi4-lite", AxiProtocol::axi4_lite},
            {"axi4-stream", AxiProtocol::axi4_stream}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::cosim::ResetLevel> {
  static std::vector<lacuna::EnumName<lacuna::cosim::ResetLevel>> table() {
    using lacuna::cosim::ResetLevel;
    return {{"low", ResetLevel::low}, {"high", ResetLevel::high}};
  }
};

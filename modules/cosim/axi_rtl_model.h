// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cosim/axi_signals.h"
#include "cosim/axi_stream.h"
#include "cosim/rtl_simulation.h"

namespace lacuna::cosim {

/// An AXI port of a model.
struct AxiRtlPort {
  std::string name;      ///< of the socket
  bool manager = false;  ///< the model sends requests
  bool lite = false;
  unsigned data_bytes = 8;
  unsigned ids = 1;   ///< that the width of ID can tell apart
  bool reads = true;  ///< has the channels of reads
  bool writes = true;
  AxiPins* pins = nullptr;
  AxiStreamPins* stream = nullptr;  ///< instead of pins, of a port of AXI4-Stream
};

/// A model in SystemVerilog with AXI ports, behind a class that knows no simulator. lacuna_axi_rtl() writes one from a file of
/// port names (doc/bring_your_rtl.md).
class AxiRtlModel {
 public:
  virtual ~AxiRtlModel() = default;

  virtual const std::vector<AxiRtlPort>& ports() const = 0;
  virtual void set_reset(bool active) = 0;
  /// The clock is low; what depends on inputs is made.
  virtual void settle() = 0;
  /// The clock rises.
  virtual void clock() = 0;
  /// The model has work of its own, beside what its ports show; false when it has no signal for that.
  virtual bool busy() = 0;
  /// Sets one of the inputs that the file of port names lists. @return whether there is one of that name
  virtual bool set_input(const std::string& name, std::uint64_t value) = 0;
  virtual RtlSimulation& simulation() = 0;
};

/// A model that this build has.
struct BuiltAxiRtl {
  const char* name;
  std::unique_ptr<AxiRtlModel> (*make)();
};
/// All of them; none without Verilator.
const std::vector<BuiltAxiRtl>& built_axi_rtl();
/// @throws Error (bad_input) naming those that were built, or the package that is missing
std::unique_ptr<AxiRtlModel> make_axi_rtl(const std::string& name);

}  // namespace lacuna::cosim

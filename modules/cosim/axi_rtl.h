// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "core/units.h"
#include "cosim/axi_checker.h"
#include "cosim/axi_rtl_model.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::cosim {

/// Parameters of module type `axi_rtl`.
struct AxiRtlParams {
  std::string model;
  std::optional<Frequency> clock;
  std::uint32_t outstanding = 8;
  std::uint32_t max_beats = 16;
  std::uint32_t throttle = 0;
  std::uint64_t seed = 1;
  std::uint32_t patience = 100000;
  std::uint32_t idle_clocks = 100;
  bool check = true;
  std::map<std::string, std::uint64_t> inputs;

  template <class Description>
  static void describe(Description& d) {
    using Self = AxiRtlParams;
    d("model", &Self::model, "which module in SystemVerilog, of those that were built").required();
    d("clock", &Self::clock, "of the module; the platform's if not given");
    d("outstanding", &Self::outstanding,
      "transactions of each direction that a port's bridge has open")
        .range(1u, 64u);
    d("max_beats", &Self::max_beats, "of a burst that a bridge sends into the module")
        .range(1u, 256u);
    d("throttle", &Self::throttle,
      "percent of clocks in which a channel waits on the bridge's side")
        .range(0u, 95u);
    d("seed", &Self::seed, "of the throttling");
    d("patience", &Self::patience, "clocks of valid without ready that are a defect; 0: none")
        .range(0u, 1000000000u);
    d("idle_clocks", &Self::idle_clocks,
      "clocks without any valid after which the module's clock stops")
        .range(1u, 1000000000u);
    d("check", &Self::check, "watch the ports, and end the run when a rule of AXI is broken");
    d("inputs", &Self::inputs, "inputs of the module -> value; those its file of port names lists");
  }
};

class AxiInitiatorPort;
class AxiTargetPort;

/// A module in SystemVerilog with AXI ports as a component: each manager port is an initiator socket, each subordinate or stream port
/// a target socket, by the names that its file of port names gives. It is clocked only while it or a bridge has work.
class AxiRtl final : public tlm::Component {
 public:
  AxiRtl(const sc_core::sc_module_name& name, const AxiRtlParams& params,
         tlm::Surroundings& surroundings);
  ~AxiRtl() override;

  std::string waiting_for() const override;

  /// A port's bridge was given something to do.
  void wake();

 private:
  struct Port;

  void make_ports(tlm::Surroundings& surroundings);
  void set_inputs();
  void reset();
  void tick();
  bool step();
  void sample(std::int64_t offset_ps);
  void violated(const std::string& port, const Violation& violation);

  AxiRtlParams params_;
  std::int64_t period_;
  std::string requester_;
  tlm::Watchdog& watchdog_;
  tlm::WaveDesk* waves_;
  std::unique_ptr<AxiRtlModel> model_;
  std::vector<std::unique_ptr<Port>> ports_;
  sc_core::sc_event tick_;
  bool recording_ = false;
  bool started_ = false;
  bool running_ = false;
  std::uint32_t idle_ = 0;
  Counter& clocks_;
};

/// Module type `axi_rtl`.
tlm::ModuleType axi_rtl_type();

}  // namespace lacuna::cosim

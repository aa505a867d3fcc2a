// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cosim/axi_checker.h"
#include "cosim/axi_manager.h"
#include "cosim/axi_rtl_model.h"
#include "cosim/axi_subordinate.h"

namespace lacuna::cosim::test {

inline bool without_rtl() {
  if (built_axi_rtl().empty()) {
    WARN("skipped: built without Verilator");
  }
  return built_axi_rtl().empty();
}

/// A model with whatever plays the other side of its ports, clocked together; its checkers gather the rules that were broken.
class AxiBench {
 public:
  AxiBench(const std::string& model, std::uint64_t defect) : model_(make_axi_rtl(model)) {
    REQUIRE(model_->set_input("defect", defect));
    for (const AxiRtlPort& port : model_->ports()) {
      signals_.emplace_back();
      checkers_.emplace_back(AxiChecker::Options{port.data_bytes, port.lite, 500},
                             [this](const Violation& violation) { broken.insert(violation.rule); });
    }
    drive_.resize(signals_.size());
    clock_.resize(signals_.size());
  }

  template <class Bridge>
  void attach(std::size_t port, Bridge& bridge) {
    drive_[port] = [&bridge](AxiSignals& signals) { bridge.drive(signals); };
    clock_[port] = [&bridge](const AxiSignals& signals) { bridge.clock(signals); };
  }
  void reset() {
    model_->set_reset(true);
    for (int i = 0; i < 3; ++i) {
      model_->settle();
      for (std::size_t port = 0; port < signals_.size(); ++port) {
        model_->ports()[port].pins->sample(signals_[port]);
        checkers_[port].reset(signals_[port]);
      }
      model_->clock();
    }
    model_->set_reset(false);
  }
  void step() {
    for (std::size_t port = 0; port < signals_.size(); ++port) {
      drive_[port](signals_[port]);
      model_->ports()[port].pins->drive(signals_[port]);
    }
    model_->settle();
    for (std::size_t port = 0; port < signals_.size(); ++port) {
      model_->ports()[port].pins->sample(signals_[port]);
      checkers_[port].clock(signals_[port]);
    }
    for (std::size_t port = 0; port < signals_.size(); ++port) {
      clock_[port](signals_[port]);
    }
    model_->clock();
  }
  bool busy() { return model_->busy(); }

  std::set<std::string> broken;

 private:
  std::unique_ptr<AxiRtlModel> model_;
  std::vector<AxiSignals> signals_;
  std::vector<AxiChecker> checkers_;
  std::vector<std::function<void(AxiSignals&)>> drive_;
  std::vector<std::function<void(const AxiSignals&)>> clock_;
};

}  // namespace lacuna::cosim::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <vector>

#include <verilated.h>
#include <verilated_fst_c.h>

#include "core/error.h"
#include "cosim/rtl_simulation.h"

namespace lacuna::cosim {

/// Verilator's context, and an FST file when asked for.
class VerilatedSimulation final : public RtlSimulation {
 public:
  VerilatedSimulation() { context_.traceEverOn(true); }
  ~VerilatedSimulation() override {
    if (wave_) {
      wave_->close();
    }
  }
  VerilatedSimulation(const VerilatedSimulation&) = delete;
  VerilatedSimulation& operator=(const VerilatedSimulation&) = delete;

  VerilatedContext& context() { return context_; }
  /// Makes a model's signals part of the waveform. The model must outlive it.
  template <class Model>
  void add(Model& model) {
    traced_.push_back([&model](VerilatedFstC& wave) { model.trace(&wave, all_levels); });
  }

  void record(const tlm::WaveRequest& request) override {
    if (!std::ofstream(request.file)) {
      Place place;
      place.file = "--wave " + request.file;
      throw input_error(place, "the file cannot be written");
    }
    request_ = request;
    wave_ = std::make_unique<VerilatedFstC>();
    for (const auto& trace : traced_) {
      trace(*wave_);
    }
    wave_->set_time_unit("1ps");
    wave_->set_time_resolution("1ps");
    if (!request.scope.empty()) {
      wave_->dumpvars(all_levels, request.scope);
    }
    wave_->open(request.file.c_str());
  }

  void sample(std::int64_t time_ps) override {
    if (wave_ && time_ps >= request_.from_ps && time_ps <= request_.to_ps) {
      wave_->dump(static_cast<std::uint64_t>(time_ps));
    }
  }

 private:
  static constexpr int all_levels = 99;

  VerilatedContext context_;
  std::vector<std::function<void(VerilatedFstC&)>> traced_;
  std::unique_ptr<VerilatedFstC> wave_;
  tlm::WaveRequest request_;
};

}  // namespace lacuna::cosim

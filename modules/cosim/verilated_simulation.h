// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <verilated.h>

#include "cosim/coverage_file.h"
#include "cosim/fst_wave.h"
#include "cosim/rtl_simulation.h"

namespace lacuna::cosim {

/// Verilator's context, and an FST file when asked for.
class VerilatedSimulation final : public RtlSimulation {
 public:
  VerilatedSimulation() { context_.traceEverOn(FstWave::built); }
  ~VerilatedSimulation() override { write_coverage(context_, coverage_); }
  VerilatedSimulation(const VerilatedSimulation&) = delete;
  VerilatedSimulation& operator=(const VerilatedSimulation&) = delete;

  VerilatedContext& context() { return context_; }
  /// Makes a model's signals part of the waveform. The model must outlive it.
  template <class Model>
  void add(Model& model) {
    tops_ += (tops_.empty() ? "" : ", ") + std::string(model.name());
    traced_.push_back([&model](FstWave& wave) { wave.add(model); });
  }

  void record(const tlm::WaveRequest& request) override {
    request_ = request;
    if (!request.scope.empty()) {
      check_scope(request);
    }
    wave_ = open(request);
  }

  void sample(std::int64_t time_ps) override {
    if (wave_ && time_ps >= request_.from_ps && time_ps <= request_.to_ps) {
      wave_->dump(time_ps);
    }
  }

 private:
  std::unique_ptr<FstWave> open(const tlm::WaveRequest& request) const {
    auto wave = std::make_unique<FstWave>();
    for (const auto& trace : traced_) {
      trace(*wave);
    }
    wave->open(request.file, request.scope);
    return wave;
  }
  /// Verilator says nothing of a scope without signals, and fails on the first change.
  void check_scope(const tlm::WaveRequest& request) const {
    open(request).reset();
    if (FstWave::signals_in(request.file) == 0) {
      Place place;
      place.file = "--wave-scope " + request.scope;
      throw input_error(place, "no signals below it; at the top there are " + tops_);
    }
  }

  VerilatedContext context_;
  const std::string coverage_ = coverage_folder();
  std::vector<std::function<void(FstWave&)>> traced_;
  std::string tops_;  // names of the models
  std::unique_ptr<FstWave> wave_;
  tlm::WaveRequest request_;
};

}  // namespace lacuna::cosim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <verilated.h>

namespace lacuna::cosim {

/// A Verilated model with one clock `clk` and one reset `rst_n`, stepped by whoever owns it: it costs nothing while nobody
/// does. Inputs are set, settle() makes what depends on them, outputs are read, clock() is the rising edge.
template <class Model>
class ClockedModel {
 public:
  ClockedModel(VerilatedContext& context, const char* name)
      : model_(std::make_unique<Model>(&context, name)) {}
  ~ClockedModel() { model_->final(); }
  ClockedModel(const ClockedModel&) = delete;
  ClockedModel& operator=(const ClockedModel&) = delete;

  Model* operator->() { return model_.get(); }
  const Model* operator->() const { return model_.get(); }

  void reset() {
    model_->rst_n = 0;
    settle();
    clock();
    model_->rst_n = 1;
    settle();
  }
  /// The clock is low.
  void settle() {
    model_->clk = 0;
    model_->eval();
  }
  /// The clock rises.
  void clock() {
    model_->clk = 1;
    model_->eval();
  }

 private:
  std::unique_ptr<Model> model_;
};

}  // namespace lacuna::cosim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "engine/array_model.h"

namespace lacuna::test {

/// A clocked body with a defect: it changes one sum of one result, or comes a clock late.
class FaultyArray : public engine::ArrayModel {
 public:
  static constexpr unsigned none = std::numeric_limits<unsigned>::max();

  FaultyArray(std::unique_ptr<engine::ArrayModel> body, unsigned wrong_result, bool late)
      : body_(std::move(body)), wrong_result_(wrong_result), late_(late) {}

  std::uint32_t pass_bytes() const override { return body_->pass_bytes(); }
  bool clocked() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands&, Span<std::int32_t>) override {
    return {};
  }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override {
    body_->begin(operands, accumulators);
  }
  bool step() override {
    if (late_) {
      late_ = false;
      return true;
    }
    return body_->step();
  }
  engine::ArrayResult result() const override { return body_->result(); }
  void throttle(unsigned percent, std::uint64_t seed) override { body_->throttle(percent, seed); }
  void listen(const engine::ResultListener& listener) override {
    body_->listen([this, listener](const engine::ResultPlace& place,
                                   const std::vector<std::int32_t>& values) {
      std::vector<std::int32_t> changed = values;
      if (results_++ == wrong_result_) {
        changed[0] ^= 1;
      }
      listener(place, changed);
    });
  }

 private:
  std::unique_ptr<engine::ArrayModel> body_;
  unsigned wrong_result_;
  unsigned results_ = 0;
  bool late_;
};

}  // namespace lacuna::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/array_model.h"

namespace lacuna::test {

/// The plainest array: one multiplication after another, weights as int8 [channels, elements] of the tile. A step takes a
/// clock for every 64 multiplications and 5 clocks more, in both bodies.
class ToyArray final : public engine::ArrayModel {
 public:
  explicit ToyArray(bool is_clocked) : clocked_(is_clocked) {}

  std::vector<std::uint64_t> versions;  ///< of the weights of every step
  std::vector<std::size_t> metadata;    ///< bytes of every step

  std::uint32_t pass_bytes() const override { return 16; }
  bool clocked() const override { return clocked_; }

  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override {
    versions.push_back(operands.weights_version);
    metadata.push_back(operands.metadata.size());
    const engine::TileStep& step = operands.geometry.step;
    for (std::uint32_t position = 0; position < operands.geometry.positions(); ++position) {
      for (std::uint32_t channel = 0; channel < step.channels; ++channel) {
        std::int32_t& sum = accumulators[std::size_t{position} * step.channels + channel];
        for (std::uint32_t element = 0; element < step.elements; ++element) {
          sum += weight(operands, channel, element) * activation(operands, position, element);
        }
      }
    }
    engine::ArrayResult result;
    const std::uint64_t macs =
        std::uint64_t{operands.geometry.positions()} * step.channels * step.elements;
    result.busy_cycles = (macs + 63) / 64;
    result.fill_cycles = 5;
    result.cycles = result.busy_cycles + result.fill_cycles;
    result.effective_macs = macs;
    return result;
  }

  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override {
    result_ = compute(operands, accumulators);
    left_ = result_.cycles;
  }
  bool step() override { return left_-- != 0; }
  engine::ArrayResult result() const override { return result_; }

 private:
  static std::int32_t weight(const engine::TileOperands& operands, std::uint32_t channel,
                             std::uint32_t element) {
    const engine::TileStep& step = operands.geometry.step;
    const bool transposed = operands.weight_source == engine::WeightSource::dynamic_transposed;
    const std::size_t at = transposed ? std::size_t{element} * step.channels + channel
                                      : std::size_t{channel} * step.elements + element;
    return static_cast<std::int8_t>(operands.weights[at]);
  }

  /// The buffer's byte under a position and an element, from the definition of ActivationWindow.
  static std::int32_t activation(const engine::TileOperands& operands, std::uint32_t position,
                                 std::uint32_t element) {
    const engine::TileStep& step = operands.geometry.step;
    const engine::ActivationWindow& window = operands.geometry.window;
    const workload::LayerShape& shape = operands.geometry.shape;
    const std::uint32_t whole = step.first_element + element;
    const std::uint32_t channel = whole % window.channels;
    const std::uint32_t kernel_column = whole / window.channels % shape.kernel_width;
    const std::uint32_t kernel_row = whole / window.channels / shape.kernel_width;
    const std::int64_t y = window.origin_y +
                           std::int64_t{position / step.width} * shape.stride_height +
                           std::int64_t{kernel_row} * shape.dilation_height;
    const std::int64_t x = window.origin_x +
                           std::int64_t{position % step.width} * shape.stride_width +
                           std::int64_t{kernel_column} * shape.dilation_width;
    const bool inside = y >= window.first_row && y < window.first_row + std::int64_t{window.rows} &&
                        x >= window.first_column &&
                        x < window.first_column + std::int64_t{window.columns};
    if (!inside) {
      return 0;
    }
    std::uint64_t at = std::uint64_t{position} * step.elements + element;
    if (window.layout == engine::ActivationLayout::region) {
      const auto row = static_cast<std::uint64_t>(y - window.first_row);
      const auto column = static_cast<std::uint64_t>(x - window.first_column);
      at = (row * window.columns + column) * window.channels + channel;
    }
    const std::uint8_t byte = operands.activations[at];
    return window.is_signed ? static_cast<std::int8_t>(byte) : byte;
  }

  bool clocked_;
  engine::ArrayResult result_;
  std::uint64_t left_ = 0;
};

}  // namespace lacuna::test

// SPDX-License-Identifier: Apache-2.0
#include "reference/output_stage.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"

namespace lacuna::reference {
namespace {

/// How the channels lie in an output: `images` times all channels times `run` neighbours of one
/// channel.
struct ChannelRuns {
  std::size_t images = 0;
  std::size_t channels = 0;
  std::size_t run = 0;
};

ChannelRuns channel_runs(const Tensor& outputs, Layout layout) {
  const Shape& shape = outputs.shape();
  ChannelRuns runs;
  runs.channels = layout == Layout::channels_last ? shape.back() : shape.at(1);
  runs.run = layout == Layout::channels_last ? 1 : shape.at(2) * shape.at(3);
  runs.images = outputs.size() / (runs.channels * runs.run);
  return runs;
}

template <class T>
void finish_into(Span<const std::int32_t> sums, const OutputStage& stage, const ChannelRuns& runs,
                 Span<T> outputs) {
  std::size_t i = 0;
  for (std::size_t image = 0; image < runs.images; ++image) {
    for (std::size_t channel = 0; channel < runs.channels; ++channel) {
      for (std::size_t end = i + runs.run; i < end; ++i) {
        outputs[i] = static_cast<T>(finish(sums[i], stage, channel));
      }
    }
  }
}

template <class T>
std::int64_t clamp_to(std::int64_t value) {
  return std::clamp<std::int64_t>(value, std::numeric_limits<T>::min(),
                                  std::numeric_limits<T>::max());
}

std::int64_t clamp_to(DataType type, std::int64_t value) {
  switch (type) {
    case DataType::int8:
      return clamp_to<std::int8_t>(value);
    case DataType::uint8:
      return clamp_to<std::uint8_t>(value);
    case DataType::int16:
      return clamp_to<std::int16_t>(value);
    case DataType::int32:
      return clamp_to<std::int32_t>(value);
    case DataType::float32:
      break;
  }
  throw model_error("reference: outputs are whole numbers");
}

}  // namespace

std::int64_t shift_round_half_even(std::int64_t value, int shift) {
  if (shift == 0) {
    return value;
  }
  // An arithmetic shift rounds towards minus infinity; what it drops is never negative.
  const std::int64_t quotient = value >> shift;
  const std::int64_t dropped = value - quotient * (std::int64_t{1} << shift);
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  const bool up = dropped > half || (dropped == half && (quotient & 1) != 0);
  return up ? quotient + 1 : quotient;
}

std::int64_t finish(std::int32_t sum, const OutputStage& stage, std::size_t channel) {
  const std::int64_t bias = stage.bias.empty() ? 0 : stage.bias[channel];
  std::int64_t value = sum + bias;
  if (stage.multiplier.empty()) {
    value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  } else {
    value = shift_round_half_even(value * stage.multiplier[channel], stage.shift[channel]);
  }
  return clamp_to(stage.type, stage.relu ? std::max<std::int64_t>(value, 0) : value);
}

Tensor finish(Span<const std::int32_t> sums, const OutputStage& stage, Shape shape, Layout layout) {
  Tensor outputs(stage.type, std::move(shape));
  if (outputs.size() != sums.size()) {
    throw model_error("reference: an output of another size than its sums");
  }
  const ChannelRuns runs = channel_runs(outputs, layout);
  switch (stage.type) {
    case DataType::int8:
      finish_into(sums, stage, runs, outputs.elements<std::int8_t>());
      break;
    case DataType::uint8:
      finish_into(sums, stage, runs, outputs.elements<std::uint8_t>());
      break;
    case DataType::int16:
      finish_into(sums, stage, runs, outputs.elements<std::int16_t>());
      break;
    default:
      finish_into(sums, stage, runs, outputs.elements<std::int32_t>());
      break;
  }
  return outputs;
}

}  // namespace lacuna::reference

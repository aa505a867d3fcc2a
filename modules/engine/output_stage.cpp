// SPDX-License-Identifier: Apache-2.0
#include "engine/output_stage.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/output_stage.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::engine {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Multiply-shift of as many channels as fill whole vectors; returns how many.
/// 2^63 is added so that an unsigned shift does for signed numbers (AVX2 has no other for 64 bits).
std::size_t multiply_shift([[maybe_unused]] const std::int32_t* HWY_RESTRICT accumulators,
                           [[maybe_unused]] const MultiplyShiftLanes& c,
                           [[maybe_unused]] std::size_t channels,
                           [[maybe_unused]] std::int32_t* HWY_RESTRICT outputs) {
#if HWY_TARGET == HWY_SCALAR
  return 0;  // the scalar loop of the caller does it all
#else
  const hn::ScalableTag<std::int64_t> d64;
  const hn::RebindToUnsigned<decltype(d64)> du64;
  const hn::Rebind<std::int32_t, decltype(d64)> d32;
  const hn::Rebind<std::uint32_t, decltype(d64)> du32;
  const hn::RepartitionToNarrow<decltype(d64)> d32_wide;
  const auto sign = hn::Set(d64, std::numeric_limits<std::int64_t>::min());
  const auto low = hn::Set(d64, c.low);
  const auto high = hn::Set(d64, c.high);
  const std::size_t lanes = hn::Lanes(d64);
  std::size_t i = 0;
  for (; i + lanes <= channels; i += lanes) {
    const auto sums = hn::PromoteTo(d64, hn::LoadU(d32, accumulators + i));
    const auto product =
        hn::Add(hn::MulEven(hn::BitCast(d32_wide, sums),
                            hn::BitCast(d32_wide, hn::LoadU(d64, c.multiplier + i))),
                hn::LoadU(d64, c.bias_product + i));
    const auto shift = hn::BitCast(du64, hn::LoadU(d64, c.shift + i));
    const auto floor =
        hn::Sub(hn::BitCast(d64, hn::Shr(hn::BitCast(du64, hn::Add(product, sign)), shift)),
                hn::LoadU(d64, c.offset + i));
    const auto rest = hn::Sub(product, hn::BitCast(d64, hn::Shl(hn::BitCast(du64, floor), shift)));
    const auto odd = hn::And(floor, hn::LoadU(d64, c.odd + i));
    const auto raised = hn::Add(hn::Add(rest, hn::LoadU(d64, c.half + i)), odd);
    const auto rounded =
        hn::Add(floor, hn::BitCast(d64, hn::Shr(hn::BitCast(du64, raised), shift)));
    const auto clamped = hn::Min(hn::Max(rounded, low), high);
    hn::StoreU(hn::BitCast(d32, hn::TruncateTo(du32, hn::BitCast(du64, clamped))), d32,
               outputs + i);
  }
  return i;
#endif
}

void narrow_8(const std::int32_t* HWY_RESTRICT from, std::size_t count,
              std::uint8_t* HWY_RESTRICT to) {
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<std::uint8_t>(from[i]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::engine {

namespace {

HWY_EXPORT(multiply_shift);
HWY_EXPORT(narrow_8);

std::int32_t lowest(OutputType type) {
  switch (type) {
    case OutputType::int8:
      return std::numeric_limits<std::int8_t>::min();
    case OutputType::uint8:
      return 0;
    case OutputType::int16:
      return std::numeric_limits<std::int16_t>::min();
    case OutputType::int32:
      break;
  }
  return std::numeric_limits<std::int32_t>::min();
}

std::int32_t highest(OutputType type) {
  switch (type) {
    case OutputType::int8:
      return std::numeric_limits<std::int8_t>::max();
    case OutputType::uint8:
      return std::numeric_limits<std::uint8_t>::max();
    case OutputType::int16:
      return std::numeric_limits<std::int16_t>::max();
    case OutputType::int32:
      break;
  }
  return std::numeric_limits<std::int32_t>::max();
}

std::int32_t add_wrapping(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

unsigned shift_of(const ChannelScale& scale) {
  return static_cast<std::uint32_t>(scale.shift) & 63u;
}

/// (value + bias) * multiplier; 33 times 32 bits, so that one extreme wraps: -2^32 * -2^31.
std::int64_t product_of(std::int32_t value, const ChannelScale& scale) {
  const std::int64_t sum = std::int64_t{value} + scale.bias;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) *
                                   static_cast<std::uint64_t>(std::int64_t{scale.multiplier}));
}

std::int64_t multiply_shift_one(std::int32_t value, const ChannelScale& scale) {
  const std::int64_t product = product_of(value, scale);
  const unsigned shift = shift_of(scale);
  if (shift == 0) {
    return product;
  }
  const std::int64_t floor = product >> shift;
  const std::uint64_t rest =
      static_cast<std::uint64_t>(product) & ((std::uint64_t{1} << shift) - 1);
  const std::uint64_t half = std::uint64_t{1} << (shift - 1);
  return floor + (rest > half || (rest == half && (floor & 1) != 0) ? 1 : 0);
}

}  // namespace

std::int32_t finish_output(std::int32_t accumulator, const ChannelScale& scale, bool requantize,
                           bool relu, OutputType type) {
  const std::int64_t value = requantize ? multiply_shift_one(accumulator, scale)
                                        : std::int64_t{add_wrapping(accumulator, scale.bias)};
  const std::int64_t low = relu ? std::max(lowest(type), 0) : lowest(type);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, low, highest(type)));
}

OutputStage::OutputStage(Span<const ChannelScale> scales, bool requantize, bool relu,
                         OutputType type)
    : channels_(scales.size()),
      requantize_(requantize),
      type_(type),
      low_(relu ? std::max(lowest(type), 0) : lowest(type)),
      high_(highest(type)) {
  constexpr std::uint64_t top = std::uint64_t{1} << 63;
  for (const ChannelScale& scale : scales) {
    const unsigned shift = shift_of(scale);
    const std::uint64_t half = shift == 0 ? 0 : (std::uint64_t{1} << (shift - 1)) - 1;
    bias_.push_back(scale.bias);
    multiplier_.push_back(scale.multiplier);
    bias_product_.push_back(product_of(0, scale));
    shift_.push_back(shift);
    half_.push_back(static_cast<std::int64_t>(half));
    offset_.push_back(static_cast<std::int64_t>(top >> shift));
    odd_.push_back(shift == 0 ? 0 : 1);
  }
}

void OutputStage::finish(Span<const std::int32_t> accumulators, Span<std::uint8_t> outputs) const {
  const std::size_t size = size_of(type_);
  if (channels_ == 0 || accumulators.size() % channels_ != 0 ||
      outputs.size() < accumulators.size() * size) {
    throw model_error("the output stage was given spans that do not fit its channels");
  }
  const std::size_t positions = accumulators.size() / channels_;
  std::vector<std::int32_t> row(channels_);
  for (std::size_t position = 0; position < positions; ++position) {
    finish_position(accumulators.data() + position * channels_, row);
    store(row, outputs.data() + position * channels_ * size);
  }
}

void OutputStage::finish_position(const std::int32_t* accumulators,
                                  Span<std::int32_t> finished) const {
  std::size_t done = 0;
  if (requantize_) {
    done = HWY_DYNAMIC_DISPATCH(multiply_shift)(
        accumulators,
        {multiplier_.data(), bias_product_.data(), shift_.data(), half_.data(), offset_.data(),
         odd_.data(), low_, high_},
        channels_, finished.data());
  }
  for (std::size_t i = done; i < channels_; ++i) {
    const ChannelScale scale{bias_[i], static_cast<std::int32_t>(multiplier_[i]),
                             static_cast<std::int32_t>(shift_[i])};
    finished[i] = std::clamp(
        finish_output(accumulators[i], scale, requantize_, false, OutputType::int32), low_, high_);
  }
}

void OutputStage::store(Span<const std::int32_t> finished, std::uint8_t* outputs) const {
  switch (size_of(type_)) {
    case 1:
      HWY_DYNAMIC_DISPATCH(narrow_8)(finished.data(), channels_, outputs);
      break;
    case 2: {
      for (std::size_t i = 0; i < channels_; ++i) {
        const auto word = static_cast<std::uint16_t>(finished[i]);
        std::memcpy(outputs + 2 * i, &word, sizeof word);
      }
      break;
    }
    default:
      std::memcpy(outputs, finished.data(), channels_ * sizeof(std::int32_t));
  }
}

}  // namespace lacuna::engine
#endif

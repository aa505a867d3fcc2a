// SPDX-License-Identifier: Apache-2.0
#include "engine/gemm.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "engine/gemm_nonzero.h"
#include "engine/im2col.h"

namespace lacuna::engine {
namespace {

/// Channels that are prepared together: few enough for the second-level cache.
constexpr std::size_t channels_at_once = 32;

std::size_t groups_of(std::size_t elements) {
  return (elements + reduction_group - 1) / reduction_group;
}

/// Stored values plus the constants of their groups (none: null).
void reconstruct(const std::int8_t* stored, const std::int16_t* constants, std::size_t elements,
                 std::int16_t* weights) {
  for (std::size_t first = 0; first < elements; first += reduction_group) {
    const std::size_t last = std::min<std::size_t>(first + reduction_group, elements);
    const std::int16_t constant = constants == nullptr ? std::int16_t{0} : *constants++;
    for (std::size_t k = first; k < last; ++k) {
      weights[k] = static_cast<std::int16_t>(stored[k] + constant);
    }
  }
}

template <class Byte>
std::int16_t sum_of(const Byte* bytes, std::size_t count) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += bytes[i];
  }
  return static_cast<std::int16_t>(sum);  // at most 32 * 255
}

template <class T>
void grow(std::vector<T>& values, std::size_t size) {
  if (values.size() < size) {
    values.resize(size);
  }
}

}  // namespace

void ActivationPanel::gather(const workload::LayerShape& shape, const ActivationWindow& window,
                             const TileStep& step, Span<const std::uint8_t> buffer) {
  positions_ = std::size_t{step.height} * step.width;
  elements_ = step.elements;
  is_signed_ = window.is_signed;
  counted_ = false;
  if (kernel_ == GemmKernel::int16) {
    stride_ = gemm_stride(elements_);
    grow(values_, positions_ * stride_);
    gather_activations(shape, window, step, buffer, Span<std::int16_t>(values_), stride_);
  } else {
    stride_ = elements_;
    grow(bytes_, positions_ * stride_);
    gather_activations(shape, window, step, buffer, Span<std::uint8_t>(bytes_), stride_);
    sum_groups();
  }
}

void ActivationPanel::sum_groups() {
  const std::size_t groups = groups_of(elements_);
  const std::size_t stride = gemm_stride(groups);
  grow(group_sums_, positions_ * stride);
  for (std::size_t p = 0; p < positions_; ++p) {
    std::int16_t* sums = group_sums_.data() + p * stride;
    std::fill_n(sums, stride, std::int16_t{0});
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t first = g * reduction_group;
      const std::size_t count = std::min<std::size_t>(reduction_group, elements_ - first);
      const std::uint8_t* bytes = bytes_.data() + p * elements_ + first;
      sums[g] = is_signed_ ? sum_of(reinterpret_cast<const std::int8_t*>(bytes), count)
                           : sum_of(bytes, count);
    }
  }
}

const std::vector<std::uint32_t>& ActivationPanel::nonzero() const {
  if (!counted_) {
    nonzero_.assign(elements_, 0);
    if (kernel_ == GemmKernel::int16) {
      count_nonzero(Span<const std::int16_t>(values_), positions_, stride_, nonzero_);
    } else {
      count_nonzero(Span<const std::uint8_t>(bytes_), positions_, stride_, nonzero_);
    }
    counted_ = true;
  }
  return nonzero_;
}

void WeightPanel::reset(std::size_t channels, std::size_t elements, bool constants) {
  channels_ = channels;
  elements_ = elements;
  has_constants_ = constants;
  nonzero_.assign(elements, 0);
  if (kernel_ == GemmKernel::int16) {
    packed_.reset(channels, elements);
    return;
  }
  grow(stored_, channels * elements);
  if (constants) {
    packed_constants_.reset(channels, groups_of(elements));
  }
}

void WeightPanel::set(std::size_t first, std::size_t count, Span<const std::int8_t> stored,
                      std::size_t stride, Span<const std::int16_t> constants) {
  const std::size_t groups = groups_of(elements_);
  const std::size_t needed = count == 0 ? 0 : (count - 1) * stride + elements_;
  if (first + count > channels_ || stride < elements_ || stored.size() < needed ||
      (!constants.empty() && (!has_constants_ || constants.size() < count * groups))) {
    throw model_error("decoded weights do not fit their channel tile");
  }
  for (std::size_t n = 0; n < count; n += channels_at_once) {
    const std::size_t here = std::min(channels_at_once, count - n);
    set_some(first + n, here, stored.subspan(n * stride), stride,
             constants.empty() ? constants : constants.subspan(n * groups));
  }
}

void WeightPanel::set_some(std::size_t first, std::size_t count, Span<const std::int8_t> stored,
                           std::size_t stride, Span<const std::int16_t> constants) {
  const std::size_t groups = groups_of(elements_);
  const std::size_t scratch_stride = gemm_stride(elements_);
  grow(scratch_, count * std::max(scratch_stride, groups));
  for (std::size_t n = 0; n < count; ++n) {
    reconstruct(stored.data() + n * stride,
                constants.empty() ? nullptr : constants.data() + n * groups, elements_,
                scratch_.data() + n * scratch_stride);
  }
  count_nonzero(Span<const std::int16_t>(scratch_), count, scratch_stride, nonzero_);
  if (kernel_ == GemmKernel::int16) {
    packed_.pack(first, count, scratch_, scratch_stride);
    return;
  }
  for (std::size_t n = 0; n < count; ++n) {
    std::memcpy(stored_.data() + (first + n) * elements_, stored.data() + n * stride, elements_);
  }
  if (has_constants_) {
    if (constants.empty()) {
      std::fill_n(scratch_.begin(), count * groups, std::int16_t{0});
      constants = Span<const std::int16_t>(scratch_);
    }
    packed_constants_.pack(first, count, constants, groups);
  }
}

void WeightPanel::multiply_add(const ActivationPanel& activations,
                               Span<std::int32_t> accumulators) const {
  const std::size_t positions = activations.positions();
  if (activations.kernel() != kernel_ || activations.elements() != elements_ ||
      accumulators.size() < positions * channels_) {
    throw model_error("weights and activations of different tile steps cannot be multiplied");
  }
  if (kernel_ == GemmKernel::int16) {
    gemm_int16(activations.values_, activations.stride_, positions, packed_, accumulators, true);
    return;
  }
  add_onednn_sums(activations, accumulators);
  if (has_constants_) {
    gemm_int16(activations.group_sums_, gemm_stride(groups_of(elements_)), positions,
               packed_constants_, accumulators, true);
  }
}

// oneDNN would saturate where sums wrap, so it computes sums that cannot, and they are added here.
void WeightPanel::add_onednn_sums(const ActivationPanel& activations,
                                  Span<std::int32_t> accumulators) const {
  const std::size_t outputs = activations.positions() * channels_;
  grow(sums_, outputs);
  for (std::size_t first = 0; first < elements_; first += longest_onednn_reduction) {
    const std::size_t count = std::min(longest_onednn_reduction, elements_ - first);
    gemm_onednn(Span<const std::uint8_t>(activations.bytes_).subspan(first), activations.is_signed_,
                Span<const std::int8_t>(stored_).subspan(first), elements_, activations.positions(),
                channels_, count, sums_);
    for (std::size_t i = 0; i < outputs; ++i) {
      accumulators[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(accumulators[i]) +
                                                  static_cast<std::uint32_t>(sums_[i]));
    }
  }
}

std::uint64_t effective_macs(const ActivationPanel& activations, const WeightPanel& weights) {
  return multiply_counts(activations.nonzero(), weights.nonzero());
}

}  // namespace lacuna::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/im2col.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/error.h"
#include "engine/gemm_int16.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/im2col.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::engine {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Widens bytes; Source is their type. The last vector overlaps the one before rather than leaving
/// single bytes.
template <class Source>
HWY_INLINE void copy_bytes(const std::uint8_t* from, std::size_t count, std::int16_t* to) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<Source, decltype(d16)> d8;
  const std::size_t lanes = hn::Lanes(d16);
  const auto* source = reinterpret_cast<const Source*>(from);
  if (count < lanes) {
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = source[i];
    }
    return;
  }
  for (std::size_t i = 0; i + lanes < count; i += lanes) {
    hn::StoreU(hn::PromoteTo(d16, hn::LoadU(d8, source + i)), d16, to + i);
  }
  const std::size_t last = count - lanes;
  hn::StoreU(hn::PromoteTo(d16, hn::LoadU(d8, source + last)), d16, to + last);
}

template <class Source>
HWY_INLINE void copy_bytes(const std::uint8_t* from, std::size_t count, std::uint8_t* to) {
  std::memcpy(to, from, count);
}

/// One run of one position: what lies in the image is copied, the padding on either side is zero.
template <class Source, class Target>
HWY_INLINE void gather_run(const GatherPlan& plan, const GatherRun& run, std::int64_t y,
                           std::int64_t byte, const std::uint8_t* buffer, const std::uint8_t* row,
                           Target* to) {
  const std::int64_t length = run.length;
  const std::int64_t begin = byte + run.offset;
  if (y < 0 || y >= plan.rows || begin >= plan.row_bytes || begin + length <= 0) {
    std::fill_n(to, length, Target{0});
    return;
  }
  const std::int64_t before = begin < 0 ? -begin : 0;
  const std::int64_t end = begin + length > plan.row_bytes ? plan.row_bytes - begin : length;
  const std::uint8_t* from = plan.layout == ActivationLayout::region
                                 ? buffer + y * plan.row_bytes + begin
                                 : row + run.element;
  std::fill_n(to, before, Target{0});
  copy_bytes<Source>(from + before, static_cast<std::size_t>(end - before), to + before);
  std::fill_n(to + end, length - end, Target{0});
}

template <class Source, class Target>
void gather(const GatherPlan& plan, const std::uint8_t* buffer, Target* matrix,
            std::size_t stride) {
  const std::size_t padded =
      sizeof(Target) == 1 ? plan.elements : (plan.elements + gemm_step - 1) / gemm_step * gemm_step;
  const std::uint8_t* row = buffer;
  Target* to = matrix;
  for (std::size_t r = 0; r < plan.height; ++r) {
    const std::int64_t y = plan.origin_y + static_cast<std::int64_t>(r) * plan.step_y;
    std::int64_t byte = plan.origin_byte;
    for (std::size_t c = 0; c < plan.width; ++c) {
      for (const GatherRun& run : plan.runs) {
        gather_run<Source>(plan, run, y + run.kernel_row * plan.dilation_y, byte, buffer, row,
                           to + run.element);
      }
      std::fill(to + plan.elements, to + padded, Target{0});
      byte += plan.step_byte;
      row += plan.elements;
      to += stride;
    }
  }
}

void gather_wide(const GatherPlan& plan, const std::uint8_t* buffer, std::int16_t* matrix,
                 std::size_t stride) {
  if (plan.is_signed) {
    gather<std::int8_t>(plan, buffer, matrix, stride);
  } else {
    gather<std::uint8_t>(plan, buffer, matrix, stride);
  }
}

void gather_bytes(const GatherPlan& plan, const std::uint8_t* buffer, std::uint8_t* matrix,
                  std::size_t stride) {
  gather<std::uint8_t>(plan, buffer, matrix, stride);
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::engine {
namespace {

HWY_EXPORT(gather_wide);
HWY_EXPORT(gather_bytes);

/// The chunk's part of the reduction, cut where neighbours in the reduction are not neighbours in
/// the image.
std::vector<GatherRun> gather_runs(const workload::LayerShape& shape, const TileStep& step) {
  const std::uint32_t channels = shape.group_in_channels();
  const bool whole_rows = shape.dilation_width == 1;
  const std::uint32_t length = whole_rows ? shape.kernel_width * channels : channels;
  const std::uint32_t per_row = whole_rows ? 1 : shape.kernel_width;
  const std::uint32_t last = step.first_element + step.elements;
  std::vector<GatherRun> runs;
  for (std::uint32_t element = step.first_element; element < last;) {
    const std::uint32_t index = element / length;
    const std::uint32_t within = element % length;
    GatherRun run;
    run.kernel_row = index / per_row;
    run.offset = std::int64_t{index % per_row} * shape.dilation_width * channels + within;
    run.element = element - step.first_element;
    run.length = std::min(length - within, last - element);
    runs.push_back(run);
    element += run.length;
  }
  return runs;
}

GatherPlan gather_plan(const workload::LayerShape& shape, const ActivationWindow& window,
                       const TileStep& step, Span<const GatherRun> runs) {
  GatherPlan plan;
  plan.runs = runs;
  plan.layout = window.layout;
  plan.origin_y = std::int64_t{window.origin_y} - window.first_row;
  plan.origin_byte = (std::int64_t{window.origin_x} - window.first_column) * window.channels;
  plan.step_y = shape.stride_height;
  plan.step_byte = std::int64_t{shape.stride_width} * window.channels;
  plan.dilation_y = shape.dilation_height;
  plan.rows = window.rows;
  plan.row_bytes = std::int64_t{window.columns} * window.channels;
  plan.height = step.height;
  plan.width = step.width;
  plan.elements = step.elements;
  plan.is_signed = window.is_signed;
  return plan;
}

void check_sizes(const ActivationWindow& window, const TileStep& step, std::size_t buffer,
                 std::size_t matrix, std::size_t stride, std::size_t padded) {
  const std::size_t positions = std::size_t{step.height} * step.width;
  const std::size_t needed = positions == 0 ? 0 : (positions - 1) * stride + padded;
  if (stride < padded || matrix < needed || buffer < activation_bytes(window, step)) {
    throw model_error("activations to be gathered do not fit their buffers");
  }
}

}  // namespace

void gather_activations(const workload::LayerShape& shape, const ActivationWindow& window,
                        const TileStep& step, Span<const std::uint8_t> buffer,
                        Span<std::int16_t> matrix, std::size_t stride) {
  const std::size_t padded = (step.elements + gemm_step - 1) / gemm_step * gemm_step;
  check_sizes(window, step, buffer.size(), matrix.size(), stride, padded);
  const std::vector<GatherRun> runs = gather_runs(shape, step);
  HWY_DYNAMIC_DISPATCH(gather_wide)
  (gather_plan(shape, window, step, runs), buffer.data(), matrix.data(), stride);
}

void gather_activations(const workload::LayerShape& shape, const ActivationWindow& window,
                        const TileStep& step, Span<const std::uint8_t> buffer,
                        Span<std::uint8_t> matrix, std::size_t stride) {
  check_sizes(window, step, buffer.size(), matrix.size(), stride, step.elements);
  const std::vector<GatherRun> runs = gather_runs(shape, step);
  HWY_DYNAMIC_DISPATCH(gather_bytes)
  (gather_plan(shape, window, step, runs), buffer.data(), matrix.data(), stride);
}

}  // namespace lacuna::engine
#endif

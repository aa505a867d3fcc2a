// SPDX-License-Identifier: Apache-2.0
#include "engine/gemm_int16.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

// Vectors without a fixed size cannot be members of the register tile.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/gemm_int16.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::engine {
namespace HWY_NAMESPACE {

/// Pairs of one block of the reduction: a panel of them (16 KiB with AVX2) stays in the first-level
/// cache.
constexpr std::size_t block_pairs = 256;
/// Positions of one block: their part of a reduction block (192 KiB) stays in the second-level
/// cache.
constexpr std::size_t block_positions = 192;
/// Positions of one register tile.
constexpr std::size_t tile_positions = 6;

/// A register tile: some positions times one panel, over `pairs` pairs of elements.
struct RegisterTile {
  const std::int16_t* activations;
  std::size_t stride;
  const std::int16_t* panel;
  std::size_t pairs;
  std::int32_t* sums;  ///< [positions, panel width], rows sums_stride apart
  std::size_t sums_stride;
  bool add;
};

#if HWY_TARGET == HWY_SCALAR

std::size_t panel_width() {
  return 8;
}

template <std::size_t positions>
void multiply_tile(const RegisterTile& tile) {
  std::uint32_t totals[positions][8] = {};
  for (std::size_t pair = 0; pair < tile.pairs; ++pair) {
    for (std::size_t p = 0; p < positions; ++p) {
      const std::int16_t* a = tile.activations + p * tile.stride + 2 * pair;
      for (std::size_t n = 0; n < 8; ++n) {
        const std::int16_t* w = tile.panel + (pair * 8 + n) * 2;
        totals[p][n] += static_cast<std::uint32_t>(a[0] * w[0]);
        totals[p][n] += static_cast<std::uint32_t>(a[1] * w[1]);
      }
    }
  }
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t n = 0; n < 8; ++n) {
      std::int32_t& sum = tile.sums[p * tile.sums_stride + n];
      sum = static_cast<std::int32_t>(totals[p][n] +
                                      (tile.add ? static_cast<std::uint32_t>(sum) : 0u));
    }
  }
}

constexpr std::size_t square = 0;  // packed one by one

void pack_square(const std::int16_t*, std::size_t, std::size_t, std::int16_t*) {}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::ScalableTag<std::int32_t>;
using Halves = hn::RepartitionToNarrow<Words>;
using WordVector = hn::Vec<Words>;
using HalfVector = hn::Vec<Halves>;

std::size_t panel_width() {
  return 2 * hn::Lanes(Words());
}

/// One position's sums of a panel: two vectors of channels, each in the two parts that the widening
/// multiplication of some processors (not x86) wants.
struct RowSums {
  WordVector low, low_part, high, high_part;

  HWY_INLINE void multiply_add(const std::int16_t* activations, HalfVector w_low,
                               HalfVector w_high) {
    std::int32_t pair = 0;
    std::memcpy(&pair, activations, sizeof pair);
    const HalfVector a = hn::BitCast(Halves(), hn::Set(Words(), pair));
    low = hn::ReorderWidenMulAccumulate(Words(), a, w_low, low, low_part);
    high = hn::ReorderWidenMulAccumulate(Words(), a, w_high, high, high_part);
  }
  HWY_INLINE void store(const RegisterTile& tile, std::size_t position) const {
    std::int32_t* to = tile.sums + position * tile.sums_stride;
    std::int32_t* to_high = to + hn::Lanes(Words());
    WordVector first = hn::RearrangeToOddPlusEven(low, low_part);
    WordVector second = hn::RearrangeToOddPlusEven(high, high_part);
    if (tile.add) {
      first = hn::Add(first, hn::LoadU(Words(), to));
      second = hn::Add(second, hn::LoadU(Words(), to_high));
    }
    hn::StoreU(first, Words(), to);
    hn::StoreU(second, Words(), to_high);
  }
};

HWY_INLINE RowSums zero_sums() {
  const WordVector zero = hn::Zero(Words());
  return {zero, zero, zero, zero};
}

/// The rows are variables of their own, not an array, so that they stay in registers. Whether they do hangs on the
/// compiler's scheduler: with `add` a template parameter, GCC 12 fetches all activations first, spills the sums and takes
/// 1.7 times as long. bench_gemm shows it.
template <std::size_t positions>
void multiply_tile(const RegisterTile& tile) {
  const std::size_t lanes = hn::Lanes(Words());
  const std::size_t stride = tile.stride;
  const std::int16_t* a = tile.activations;
  const std::int16_t* w = tile.panel;
  RowSums row0 = zero_sums();
  RowSums row1 = zero_sums();
  RowSums row2 = zero_sums();
  RowSums row3 = zero_sums();
  RowSums row4 = zero_sums();
  RowSums row5 = zero_sums();
  for (std::size_t pair = 0; pair < tile.pairs; ++pair) {
    const HalfVector low = hn::LoadU(Halves(), w);
    const HalfVector high = hn::LoadU(Halves(), w + 2 * lanes);
    row0.multiply_add(a, low, high);
    if constexpr (positions > 1) {
      row1.multiply_add(a + 1 * stride, low, high);
    }
    if constexpr (positions > 2) {
      row2.multiply_add(a + 2 * stride, low, high);
    }
    if constexpr (positions > 3) {
      row3.multiply_add(a + 3 * stride, low, high);
    }
    if constexpr (positions > 4) {
      row4.multiply_add(a + 4 * stride, low, high);
    }
    if constexpr (positions > 5) {
      row5.multiply_add(a + 5 * stride, low, high);
    }
    a += 2;
    w += 4 * lanes;
  }
  row0.store(tile, 0);
  if constexpr (positions > 1) {
    row1.store(tile, 1);
  }
  if constexpr (positions > 2) {
    row2.store(tile, 2);
  }
  if constexpr (positions > 3) {
    row3.store(tile, 3);
  }
  if constexpr (positions > 4) {
    row4.store(tile, 4);
  }
  if constexpr (positions > 5) {
    row5.store(tile, 5);
  }
}

constexpr std::size_t square = 4;

/// Packs four pairs of four channels: a transposition of 4x4 words.
void pack_square(const std::int16_t* rows, std::size_t stride, std::size_t width,
                 std::int16_t* panel) {
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::int64_t, 2> d64;
  const auto r0 = hn::BitCast(d32, hn::LoadU(d16, rows));
  const auto r1 = hn::BitCast(d32, hn::LoadU(d16, rows + stride));
  const auto r2 = hn::BitCast(d32, hn::LoadU(d16, rows + 2 * stride));
  const auto r3 = hn::BitCast(d32, hn::LoadU(d16, rows + 3 * stride));
  const auto low01 = hn::BitCast(d64, hn::InterleaveLower(d32, r0, r1));
  const auto low23 = hn::BitCast(d64, hn::InterleaveLower(d32, r2, r3));
  const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(d32, r0, r1));
  const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(d32, r2, r3));
  hn::StoreU(hn::BitCast(d16, hn::InterleaveLower(d64, low01, low23)), d16, panel);
  hn::StoreU(hn::BitCast(d16, hn::InterleaveUpper(d64, low01, low23)), d16, panel + width * 2);
  hn::StoreU(hn::BitCast(d16, hn::InterleaveLower(d64, high01, high23)), d16, panel + width * 4);
  hn::StoreU(hn::BitCast(d16, hn::InterleaveUpper(d64, high01, high23)), d16, panel + width * 6);
}

#endif

using MultiplyTile = void (*)(const RegisterTile&);

MultiplyTile tile_kernel(std::size_t positions) {
  constexpr MultiplyTile kernels[tile_positions] = {multiply_tile<1>, multiply_tile<2>,
                                                    multiply_tile<3>, multiply_tile<4>,
                                                    multiply_tile<5>, multiply_tile<6>};
  return kernels[positions - 1];
}

/// A panel that has fewer channels than it is wide: its sums go by way of a buffer.
void multiply_edge(RegisterTile tile, std::size_t positions, std::size_t channels,
                   std::size_t width) {
  alignas(64) std::int32_t sums[tile_positions * 64];
  RegisterTile buffered = tile;
  buffered.sums = sums;
  buffered.sums_stride = width;
  buffered.add = false;
  tile_kernel(positions)(buffered);
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t n = 0; n < channels; ++n) {
      std::int32_t& to = tile.sums[p * tile.sums_stride + n];
      to = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[p * width + n]) +
                                     (tile.add ? static_cast<std::uint32_t>(to) : 0u));
    }
  }
}

void multiply(const std::int16_t* activations, std::size_t stride, std::size_t positions,
              const PackedWeights& weights, std::int32_t* accumulators, bool add) {
  const std::size_t width = weights.panel_width();
  const std::size_t channels = weights.channels();
  for (std::size_t pair = 0; pair < weights.pairs(); pair += block_pairs) {
    const std::size_t pairs = std::min(block_pairs, weights.pairs() - pair);
    for (std::size_t first = 0; first < positions; first += block_positions) {
      const std::size_t last = std::min(first + block_positions, positions);
      for (std::size_t panel = 0; panel < weights.panels(); ++panel) {
        const std::size_t columns = std::min(width, channels - panel * width);
        for (std::size_t p = first; p < last; p += tile_positions) {
          const std::size_t rows = std::min(tile_positions, last - p);
          RegisterTile tile{};
          tile.activations = activations + p * stride + 2 * pair;
          tile.stride = stride;
          tile.panel = weights.panel(panel) + pair * width * 2;
          tile.pairs = pairs;
          tile.sums = accumulators + p * channels + panel * width;
          tile.sums_stride = channels;
          tile.add = add || pair != 0;
          if (columns == width) {
            tile_kernel(rows)(tile);
          } else {
            multiply_edge(tile, rows, columns, width);
          }
        }
      }
    }
  }
}

/// Packs channels of one panel. @param panel the first channel's place
void pack_rows(const std::int16_t* rows, std::size_t stride, std::size_t count,
               std::size_t elements, std::size_t width, std::int16_t* panel) {
  std::size_t squared_pairs = 0;  // done by squares, for the first squared_rows channels
  const std::size_t squared_rows = square == 0 ? 0 : count / 4 * 4;
  for (; square != 0 && 2 * (squared_pairs + square) <= elements; squared_pairs += square) {
    for (std::size_t n = 0; n < squared_rows; n += square) {
      pack_square(rows + n * stride + 2 * squared_pairs, stride, width,
                  panel + squared_pairs * width * 2 + n * 2);
    }
  }
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t k = n < squared_rows ? 2 * squared_pairs : 0; k < elements; ++k) {
      panel[k / 2 * width * 2 + n * 2 + k % 2] = rows[n * stride + k];
    }
    if (elements % 2 != 0) {
      panel[elements / 2 * width * 2 + n * 2 + 1] = 0;
    }
  }
}

const char* instruction_set() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::engine {
namespace {

HWY_EXPORT(panel_width);
HWY_EXPORT(pack_rows);
HWY_EXPORT(multiply);
HWY_EXPORT(instruction_set);

/// Elements that rows of `elements` with this stride span.
std::size_t extent(std::size_t rows, std::size_t stride, std::size_t elements) {
  return rows == 0 ? 0 : (rows - 1) * stride + elements;
}

}  // namespace

std::size_t gemm_stride(std::size_t elements) {
  constexpr std::size_t line = 64 / sizeof(std::int16_t);
  const std::size_t lines = (elements + line - 1) / line;
  return elements < line ? (elements + gemm_step - 1) / gemm_step * gemm_step : (lines | 1) * line;
}

PackedWeights::PackedWeights() : panel_width_(HWY_DYNAMIC_DISPATCH(panel_width)()) {}

void PackedWeights::reset(std::size_t channels, std::size_t elements) {
  channels_ = channels;
  elements_ = elements;
  const std::size_t needed = panels() * panel_values();
  if (needed > capacity_) {
    values_.reset(new std::int16_t[needed]);
    capacity_ = needed;
  }
  if (channels_ % panel_width_ != 0) {
    std::fill_n(values_.get() + needed - panel_values(), panel_values(), std::int16_t{0});
  }
}

void PackedWeights::pack(std::size_t first, std::size_t count, Span<const std::int16_t> rows,
                         std::size_t stride) {
  if (stride < elements_ || rows.size() < extent(count, stride, elements_) ||
      first + count > channels_) {
    throw model_error("weights to be packed do not fit their matrix");
  }
  for (std::size_t n = 0; n < count;) {
    const std::size_t lane = (first + n) % panel_width_;
    const std::size_t rows_here = std::min(count - n, panel_width_ - lane);
    HWY_DYNAMIC_DISPATCH(pack_rows)
    (rows.data() + n * stride, stride, rows_here, elements_, panel_width_,
     values_.get() + (first + n) / panel_width_ * panel_values() + lane * 2);
    n += rows_here;
  }
}

void gemm_int16(Span<const std::int16_t> activations, std::size_t stride, std::size_t positions,
                const PackedWeights& weights, Span<std::int32_t> accumulators, bool add) {
  const std::size_t padded = 2 * weights.pairs();
  if (stride < padded || activations.size() < extent(positions, stride, padded) ||
      accumulators.size() < positions * weights.channels()) {
    throw model_error("a matrix product was given operands that are smaller than their shapes");
  }
  HWY_DYNAMIC_DISPATCH(multiply)
  (activations.data(), stride, positions, weights, accumulators.data(), add);
}

const char* gemm_instruction_set() {
  return HWY_DYNAMIC_DISPATCH(instruction_set)();
}

}  // namespace lacuna::engine
#endif

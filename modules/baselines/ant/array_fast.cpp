// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/array_fast.h"

#include <algorithm>
#include <array>

#include "baselines/ant/params.h"
#include "engine/array_timing.h"
#include "engine/dense_rows.h"
#include "sparse/bit_string.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t lanes = 16;

std::uint64_t passes_of(const engine::TileStep& step) {
  return (step.elements + lanes - 1) / lanes;
}

/// What one code means.
struct Meaning {
  std::int8_t weight = 0;
  std::int8_t integer = 0;  ///< the weight without its exponent
};

/// Every code of a format byte, in the order in which the format counts: level by level.
class CodeBook {
 public:
  explicit CodeBook(unsigned format)
      : bits_((format & 7u) + 1), half_(1 << (bits_ - 1)), unit_(1 << (format >> 5)) {
    const unsigned type = (format >> 3) & 3u;
    if (type == 0) {
      for (int integer = -half_; integer < half_; ++integer) {
        set(integer & (2 * half_ - 1), integer, 1);
      }
    } else if (type == 1) {
      fill_flint();
    } else {
      for (int power = 0; power < std::min(half_ - 1, 8); ++power) {
        set_both(power + 1, 1, 1 << power);
      }
    }
  }

  const Meaning& operator[](std::uint64_t code) const { return meanings_[code]; }

 private:
  /// Integers up to half of the magnitudes; then floats whose mantissa loses a bit and whose exponent gains two, level by level.
  void fill_flint() {
    const int quarter = half_ / 2;
    for (int integer = 1; integer < quarter; ++integer) {
      set_both(integer, integer, 1);
    }
    std::int64_t scale = 2;
    for (int first = quarter / 2; first >= 1; first /= 2) {
      for (int integer = first; integer < 2 * first; ++integer) {
        set_both(quarter + integer, integer, scale);
      }
      scale *= 4;
    }
    if (quarter >= 1) {
      set_both(quarter, 1, scale / 2);
    }
  }
  void set_both(int magnitude, int integer, std::int64_t scale) {
    set(magnitude, integer, scale);
    set(half_ + magnitude, -integer, scale);
  }
  void set(int code, int integer, std::int64_t scale) {
    const std::int64_t weight = integer * scale * unit_;
    if (weight >= -128 && weight <= 127) {
      meanings_[static_cast<std::size_t>(code)] = {static_cast<std::int8_t>(weight),
                                                   static_cast<std::int8_t>(integer)};
    }
  }

  unsigned bits_;
  int half_;
  int unit_;
  std::array<Meaning, 256> meanings_{};
};

unsigned bits_of(unsigned format) {
  return (format & 7u) + 1;
}

}  // namespace

std::uint32_t FastAntArray::pass_bytes() const {
  return lanes;
}

engine::ArrayResult FastAntArray::compute(const engine::TileOperands& operands,
                                          Span<std::int32_t> accumulators) {
  const Cached& weights = prepared(operands);
  multiply(operands, weights.panel, options_.accumulator_bits, accumulators);

  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  engine::ArrayResult result =
      engine::array_timing(weights.block_cycles, batches, options_, operands);
  const std::uint64_t positions = geometry.positions();
  const std::uint64_t working_lanes = weights.row_cycles * positions * lanes;
  result.pe_cycles =
      result.busy_cycles * std::uint64_t{geometry.array_rows} * geometry.array_columns;
  result.lane_cycles = result.pe_cycles * lanes;
  result.effectual_lane_cycles = weights.ones * positions;
  result.inter_pe_idle = result.lane_cycles - working_lanes;
  result.intra_pe_idle = working_lanes - result.effectual_lane_cycles;
  result.passes = passes_of(step) * step.blocks * batches.size();
  result.effective_macs = engine::effective_macs(activations(), weights.panel);
  return result;
}

const FastAntArray::Cached& FastAntArray::prepared(const engine::TileOperands& operands) {
  const WeightKey key = key_of(operands);
  if (!cached_ || !(cached_->key == key)) {
    cached_ = std::make_unique<Cached>();
    cached_->key = key;
    if (operands.weight_source == engine::WeightSource::stream) {
      decode(operands, *cached_);
    } else {
      take_dense(operands, *cached_);
    }
  }
  return *cached_;
}

void FastAntArray::decode(const engine::TileOperands& operands, Cached& cached) {
  const engine::TileStep& step = operands.geometry.step;
  const std::uint32_t rows = operands.geometry.array_rows;
  std::vector<std::int8_t> decoded(std::size_t{step.channels} * step.elements);
  std::array<std::unique_ptr<CodeBook>, 256> books;
  const auto format_of = [&operands](std::size_t channel) {
    return channel < operands.metadata.size() ? unsigned{operands.metadata[channel]} : 0u;
  };
  std::size_t at = 0;
  for (std::size_t first = 0; first < std::size_t{step.blocks} * rows; first += rows) {
    const std::size_t end = std::min<std::size_t>(first + rows, step.channels);
    unsigned most = 1;
    for (std::size_t channel = first; channel < end; ++channel) {
      most = std::max(most, bits_of(format_of(channel)));
    }
    for (std::size_t channel = first; channel < end; ++channel) {
      const unsigned format = format_of(channel);
      if (!books[format]) {
        books[format] = std::make_unique<CodeBook>(format);
      }
      const std::size_t bytes = (std::size_t{step.elements} * bits_of(format) + 127) / 128 * 16;
      const std::size_t from = std::min(at, operands.weights.size());
      sparse::BitReader reader(
          operands.weights.subspan(from, std::min(bytes, operands.weights.size() - from)));
      for (std::size_t e = 0; e < step.elements; ++e) {
        const Meaning& meaning = (*books[format])[reader.take(bits_of(format))];
        decoded[channel * step.elements + e] = meaning.weight;
        const unsigned integer = static_cast<std::uint8_t>(meaning.integer) & ((1u << most) - 1);
        cached.ones += static_cast<unsigned>(__builtin_popcount(integer));
      }
      at += bytes;
    }
    cached.block_cycles.push_back(passes_of(step) * most);
    cached.row_cycles += passes_of(step) * most * (end > first ? end - first : 0);
  }
  cached.panel.reset(step.channels, step.elements, false);
  cached.panel.set(0, step.channels, decoded, step.elements);
}

void FastAntArray::take_dense(const engine::TileOperands& operands, Cached& cached) {
  const engine::TileStep& step = operands.geometry.step;
  const engine::ChannelRows rows(operands);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    for (std::size_t e = 0; e < step.elements; ++e) {
      const auto weight = static_cast<std::uint8_t>(rows.row(channel)[e]);
      cached.ones += static_cast<unsigned>(__builtin_popcount(weight));
    }
  }
  cached.block_cycles.assign(step.blocks, passes_of(step) * dense_bits);
  cached.row_cycles = passes_of(step) * dense_bits * step.channels;
  cached.panel.reset(step.channels, step.elements, false);
  cached.panel.set(0, step.channels, rows.rows(), rows.stride());
}

}  // namespace lacuna::baselines

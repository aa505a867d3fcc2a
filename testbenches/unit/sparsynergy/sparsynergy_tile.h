// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "reference/bit_column_products.h"
#include "sparse/unified_format.h"
#include "sparsynergy/array_options.h"
#include "support/array/array_comparison.h"
#include "support/array/array_tile.h"

namespace lacuna::sparsynergy::test {

using namespace lacuna::test;

/// A tile of SparSynergy's, written by the tests and not by the packer.
struct SparsynergyTile : ArrayTile {
  ArrayOptions options;
  sparse::UnifiedFormat format;
  std::uint64_t loads = 0;         ///< of all blocks, for one batch
  std::uint64_t second_loads = 0;  ///< of these
  std::uint64_t fedp_loads = 0;    ///< at one position
};

/// Bits, to be packed from bit 0 of each byte up.
class BitList {
 public:
  void put(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      bits_.push_back((value >> i & 1u) != 0);
    }
  }
  void append_to(std::vector<std::uint8_t>& bytes) const {
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      if (i % 8 == 0) {
        bytes.push_back(0);
      }
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | (bits_[i] ? 1u << i % 8 : 0u));
    }
  }

 private:
  std::vector<bool> bits_;
};

/// `count` different numbers below `limit`, rising.
inline std::vector<unsigned> choose(unsigned count, unsigned limit, RandomBits& random) {
  std::vector<unsigned> chosen;
  for (unsigned left = limit, needed = count; needed != 0; --left) {
    if (random.up_to(left - 1) < needed) {
      chosen.push_back(limit - left);
      --needed;
    }
  }
  return chosen;
}

/// Vectors of random rows, places, signs, columns; what a tile does not have is empty.
/// @param clean no weights beyond the last element
inline void fill_stream(SparsynergyTile& tile, bool clean, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const sparse::UnifiedFormat& format = tile.format;
  const unsigned length = 4 * format.window;
  const unsigned segments = (step.elements + length - 1) / length;
  const unsigned columns = format.columns == 8 ? 7 : 4;
  BitList rows;
  BitList values;
  BitList significances;
  tile.decoded.assign(std::size_t{step.channels} * step.elements, 0);
  for (unsigned group = 0; group * 8 < step.channels; ++group) {
    const unsigned here = std::min(8u, step.channels - group * 8);
    const unsigned kept = std::min(here, format.vectors);
    for (unsigned segment = 0; segment < segments; ++segment) {
      for (const unsigned row : choose(kept, here, random)) {
        rows.put(row, 3);
        unsigned lanes_there = 0;
        std::vector<unsigned> element(8);
        for (unsigned window = 0; window < 4; ++window) {
          const std::vector<unsigned> places = choose(2, format.window, random);
          for (unsigned i = 0; i < 2; ++i) {
            values.put(places[i], 2);
            element[2 * window + i] = segment * length + window * format.window + places[i];
            lanes_there |= element[2 * window + i] < step.elements ? 1u << (2 * window + i) : 0u;
          }
        }
        const unsigned sign = static_cast<unsigned>(random.next()) & 0xFFu;
        tile.weights.push_back(static_cast<std::uint8_t>(sign));
        std::vector<int> magnitude(8, 0);
        const bool all = random.chance(5);
        const std::vector<unsigned> significant = choose(columns, 7, random);
        for (unsigned i = 0; i < columns; ++i) {
          const unsigned significance = significant[columns - 1 - i];
          significances.put(significance, 3);
          unsigned bits = all ? 0xFFu : static_cast<unsigned>(random.next()) & 0xFFu;
          bits &= random.chance(15) ? 0u : 0xFFu;
          bits &= clean ? lanes_there : 0xFFu;
          tile.weights.push_back(static_cast<std::uint8_t>(bits));
          for (unsigned lane = 0; lane < 8; ++lane) {
            magnitude[lane] += static_cast<int>(bits >> lane & 1u) << significance;
          }
        }
        for (unsigned lane = 0; lane < 8; ++lane) {
          if ((lanes_there >> lane & 1u) != 0) {
            const int value = (sign >> lane & 1u) != 0 ? -magnitude[lane] : magnitude[lane];
            tile.decoded[(group * 8 + row) * step.elements + element[lane]] = value;
            tile.has_minimum |= value == -127;
            tile.has_maximum |= value == 127;
          }
        }
      }
    }
  }
  tile.metadata = {static_cast<std::uint8_t>(format.vectors),
                   static_cast<std::uint8_t>(format.window),
                   static_cast<std::uint8_t>(format.columns), 0};
  if (format.vectors != 8) {
    rows.append_to(tile.metadata);
  }
  if (format.window != 2) {
    values.append_to(tile.metadata);
  }
  if (format.columns != 8) {
    significances.append_to(tile.metadata);
  }
}

/// What a tile takes when nothing is waited for.
inline void count_loads(SparsynergyTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  const bool stream = tile.source == engine::WeightSource::stream;
  const unsigned length = stream ? 4 * tile.format.window : 8;
  const unsigned kept = stream ? tile.format.vectors : 8;
  const std::uint64_t segments = (step.elements + length - 1) / length;
  const unsigned passes = stream && tile.format.columns == 4 ? 1 : 2;
  for (unsigned block = 0; block < step.blocks; ++block) {
    unsigned most = 0;
    for (unsigned group = 0; group < tile.geometry.array_rows / 8; ++group) {
      const unsigned before = block * tile.geometry.array_rows + group * 8;
      const unsigned rows = before < step.channels ? std::min(8u, step.channels - before) : 0;
      most = std::max(most, std::min(rows, kept));
      tile.fedp_loads += std::min(rows, kept) * segments * passes;
    }
    tile.loads += most * segments * passes;
    tile.second_loads += most * segments * (passes - 1);
  }
}

/// @param inputs C, input channels; the rest is random
/// @param row_unit rows of the array are 1, 2, 4 or 8 times this
inline SparsynergyTile make_tile(unsigned inputs, const sparse::UnifiedFormat& format,
                                 RandomBits& random, unsigned row_unit = fedp_channels) {
  SparsynergyTile tile;
  choose_geometry(tile, inputs, random.chance(85), random, row_unit);
  fill_activations(tile, random);
  tile.format = format;
  if (random.chance(25)) {
    fill_dynamic(tile, random);
  } else {
    fill_stream(tile, random.chance(90), random);
  }
  choose_options(tile, random);
  tile.options.numerics = random.chance(25) ? Numerics::published_rtl : Numerics::intended;
  tile.options.sum_bits = tile.accumulator_bits;
  tile.options.feed_interval = random.chance(60) ? 1 : 2 + 2 * random.up_to(1);
  tile.options.sum_interval = random.chance(50) ? 1 : 2 + random.up_to(5);
  tile.options.overheads = tile.overheads;
  tile.options.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.turner_latency = random.up_to(6);
  count_loads(tile);
  return tile;
}

inline std::int32_t wrapped(std::uint32_t value, unsigned bits) {
  return static_cast<std::int32_t>(value << (32 - bits)) >> (32 - bits);
}

/// Sums as the options ask for them, by the reference's kernels.
inline std::vector<std::int32_t> expected_sums(const SparsynergyTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  const std::size_t positions = tile.geometry.positions();
  std::vector<std::int16_t> activations(tile.operands.begin(), tile.operands.end());
  std::vector<std::int16_t> weights(tile.decoded.begin(), tile.decoded.end());
  std::vector<std::int32_t> sums(positions * step.channels);
  unsigned bits = tile.options.sum_bits;
  if (tile.options.numerics == Numerics::intended) {
    for (std::size_t p = 0; p < positions; ++p) {
      for (std::size_t n = 0; n < step.channels; ++n) {
        for (std::size_t e = 0; e < step.elements; ++e) {
          sums[p * step.channels + n] +=
              activations[p * step.elements + e] * weights[n * step.elements + e];
        }
      }
    }
  } else {
    bits = 16;
    const bool stream = tile.source == engine::WeightSource::stream;
    reference::bit_column_products(activations, weights, step.elements,
                                   {stream ? 4u * tile.format.window : 8u, 0}, sums);
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = wrapped(
        static_cast<std::uint32_t>(sums[i]) + static_cast<std::uint32_t>(tile.initial[i]), bits);
  }
  return sums;
}

/// What a body made of a tile, with what only this machine counts.
struct LoadedOutcome : Outcome {
  LoadCounts loads;
};

template <class Array>
LoadedOutcome run_array(const SparsynergyTile& tile) {
  Array array(tile.options);
  LoadedOutcome outcome;
  static_cast<Outcome&>(outcome) = run(array, tile, 1);
  outcome.loads = array.loads();
  return outcome;
}

inline std::string load_differences(const LoadCounts& a, const LoadCounts& b) {
  std::string names;
  names += a.feed_stall_cycles == b.feed_stall_cycles ? "" : "feed; ";
  names += a.hazard_stall_cycles == b.hazard_stall_cycles ? "" : "hazard; ";
  names += a.second_loads == b.second_loads ? "" : "second loads; ";
  names += a.fedp_loads == b.fedp_loads ? "" : "FEDP loads; ";
  return names;
}

/// What must hold of every result, from the tile's shape alone.
inline std::string broken_load_invariants(const SparsynergyTile& tile, const LoadedOutcome& o) {
  const engine::TileStep& step = tile.geometry.step;
  const std::uint64_t batches =
      engine::column_batches(step.height, step.width, tile.geometry.array_columns,
                             tile.geometry.spread)
          .size();
  const engine::ArrayResult& r = o.result;
  const std::uint64_t fedps =
      std::uint64_t{tile.geometry.array_rows} / 8 * tile.geometry.array_columns;
  const std::uint64_t busy = tile.loads * batches;
  const std::uint64_t stalls = o.loads.feed_stall_cycles + o.loads.hazard_stall_cycles;
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  require("busy = loads", r.busy_cycles == busy);
  require("cycles = busy + stalls + fill + drain",
          r.cycles == busy + stalls + r.fill_cycles + r.drain_stall_cycles);
  require("feed", o.loads.feed_stall_cycles == busy * (tile.options.feed_interval - 1));
  require("no hazard without an interval", tile.options.sum_interval > tile.options.feed_interval ||
                                               o.loads.hazard_stall_cycles == 0);
  require("second loads", o.loads.second_loads == tile.second_loads * batches);
  require("FEDP loads", o.loads.fedp_loads == tile.fedp_loads * tile.geometry.positions());
  require("PE cycles", r.pe_cycles == busy * fedps);
  require("lanes", r.lane_cycles == r.pe_cycles * 32);
  require("effectual + intra + inter = all",
          r.effectual_lane_cycles + r.intra_pe_idle + r.inter_pe_idle == r.lane_cycles);
  require("without overheads only loads and stalls",
          tile.options.overheads || r.cycles == busy + stalls);
  return names;
}

}  // namespace lacuna::sparsynergy::test

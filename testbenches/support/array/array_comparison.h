// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engine/array_model.h"
#include "support/array/array_tile.h"

namespace lacuna::test {

/// What comparisons say when all is well; a failing check prints the other side.
inline const std::string nothing;

/// What a body made of a tile.
struct Outcome {
  std::vector<std::int32_t> accumulators;
  engine::ArrayResult result;
};

inline Outcome run(engine::ArrayModel& array, const ArrayTile& tile, std::uint64_t version) {
  Outcome outcome;
  outcome.accumulators = tile.initial;
  outcome.result = array.compute(tile.operands_at(version), outcome.accumulators);
  return outcome;
}

/// Names of everything in which two bodies differ.
inline std::string differences(const Outcome& a, const Outcome& b) {
  std::string names;
  const auto compare = [&names](const char* name, std::uint64_t x, std::uint64_t y) {
    if (x != y) {
      names += std::string(name) + " " + std::to_string(x) + " != " + std::to_string(y) + "; ";
    }
  };
  compare("accumulators", a.accumulators == b.accumulators ? 1 : 0, 1);
  compare("cycles", a.result.cycles, b.result.cycles);
  compare("busy", a.result.busy_cycles, b.result.busy_cycles);
  compare("fill", a.result.fill_cycles, b.result.fill_cycles);
  compare("drain stall", a.result.drain_stall_cycles, b.result.drain_stall_cycles);
  compare("lane cycles", a.result.lane_cycles, b.result.lane_cycles);
  compare("effectual", a.result.effectual_lane_cycles, b.result.effectual_lane_cycles);
  compare("intra", a.result.intra_pe_idle, b.result.intra_pe_idle);
  compare("inter", a.result.inter_pe_idle, b.result.inter_pe_idle);
  compare("PE cycles", a.result.pe_cycles, b.result.pe_cycles);
  compare("passes", a.result.passes, b.result.passes);
  compare("constants", a.result.constant_multiplications, b.result.constant_multiplications);
  compare("effective MACs", a.result.effective_macs, b.result.effective_macs);
  compare("any counter", a.result == b.result ? 1 : 0, 1);
  return names;
}

/// What must hold of every result, from the tile's shape alone.
inline std::string broken_invariants(const ArrayTile& tile, const engine::ArrayResult& result) {
  const engine::TileStep& step = tile.geometry.step;
  const std::uint64_t batches =
      engine::column_batches(step.height, step.width, tile.geometry.array_columns,
                             tile.geometry.spread)
          .size();
  const std::uint64_t pes = std::uint64_t{tile.geometry.array_rows} * tile.geometry.array_columns;
  std::uint64_t busy = 0;
  for (const std::uint64_t cycles : tile.block_cycles) {
    busy += cycles * batches;
  }
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  require("busy = sum of T", result.busy_cycles == busy);
  require("cycles = busy + stall + fill",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("PE cycles", result.pe_cycles == busy * pes);
  require("lanes", result.lane_cycles == busy * pes * 8);
  require("effectual + intra + inter = all",
          result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
              result.lane_cycles);
  require("without overheads only busy", tile.overheads || result.cycles == busy);
  require("effective MACs", result.effective_macs <= std::uint64_t{tile.geometry.positions()} *
                                                         step.channels * step.elements);
  return names;
}

/// A body with a defect: it takes one cycle too many.
class SlowerByOne : public engine::ArrayModel {
 public:
  explicit SlowerByOne(engine::ArrayModel& body) : body_(body) {}

  std::uint32_t pass_bytes() const override { return body_.pass_bytes(); }
  bool clocked() const override { return body_.clocked(); }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override {
    engine::ArrayResult result = body_.compute(operands, accumulators);
    ++result.cycles;
    return result;
  }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override {
    body_.begin(operands, accumulators);
  }
  bool step() override { return body_.step(); }
  engine::ArrayResult result() const override { return body_.result(); }

 private:
  engine::ArrayModel& body_;
};

}  // namespace lacuna::test

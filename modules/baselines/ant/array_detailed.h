// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/ant/code_rows.h"
#include "baselines/ant/decoder.h"
#include "baselines/ant/pe.h"
#include "engine/activation_reader.h"
#include "engine/array_options.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"

namespace lacuna::baselines {

/// The ANT array clock by clock: codes and activations of a pass are fetched; codes decoded, a row's decoders beside its weight
/// bank, and the integers serialized; multiplied; accumulated. A pass takes as many cycles as its codes have bits.
class DetailedAntArray final : public engine::ClockedArray {
 public:
  explicit DetailedAntArray(const engine::ArrayOptions& options)
      : ClockedArray(options.overheads, ant_lanes), options_(options) {}

  std::uint32_t pass_bytes() const override { return ant_lanes; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  /// A row's weights of a pass.
  struct Codes {
    AntRowFormat format;
    std::array<std::uint8_t, ant_lanes> lanes{};
  };
  struct Fetched {
    engine::ColumnTag tag;
    unsigned significance = 0;  ///< of the bit that is due
    std::vector<Codes> rows;
    std::vector<AntActivations> columns;  ///< zero beyond the batch
  };
  struct Serialized {
    engine::ColumnTag tag;
    std::vector<AntColumn> rows;
    std::vector<AntExponents> exponents;
    std::vector<AntActivations> columns;
  };

  bool turn_weights() override;
  bool columns_done() const override {
    return sequencer_.done() && !fetched_.tag.valid && !serialized_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void fetch_pass();
  void decode_pass();
  void count_effective();

  engine::ArrayOptions options_;
  bool turning_ = false;
  AntCodeRows codes_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  unsigned pass_cycles_ = 1;
  std::vector<AntPe> pes_;  // row by row

  Fetched fetched_;                                           // register between fetch and prepare
  std::vector<std::array<std::int8_t, ant_lanes>> integers_;  // decoders' registers, by row
  Serialized serialized_;                                     // between prepare and multiply
};

}  // namespace lacuna::baselines

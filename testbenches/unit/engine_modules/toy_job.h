// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/job.h"
#include "engine/tile.h"

namespace lacuna::test {

/// A job with random tensors, laid out in memory for the toy array, and what must come out of it by plain loops.
class ToyJob {
 public:
  static constexpr std::uint64_t descriptor_address = 0x100;
  static constexpr std::uint64_t tile_table_address =
      0x1003;  ///< odd on purpose: everything is bytes
  static constexpr std::uint64_t index_address = 0x4000;
  static constexpr std::uint64_t scale_address = 0x5004;
  static constexpr std::uint64_t activations_address = 0x8001;
  static constexpr std::uint64_t outputs_address = 0x14005;
  static constexpr std::uint64_t weights_address = 0x30003;
  static constexpr std::uint64_t memory_bytes = 1 << 19;

  engine::JobDescriptor job;
  std::uint32_t metadata_bytes = 0;  ///< of every weight tile
  std::uint32_t seed = 1;

  /// Fills memory with everything but the descriptor. Call once the job is described.
  void lay_out(std::vector<std::uint8_t>& memory);
  /// The outputs that must be in memory afterwards.
  std::vector<std::uint8_t> expected() const;
  std::uint64_t output_bytes() const;

 private:
  /// Original channel of a slot; no_channel in the padding.
  std::uint16_t channel_of(std::uint64_t slot) const { return order_[slot]; }
  void clip_mapping();  // a descriptor refuses tiles larger than the layer
  void choose_order(std::mt19937& random);
  void lay_out_stream(std::vector<std::uint8_t>& memory) const;
  void lay_out_dynamic(std::vector<std::uint8_t>& memory);
  std::int64_t sum(std::uint32_t image, std::uint32_t row, std::uint32_t column,
                   std::uint32_t channel) const;
  std::int32_t finish(std::int64_t sum, const engine::ChannelScale& scale) const;

  std::vector<std::uint8_t> activations_;
  std::vector<std::int8_t> weights_;          // [channels of the layer, elements]
  std::vector<engine::ChannelScale> scales_;  // by original channel
  std::vector<std::uint16_t> order_;
};

}  // namespace lacuna::test

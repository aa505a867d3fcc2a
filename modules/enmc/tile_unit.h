// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "core/span.h"
#include "core/units.h"
#include "enmc/isa.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_buffers.h"
#include "enmc/rank_params.h"
#include "enmc/rank_port.h"
#include "enmc/screener.h"

namespace lacuna::enmc {

/// Bytes of a tile, what an instruction takes from or to the rank's memory [6.4.1].
inline constexpr std::uint64_t tile_bytes = 256;

/// Instructions that name a buffer of the Executor, or read one of the Screener: what a host does tile
/// by tile (Fig 6.8) and the rank's own generator does not do for it. They use the units of Screener
/// and Executor while those have nothing else to do: whoever calls has waited for that, and every
/// call passes the time that the instruction takes.
///
/// @throws Error (stuck) where an instruction asks for what the buffers cannot do
class TileUnit {
 public:
  TileUnit(const RankParams& params, RankPort& port, Screener& screener, OutputBuffer& outputs,
           RankAccounts& accounts);

  void clocked_by(Time period) { period_ = period; }
  /// Of the tile that stands for the weights of the Screener, whose buffer keeps none: it is loaded
  /// when it is used.
  void place_weights(std::uint64_t address) { weights_at_ = address; }
  std::uint64_t weights_at() const { return weights_at_; }
  /// Bytes that an instruction takes from or to memory.
  std::uint64_t size_of(Buffer buffer) const;

  void load(Buffer to, std::uint64_t address);
  void store(Buffer from, std::uint64_t address);
  void move(Buffer from, Buffer to);
  void combine_int4(const Instruction& instruction, const Pass& pass);
  void combine_fp32(const Instruction& instruction);
  void sigmoid(Buffer of);
  void clear();

 private:
  std::vector<std::uint8_t> bytes_of(Buffer buffer);
  std::vector<std::int32_t> values_of(Buffer buffer);
  std::vector<std::int32_t> sums() const;
  std::vector<std::uint8_t> fetch(std::uint64_t address, std::uint64_t bytes);
  std::vector<float>& floats(Buffer buffer);
  void spend(std::uint64_t clocks) const;

  RankParams params_;
  RankPort::Stream stream_;
  Screener& screener_;
  OutputBuffer& outputs_;
  RankAccounts& accounts_;
  Time period_{2499};
  std::vector<float> features_;
  std::vector<float> weights_;
  std::vector<float> sums_;
  std::uint64_t weights_at_ = 0;
};

}  // namespace lacuna::enmc

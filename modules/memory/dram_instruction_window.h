// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "memory/dram_channel.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// Row-address bits of a PRECHARGE, A0 to A12, that make it an instruction.
inline constexpr unsigned instruction_bits = 13;

/// Why these bits cannot be an instruction; empty if they can. Devices must not take one for a
/// precharge: all zeros is PRECHARGE itself, A10 is PRECHARGE ALL.
std::string problem_of_encoding(std::uint32_t encoding);

/// Addresses of the channel port behind which no memory lies: accesses there are instructions to the
/// logic beside the devices of a rank. From the least significant bit: 6 of nothing, 13 of encoding,
/// one that says "without data", then the rank (rank by rank, channel by channel), or, beyond the
/// last, a channel, of which all ranks are meant. No SystemC.
class DramInstructionWindow {
 public:
  static constexpr unsigned encoding_shift = 6;
  static constexpr unsigned without_data_bit = encoding_shift + instruction_bits;
  static constexpr unsigned target_shift = without_data_bit + 1;

  DramInstructionWindow(std::uint64_t base, std::uint32_t channels, std::uint32_t ranks,
                        const DramOrganisation& organisation)
      : base_(base), channels_(channels), ranks_(ranks), organisation_(organisation) {}

  std::uint64_t bytes() const { return std::uint64_t{channels_} * (ranks_ + 1) << target_shift; }
  bool contains(std::uint64_t address) const {
    return address >= base_ && address - base_ < bytes();
  }
  /// What an access of so many bytes there means. @return what is wrong with it; empty if nothing
  std::string decode(std::uint64_t address, std::uint64_t length, bool write,
                     DramInstruction& instruction) const;
  /// The other way round. `rank` may be every_rank.
  std::uint64_t address_of(std::uint32_t channel, std::uint32_t rank, std::uint32_t encoding,
                           bool data = true) const;

 private:
  std::uint64_t base_;
  std::uint32_t channels_;
  std::uint32_t ranks_;
  DramOrganisation organisation_;
};

}  // namespace lacuna::memory

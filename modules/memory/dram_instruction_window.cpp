// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_instruction_window.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::memory {

std::string problem_of_encoding(std::uint32_t encoding) {
  constexpr std::uint32_t all_banks = 1U << 10;  // A10
  if (encoding >= 1U << instruction_bits) {
    return fmt::format("encoding {:#x} has more than {} bits", encoding, instruction_bits);
  }
  if (encoding == 0) {
    return "encoding 0 is a PRECHARGE";
  }
  if ((encoding & all_banks) != 0) {
    return fmt::format("encoding {:#x} has A10 set: that is a PRECHARGE of all banks", encoding);
  }
  return {};
}

std::string DramInstructionWindow::decode(std::uint64_t address, std::uint64_t length, bool write,
                                          DramInstruction& instruction) const {
  const std::uint64_t offset = address - base_;
  const bool data = (offset >> without_data_bit & 1) == 0;
  const auto target = static_cast<std::uint32_t>(offset >> target_shift);
  const bool broadcast = target >= channels_ * ranks_;
  instruction.channel = broadcast ? target - channels_ * ranks_ : target / ranks_;
  instruction.rank = broadcast ? every_rank : target % ranks_;
  instruction.encoding =
      static_cast<std::uint32_t>(offset >> encoding_shift) & ((1U << instruction_bits) - 1);
  instruction.command = !data   ? DramCommand::instruct
                        : write ? DramCommand::instruct_write
                                : DramCommand::instruct_read;
  const std::uint64_t bus = organisation_.bus_bytes();
  instruction.beats = data ? static_cast<std::uint32_t>((length + bus - 1) / bus) : 0;
  if ((offset & ((1U << encoding_shift) - 1)) != 0) {
    return fmt::format("instructions lie {} bytes apart", 1U << encoding_shift);
  }
  const std::uint64_t most =
      std::min<std::uint64_t>(organisation_.burst_bytes(), 1U << encoding_shift);
  if (length > most) {
    return fmt::format("an instruction carries at most {} bytes", most);
  }
  if (!write && !data) {
    return "an instruction without data cannot be read";
  }
  if (!write && broadcast) {
    return "only one rank can answer an instruction";
  }
  return problem_of_encoding(instruction.encoding);
}

std::uint64_t DramInstructionWindow::address_of(std::uint32_t channel, std::uint32_t rank,
                                                std::uint32_t encoding, bool data) const {
  const std::uint64_t target =
      rank == every_rank ? channels_ * ranks_ + channel : channel * ranks_ + rank;
  return base_ + (target << target_shift) + (std::uint64_t{!data} << without_data_bit) +
         (std::uint64_t{encoding} << encoding_shift);
}

}  // namespace lacuna::memory

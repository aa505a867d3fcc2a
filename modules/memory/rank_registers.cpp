// SPDX-License-Identifier: Apache-2.0
#include "memory/rank_registers.h"

#include <algorithm>

namespace lacuna::memory {

RankRegisters::RankRegisters(const sc_core::sc_module_name& name, const RankRegistersParams& params,
                             tlm::Surroundings& surroundings)
    : Component(name),
      values_(params.registers),
      received_(surroundings.statistics.add(std::string(this->name()) + ".received", Measure::count,
                                            "instructions with or without data")),
      answered_(surroundings.statistics.add(std::string(this->name()) + ".answered", Measure::count,
                                            "instructions that asked for data")) {
  use_interface("rank", rank_);
}

void RankRegisters::receive(const RankInstruction& instruction, Span<const std::uint8_t> data) {
  ++received_;
  std::uint64_t& value = named_by(instruction);
  if (data.empty()) {
    ++value;
    return;
  }
  value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(data.size(), 8); ++i) {
    value |= std::uint64_t{data[i]} << (8 * i);
  }
}

void RankRegisters::answer(const RankInstruction& instruction, Span<std::uint8_t> data) {
  ++answered_;
  const std::uint64_t value = named_by(instruction);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = i < 8 ? static_cast<std::uint8_t>(value >> (8 * i)) : 0;
  }
}

tlm::ModuleType rank_registers_type() {
  auto type = tlm::module_type<RankRegistersParams, RankRegisters>(
      "rank_registers", "registers beside a rank's devices, reached by instructions to them");
  type.ports = {{"rank", "interface", "rank_instructions0, ... of a memory"}};
  type.counters = {{"received", Measure::count, "instructions with or without data"},
                   {"answered", Measure::count, "instructions that asked for data"}};
  return type;
}

}  // namespace lacuna::memory

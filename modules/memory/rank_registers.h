// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/parameters.h"
#include "memory/rank_logic.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::memory {

/// Parameters of module type `rank_registers`.
struct RankRegistersParams {
  std::uint32_t registers = 32;

  template <class Description>
  static void describe(Description& d) {
    d("registers", &RankRegistersParams::registers, "registers of 8 bytes, a power of two")
        .range(1u, 1024u);
  }
  void validate(Validation& check) const {
    check.require((registers & (registers - 1)) == 0, "registers", "must be a power of two");
  }
};

/// The simplest logic beside the devices of a rank: registers of 8 bytes. The low bits of an
/// instruction's encoding name one; with data it is written, asked for data it tells its value, and
/// an instruction without data adds one to it. For trying a channel out, and to begin from.
class RankRegisters final : public tlm::Component, public RankLogic {
 public:
  RankRegisters(const sc_core::sc_module_name& name, const RankRegistersParams& params,
                tlm::Surroundings& surroundings);

  void receive(const RankInstruction& instruction, Span<const std::uint8_t> data) override;
  void answer(const RankInstruction& instruction, Span<std::uint8_t> data) override;

  std::uint64_t value(std::uint32_t number) const { return values_.at(number); }

 private:
  void end_of_elaboration() override { rank_->attach(*this); }
  std::uint64_t& named_by(const RankInstruction& instruction) {
    return values_[instruction.encoding & (values_.size() - 1)];
  }

  RankInstructions* rank_ = nullptr;
  std::vector<std::uint64_t> values_;
  Counter& received_;
  Counter& answered_;
};

/// Module type `rank_registers`.
tlm::ModuleType rank_registers_type();

}  // namespace lacuna::memory

// SPDX-License-Identifier: Apache-2.0
//
// What the compiler makes of a classification: the instructions that one rank executes for one pass
// over its rows, one after the other, never all at once in memory. No SystemC.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/parameters_value.h"
#include "enmc/isa.h"
#include "enmc/layout.h"
#include "enmc/registers.h"
#include "workload/classifier_data.h"

namespace lacuna::enmc {

/// How the loop over tiles is sent.
enum class Issue {
  plain,           ///< every load with its address, to every rank
  broadcast,       ///< the same, once for all ranks of a channel
  auto_increment,  ///< a block's tiles by one instruction, addresses in the status registers
};

/// The contexts of a pass.
struct PassContexts {
  std::uint32_t first = 0;
  std::uint32_t count = 1;
  bool last = true;  ///< the rank is given back afterwards
};

/// The registers hold them.
using workload::ClassifierConstants;

class Program {
 public:
  Program(const RankLayout& layout, std::uint32_t rank, const ClassifierConstants& constants,
          const PassContexts& contexts, Issue issue);

  /// The next instruction; none at the end.
  std::optional<Instruction> next();
  /// Whether the next is the same for every rank of a channel.
  bool shared() const { return initialisation_.empty(); }
  bool done() const { return initialisation_.empty() && end_.empty() && loop_done(); }

 private:
  void initialise(Register which, std::uint64_t value);
  bool loop_done() const { return block_ == blocks_; }
  Instruction next_of_loop();

  RankLayout layout_;
  Issue issue_;
  std::deque<Instruction> initialisation_;
  std::deque<Instruction> end_;
  std::uint32_t blocks_;
  std::uint32_t block_ = 0;
  std::uint32_t step_ = 0;  // within the block
};

}  // namespace lacuna::enmc

template <>
struct lacuna::EnumNames<lacuna::enmc::Issue> {
  static std::vector<lacuna::EnumName<lacuna::enmc::Issue>> table() {
    using lacuna::enmc::Issue;
    return {{"plain", Issue::plain},
            {"broadcast", Issue::broadcast},
            {"auto_increment", Issue::auto_increment}};
  }
};

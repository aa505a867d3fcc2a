// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "noc/multicast_controllers.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// Size and timing of an X/Y multicast bus.
struct MulticastBusShape {
  std::uint32_t columns = 14;     ///< receivers on an X-bus [Eyeriss: 14]
  std::uint32_t rows = 12;        ///< X-buses on the Y-bus [Eyeriss: 12]
  std::uint32_t latency = 1;      ///< cycles from the buses to a receiver's queue
  std::uint32_t queue_depth = 2;  ///< words of a receiver's queue
};

/// How often something was driven or written; for energy.
struct MulticastBusCounts {
  std::uint64_t words = 0;      ///< on the Y-bus
  std::uint64_t row_words = 0;  ///< on X-buses: once for every row whose tag matched
  std::uint64_t delivered = 0;  ///< into receivers' queues
};

/// The global input network of Eyeriss word by word: a word moves to all of its receivers in the same cycle, when every one of
/// them has room, or waits [Chen et al., Eyeriss, JSSC 2017].
///
/// Receivers take words from their queues one after another, each for its service time; a word keeps its place in the queue
/// until it has been served.
class MulticastBus {
 public:
  explicit MulticastBus(const MulticastBusShape& shape);

  const MulticastControllers& controllers() const { return controllers_; }
  /// Shifts the IDs in. @throws Error (bad_input) on another length than the scan chain's
  void load_ids(Span<const std::uint32_t> chain) { controllers_.load(chain); }
  /// Cycles that a receiver works on every word from now on; at least 1.
  void set_service(std::uint32_t row, std::uint32_t column, std::uint32_t cycles);

  /// Sends a word that its source has from `ready` on, after the words sent before. @return the cycle in which it moves
  Cycle send(std::uint32_t row_tag, std::uint32_t column_tag, Cycle ready);
  /// When a receiver has served everything that was sent.
  Cycle served(std::uint32_t row, std::uint32_t column) const;

  const MulticastBusCounts& counts() const { return counts_; }

 private:
  struct Receiver {
    std::uint32_t service = 1;
    std::uint32_t next = 0;       // place of the next word
    std::vector<Cycle> released;  // by place: when it is free again
    Cycle served = 0;
  };

  MulticastBusShape shape_;
  MulticastControllers controllers_;
  std::vector<Receiver> receivers_;
  Cycle free_ = 0;  // of the Y-bus
  MulticastBusCounts counts_;
};

/// Cycles from the first word's moving to the last one's being in the queues, for a burst to receivers that are idle before
/// and whose slowest works `service` cycles on a word: one word a cycle, or the slowest's pace once its queue is full.
Cycle burst_cycles(const MulticastBusShape& shape, std::uint64_t words, std::uint32_t service);

}  // namespace lacuna::noc

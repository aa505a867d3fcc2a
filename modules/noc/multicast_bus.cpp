// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_bus.h"

#include <algorithm>

namespace lacuna::noc {

MulticastBus::MulticastBus(const MulticastBusShape& shape)
    : shape_(shape),
      controllers_(shape.rows, shape.columns),
      receivers_(std::size_t{shape.rows} * shape.columns) {
  for (Receiver& receiver : receivers_) {
    receiver.released.resize(shape.queue_depth);
  }
}

void MulticastBus::set_service(std::uint32_t row, std::uint32_t column, std::uint32_t cycles) {
  receivers_[std::size_t{row} * shape_.columns + column].service = std::max(1U, cycles);
}

Cycle MulticastBus::send(std::uint32_t row_tag, std::uint32_t column_tag, Cycle ready) {
  const std::vector<std::uint32_t> members = controllers_.receivers(row_tag, column_tag);
  Cycle moves = std::max(ready, free_);
  for (const std::uint32_t index : members) {
    const Receiver& receiver = receivers_[index];
    moves = std::max(moves, receiver.released[receiver.next] - Cycle{shape_.latency});
  }
  free_ = moves + 1;
  for (const std::uint32_t index : members) {
    Receiver& receiver = receivers_[index];
    receiver.served = std::max(receiver.served, moves + shape_.latency) + receiver.service;
    receiver.released[receiver.next] = receiver.served;
    receiver.next = (receiver.next + 1) % shape_.queue_depth;
  }
  ++counts_.words;
  counts_.row_words += controllers_.matching_rows(row_tag);
  counts_.delivered += members.size();
  return moves;
}

Cycle MulticastBus::served(std::uint32_t row, std::uint32_t column) const {
  return receivers_[std::size_t{row} * shape_.columns + column].served;
}

Cycle burst_cycles(const MulticastBusShape& shape, std::uint64_t words, std::uint32_t service) {
  if (words == 0) {
    return 0;
  }
  // Word k moves in cycle k, or when the word `queue_depth` before it has been served: (k - queue_depth + 1) * service.
  const auto last = static_cast<Cycle>(words) - 1;
  const Cycle paced = (last - Cycle{shape.queue_depth} + 1) * Cycle{service};
  return Cycle{shape.latency} + std::max(last, paced);
}

}  // namespace lacuna::noc

// SPDX-License-Identifier: Apache-2.0
//
// Packets to groups in a router: several branches of one input.
#include <algorithm>

#include "noc/flit_network.h"

namespace lacuna::noc {

void FlitNetwork::show_fork(std::uint32_t node, unsigned number, const Packet& packet) {
  Fork& fork = forks_[std::size_t{node} * inputs_ + number];
  fork = Fork{};
  for (const MulticastTree::Branch& branch : groups_.branches(packet.source, packet.group, node)) {
    fork.waiting |= 1U << branch.port;
    fork.branches[branch.port].allowed = static_cast<std::uint8_t>(
        topology_.channels(node, branch.farthest, branch.port, channels_));
  }
  Router& router = routers_[node];
  router.forked |= Mask{1} << number;
  router.waiting |= Mask{1} << number;
}

void FlitNetwork::grant_branch(std::uint32_t node, unsigned number, unsigned output,
                               unsigned channel) {
  Fork& fork = forks_[std::size_t{node} * inputs_ + number];
  fork.waiting &= ~(1U << output);
  fork.active |= 1U << output;
  fork.branches[output].channel = static_cast<std::uint8_t>(channel);
  fork.branches[output].since = now_ + timing_.vc_allocation;
}

std::uint32_t FlitNetwork::ready_branches(std::uint32_t node, unsigned number) const {
  const std::size_t index = std::size_t{node} * inputs_ + number;
  const Fork& fork = forks_[index];
  std::uint32_t ready = 0;
  for (std::uint32_t left = fork.active; left != 0; left &= left - 1) {
    const auto output = static_cast<unsigned>(__builtin_ctz(left));
    const Fork::Branch& branch = fork.branches[output];
    const OutputPort& way = outputs_[std::size_t{node} * ports_ + output];
    const bool flit = branch.taken - fork.removed < input_channels_[index].count;
    if (flit && branch.since <= now_ && (way.ready >> branch.channel & 1) != 0 &&
        way.link_free <= now_) {
      ready |= 1U << output;
    }
  }
  return ready;
}

void FlitNetwork::pass_branch(std::uint32_t node, unsigned number, unsigned output) {
  const std::size_t index = std::size_t{node} * inputs_ + number;
  Fork& fork = forks_[index];
  Fork::Branch& branch = fork.branches[output];
  const unsigned place =
      (input_channels_[index].front + branch.taken - fork.removed) % shape_.buffer_depth;
  const Flit flit = buffers_[index * shape_.buffer_depth + place];
  ++branch.taken;
  put(node, output, branch.channel, flit);
  const bool tail = (flit & tail_bit) != 0;
  if (tail) {
    fork.active &= ~(1U << output);
  }

  // What every branch has taken leaves the buffer; those that wait have taken nothing.
  std::uint16_t least = fork.waiting != 0 ? std::uint16_t{0} : branch.taken;
  for (std::uint32_t left = fork.active; left != 0; left &= left - 1) {
    least = std::min(least, fork.branches[static_cast<unsigned>(__builtin_ctz(left))].taken);
  }
  for (; fork.removed < least; ++fork.removed) {
    remove_front(node, number);
  }
  if (fork.active != 0 || fork.waiting != 0) {
    return;
  }
  Router& router = routers_[node];
  const Mask bit = Mask{1} << number;
  router.active &= ~bit;
  router.forked &= ~bit;
  if (input_channels_[index].count != 0) {
    show_front(node, number);
  }
}

}  // namespace lacuna::noc

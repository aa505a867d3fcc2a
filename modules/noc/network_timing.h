// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::noc {

/// Whose routers and links are timed.
enum class TimingPreset {
  standard,  ///< one cycle in the router, one on the link
  booksim,  ///< BookSim2's input-queued router with one cycle each for VC allocation, switch allocation, switch, channel
  noxim,    ///< Noxim's router: a handshake that moves a flit over a link in two cycles
};

/// What happens in which cycle. A flit "passes" a router when it wins the switch and leaves its buffer.
struct NetworkTiming {
  std::uint32_t injection =
      1;  ///< from a node's sending to where a flit may compete in the first router
  std::uint32_t vc_allocation =
      0;                       ///< from a head's winning a virtual channel to where it may pass
  std::uint32_t hop = 2;       ///< from passing a router to where a flit may compete in the next
  std::uint32_t ejection = 2;  ///< from passing the last router to being out of the network
  std::uint32_t interval = 1;  ///< cycles that a flit occupies a link
  std::uint32_t credit = 2;  ///< from passing a router to where the router before may use the place
  std::uint32_t source_credit = 1;  ///< the same where a node is before
  std::uint32_t sink_credit =
      4;  ///< from passing the last router to where it may use the place in the node again

  /// Cycles from creation to tail of a packet alone in the network, as long as credits do not run out.
  std::int64_t zero_load(std::uint32_t hops, std::uint32_t flits) const {
    return std::int64_t{injection} + std::int64_t{hops + 1} * vc_allocation +
           std::int64_t{hops} * hop + ejection + std::int64_t{flits - 1} * interval;
  }
};

/// The slowest step of any: what a calendar of the network's events must hold.
inline constexpr std::uint32_t longest_delay = 63;

constexpr NetworkTiming timing_of(TimingPreset preset) {
  switch (preset) {
    case TimingPreset::booksim:
      // Injection: two cycles on the channel. Router: VC allocation, switch allocation, switch, channel: 4 a hop. A credit
      // is written at the end of the cycle, two on its channel, one of credit delay.
      return {2, 1, 3, 3, 1, 3, 2, 6};
    case TimingPreset::noxim:
      return {2, 0, 2, 0, 2, 1, 1, 1};
    case TimingPreset::standard:
      break;
  }
  return {};
}

}  // namespace lacuna::noc

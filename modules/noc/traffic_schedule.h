// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// What a schedule may ask of a network.
struct ScheduleLimits {
  std::uint32_t nodes = 0;
  std::uint32_t multicast_flits = 0;  ///< of a packet to several destinations
};

/// The packets of a schedule. Packet::group is 0, or one more than an index into `groups`.
struct Schedule {
  std::vector<Packet> packets;
  std::vector<std::vector<std::uint32_t>> groups;  ///< destinations, in ascending order
};

/// Reads packets from text: the line `cycle source destination flits`, then four whole numbers a line, by cycle; several
/// destinations of one packet are joined by '+' ("3+7+12"); what follows a '#' is a comment. At most
/// `most_scheduled_packets`.
/// @throws Error (bad_input) with FILE:line:column of everything that is wrong, up to a few
Schedule parse_schedule(const std::string& text, const std::string& file,
                        const ScheduleLimits& limits);
/// The same from a file. `place` is where its path was given.
Schedule load_schedule(const std::string& path, const Place& place, const ScheduleLimits& limits);

inline constexpr std::size_t most_scheduled_packets = 10'000'000;
inline constexpr std::uint32_t most_packet_flits = 65536;

}  // namespace lacuna::noc

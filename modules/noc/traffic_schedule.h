// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// Reads packets from text: the line `cycle source destination flits`, then four whole numbers a line, by cycle; what
/// follows a '#' is a comment. At most `most_scheduled_packets`.
/// @throws Error (bad_input) with FILE:line:column of everything that is wrong, up to a few
std::vector<Packet> parse_schedule(const std::string& text, const std::string& file,
                                   std::uint32_t nodes);
/// The same from a file. `place` is where its path was given.
std::vector<Packet> load_schedule(const std::string& path, const Place& place, std::uint32_t nodes);

inline constexpr std::size_t most_scheduled_packets = 10'000'000;
inline constexpr std::uint32_t most_packet_flits = 65536;

}  // namespace lacuna::noc

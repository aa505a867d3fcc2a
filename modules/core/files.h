// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/error.h"

namespace lacuna {
inline namespace core {

/// The bytes of a regular file.
/// @throws Error (bad_input) when it is missing, unreadable, not a regular file, or longer than
/// `most` bytes
std::string read_file(const std::string& path,
                      std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

/// Writes a whole file by way of a temporary one beside it, so that no half-written file is ever
/// left under its name.
/// @throws Error (bad_input) when it cannot be written
void write_file(const std::string& path, std::string_view content);

/// A path that a parameter gives: relative to the file in which it stands, or to the current folder
/// when it stands in none (`--set`).
std::string path_beside(const std::string& path, const Place& place);

}  // namespace core
}  // namespace lacuna

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// Reads a device description. Timings are clocks ("11 nCK") or times ("13.75 ns", rounded up to
/// clocks, tREFI down). Values that are missing, malformed or contradict each other land in
/// `diagnostics`.
DramDevice read_dram_device(const Node& node, Diagnostics& diagnostics);

/// Finds and reads the device that a `device` parameter names. A text ending in ".yaml" is a path
/// relative to the file in which it stands. A name is looked for as dram/<name>.yaml beside that
/// file and in the folders above it, then among the devices that come with Lacuna.
/// @throws Error (bad_input) at `place` when there is none, in the device file when something is
/// wrong in it
DramDevice load_dram_device(const std::string& device, const Place& place);

/// A path that names the same file from anywhere; names stay as they are.
std::string resolved_device(const std::string& device, const Place& place);

/// Names of the devices that come with Lacuna.
std::vector<std::string> builtin_dram_devices();

/// One of platforms/dram/*.yaml, as text.
struct BuiltinDevice {
  const char* name;
  const char* text;
};
/// Made from the files when the library is built; ends with a null name.
extern const BuiltinDevice builtin_device_files[];

}  // namespace lacuna::memory

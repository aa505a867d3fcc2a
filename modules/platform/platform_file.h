// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"
#include "core/units.h"

namespace lacuna::platform {

/// "accelerator.memory": a socket or signal of a module.
struct PortName {
  std::string module;
  std::string port;
  Place place;
  std::string text() const { return module + "." + port; }
};

struct ModuleEntry {
  std::string name;
  std::string type;
  Node parameters;  ///< the mapping without `type`
  Place place;      ///< of the name
  Place type_place;
};

struct BindEntry {
  PortName initiator;
  PortName target;
};

/// What an interconnect shows at a range of addresses.
struct MapEntry {
  PortName target;
  std::uint64_t base = 0;
  std::uint64_t size = 0;
  std::string via;  ///< the interconnect; the only one if not said
  Place place;
  Place base_place;
};

/// A platform file after reading: what is there and how it hangs together. Nothing is built yet.
///
///     include: [parts.yaml]            # optional; mappings merge, this file wins
///     name: bitvert
///     clock: 800 MHz                   # default clock of modules that name none
///     technology: tech/28nm.yaml       # relative to this file
///     modules:
///       dram: {type: dram, device: ddr3-1600}
///       accelerator: {type: bitvert, pe_array: {rows: 32}}
///     bind:
///       accelerator.memory: noc.target # initiator: target
///     memory_map:
///       dram.memory: {base: 0, size: 2 GiB}
///     workload: {output: int8}         # optional: defaults of the workload's knobs
struct PlatformFile {
  std::string path;
  std::string name;
  Frequency clock;
  std::string technology;  ///< path of the technology file, resolved
  Place technology_place;
  std::vector<ModuleEntry> modules;
  std::vector<BindEntry> binds;
  std::vector<MapEntry> memory_map;
  Node workload;  ///< knobs, a mapping or null
  Place place;

  const ModuleEntry* find(const std::string& module) const;
};

/// `--set path=value`, not yet applied.
struct Override {
  std::string path;
  std::string value;
  std::string text() const { return "--set " + path + "=" + value; }
};
/// Splits "path=value". @throws Error (bad_input)
Override parse_override(const std::string& text);

/// Reads a platform file, its includes and the overrides. @throws Error (bad_input) with everything that is wrong
PlatformFile read_platform_file(const std::string& path, const std::vector<Override>& overrides);

/// The document itself after includes and overrides, for tools that edit it.
Node load_platform_document(const std::string& path, const std::vector<Override>& overrides);

}  // namespace lacuna::platform

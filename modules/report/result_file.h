// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lacuna::report {

/// What tables need of one layer in a stats.json.
struct LayerRow {
  std::string name;
  std::string accelerator;
  std::string bound;
  std::uint64_t cycles = 0;
  std::uint64_t array_cycles = 0;
  std::uint64_t busy_cycles = 0;
  std::uint64_t fill_cycles = 0;
  std::uint64_t drain_stall_cycles = 0;
  std::uint64_t input_wait_cycles = 0;
  std::uint64_t output_wait_cycles = 0;
  std::uint64_t macs = 0;
  std::uint64_t dram_read_bytes = 0;
  std::uint64_t dram_write_bytes = 0;
  double time_ns = 0;
  double energy_full_pj = 0;
  double energy_paper_pj = 0;
  bool verified = false;
};

/// A stats.json, read back.
struct ResultFile {
  std::string path;
  std::string platform;
  std::string workload;
  std::string version;
  std::uint64_t seed = 0;
  double host_seconds = 0;
  bool verified = false;
  double area_um2 = 0;
  std::map<std::string, std::string> resources;
  std::vector<LayerRow> layers;

  std::uint64_t cycles() const;
  std::uint64_t array_cycles() const;
  std::uint64_t macs() const;
  std::uint64_t dram_bytes() const;
  double time_ns() const;
  double energy_full_pj() const;
  double energy_paper_pj() const;
  /// How many layers each resource limits: "compute 50, dram 4".
  std::string bounds() const;
};

/// @throws Error (bad_input) when it cannot be read or is not a stats.json
ResultFile read_result(const std::string& path);
/// The same from text; `name` stands in messages.
ResultFile parse_result(const std::string& text, const std::string& name);

}  // namespace lacuna::report

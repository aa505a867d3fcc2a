// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/units.h"

namespace lacuna {
inline namespace core {

class Node;

/// Energy, power and area per block or event at one process node, as read from platforms/tech/*.yaml.
///
///     node: 28 nm
///     supply: 0.9 V
///     entries:
///       bitvert.pe.8: {energy: 0.5625 pJ, area: 739.6 um2, source: "BBS Table V: 0.45 mW at 800 MHz"}
///       sram.read_per_bit.256KiB: {energy: 0.20 pJ, source: "CACTI 7, geometric mean of 32 and 22 nm"}
///       custom: {energy: 1 pJ, node: 45 nm, source: "..."}      # scaled to this file's node
class Technology {
 public:
  struct Entry {
    std::string name;
    Energy energy;  ///< per event; 0 if not given
    Power power;    ///< static; 0 if not given
    Area area;      ///< 0 if not given
    std::string source;
    Place place;
  };

  /// Reads and scales (power as energy: the same activity); collects what is wrong, by dotted path below `path`.
  static Technology read(const Node& node, Diagnostics& diagnostics, const std::string& path = {});

  Length node() const { return node_; }
  /// @throws Error (bad_input) naming the technology file, the missing entry and the nearest one
  const Entry& entry(const std::string& name) const;
  bool has(const std::string& name) const { return entries_.count(name) != 0; }
  const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  Length node_{28.0};
  Place place_;
  std::map<std::string, Entry> entries_;
};

/// Energy and area relative to 45 nm at nominal voltage, by log interpolation between the nodes of
/// Stillmaker & Baas, Integration 58 (2017) (papers/ENERGY §7).
double energy_factor(Length node);
double area_factor(Length node);

}  // namespace core
}  // namespace lacuna

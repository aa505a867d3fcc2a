// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/units.h"
#include "tlm/address_map.h"
#include "tlm/component.h"

namespace lacuna::tlm {

/// An access that led nowhere, or where nobody can take it: it was answered with an error response.
struct UnmappedAccess {
  std::string requester;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  bool write = false;
  std::string why;  ///< "no region holds it"
};

/// A component between initiators and targets that finds the target by address: crossbar, ring, mesh.
/// Targets see addresses relative to the base of their region.
class Interconnect : public Component {
 public:
  /// Puts `target` behind a region, before the simulation starts. Several regions may lead to one target: it is
  /// bound once. @throws Error (bad_input) on an impossible or overlapping region
  virtual void map(const Region& region, TargetBase& target) = 0;
  virtual const AddressMap& address_map() const = 0;
  /// The first accesses outside every region, or across the end of one (not more than a few are kept).
  virtual const std::vector<UnmappedAccess>& unmapped() const = 0;
  /// What a link carries at most, each way.
  virtual Bandwidth link_bandwidth() const = 0;

  bool forwards() const override { return true; }

 protected:
  using Component::Component;
};

}  // namespace lacuna::tlm

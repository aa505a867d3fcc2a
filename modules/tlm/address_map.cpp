// SPDX-License-Identifier: Apache-2.0
#include "tlm/address_map.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::tlm {

std::string Region::text() const {
  return fmt::format("{} [{:#x}, {:#x}]", target, base, last());
}

std::size_t AddressMap::add(const Region& region, Diagnostics& diagnostics) {
  const std::string path = "memory_map." + region.target;
  if (region.size == 0) {
    diagnostics.add(region.place, path, "a region of zero bytes");
    return npos;
  }
  if (region.last() < region.base) {
    diagnostics.add(region.place, path,
                    fmt::format("{:#x} bytes at {:#x} run over the end of the 64-bit address space",
                                region.size, region.base));
    return npos;
  }
  const auto after = std::upper_bound(
      by_address_.begin(), by_address_.end(), region.base,
      [this](std::uint64_t base, std::size_t index) { return base < regions_[index].base; });
  const auto overlapping = [&](std::size_t index) {
    const Region& other = regions_[index];
    diagnostics.add(region.place, path,
                    fmt::format("{} overlaps {} of {}", region.text(), other.text(),
                                other.place.text().empty() ? "the same map" : other.place.text()));
    return npos;
  };
  if (after != by_address_.begin() && regions_[*(after - 1)].last() >= region.base) {
    return overlapping(*(after - 1));
  }
  if (after != by_address_.end() && region.last() >= regions_[*after].base) {
    return overlapping(*after);
  }
  by_address_.insert(after, regions_.size());
  regions_.push_back(region);
  return regions_.size() - 1;
}

std::size_t AddressMap::add(const Region& region) {
  Diagnostics diagnostics;
  const std::size_t index = add(region, diagnostics);
  diagnostics.throw_if_any();
  return index;
}

std::size_t AddressMap::find(std::uint64_t address) const {
  const auto after = std::upper_bound(
      by_address_.begin(), by_address_.end(), address,
      [this](std::uint64_t value, std::size_t index) { return value < regions_[index].base; });
  if (after == by_address_.begin()) {
    return npos;
  }
  const std::size_t index = *(after - 1);
  return regions_[index].contains(address) ? index : npos;
}

}  // namespace lacuna::tlm

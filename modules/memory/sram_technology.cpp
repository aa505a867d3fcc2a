// SPDX-License-Identifier: Apache-2.0
#include "memory/sram_technology.h"

#include <cmath>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace lacuna::memory {

namespace {

constexpr const char* prefix = "sram.";
constexpr const char* write_suffix = ".write";

/// "sram.256KiB" -> 256 KiB; nothing for other names.
std::optional<Bytes> capacity_of(const std::string& entry) {
  if (entry.rfind(prefix, 0) != 0) {
    return std::nullopt;
  }
  try {
    return parse_quantity<Bytes>(entry.substr(std::string(prefix).size()));
  } catch (const Error&) {
    return std::nullopt;  // sram.256KiB.write, say
  }
}

/// Between (x0, y0) and (x1, y1), straight in logarithms; straight as such where a value is zero.
double interpolate(double x, double x0, double y0, double x1, double y1) {
  const double share = std::log(x / x0) / std::log(x1 / x0);
  return y0 > 0 && y1 > 0 ? y0 * std::pow(y1 / y0, share) : y0 + (y1 - y0) * share;
}

}  // namespace

SramMacro sram_macro(const Technology& technology, const std::string& entry) {
  const Technology::Entry& read = technology.entry(entry);
  const std::string writing = entry + write_suffix;
  const Technology::Entry& write = technology.has(writing) ? technology.entry(writing) : read;
  return {read.energy, write.energy, read.power, read.area};
}

SramMacro sram_macro(const Technology& technology, Bytes capacity) {
  std::map<Bytes, std::string> known;
  for (const auto& [name, entry] : technology.entries()) {
    if (const std::optional<Bytes> size = capacity_of(name)) {
      known[*size] = name;
    }
  }
  const auto above = known.lower_bound(capacity);
  if (above != known.end() && above->first == capacity) {
    return sram_macro(technology, above->second);
  }
  if (above == known.begin() || above == known.end()) {
    throw input_error(
        {}, fmt::format("the technology has no SRAM macro of {}: its entries sram.* {}",
                        to_text(capacity),
                        known.empty() ? "are missing"
                                      : "go from " + to_text(known.begin()->first) + " to " +
                                            to_text(known.rbegin()->first)));
  }
  const auto below = std::prev(above);
  const SramMacro small = sram_macro(technology, below->second);
  const SramMacro large = sram_macro(technology, above->second);
  const auto between = [&](auto a, auto b) {
    return decltype(a)(interpolate(static_cast<double>(capacity.value()),
                                   static_cast<double>(below->first.value()), a.value(),
                                   static_cast<double>(above->first.value()), b.value()));
  };
  return {between(small.read_bit, large.read_bit), between(small.write_bit, large.write_bit),
          between(small.leakage, large.leakage), between(small.area, large.area)};
}

}  // namespace lacuna::memory

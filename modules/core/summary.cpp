// SPDX-License-Identifier: Apache-2.0
#include "core/summary.h"

namespace lacuna {
inline namespace core {

void Summary::add(const std::string& name, double value) {
  values_.emplace_back(name, value);
}

void Summary::add(const std::string& name, std::uint64_t value) {
  values_.emplace_back(name, value);
}

void Summary::add(const std::string& name, const std::string& value) {
  values_.emplace_back(name, value);
}

void Summary::add(const std::string& name, const Table& value) {
  values_.emplace_back(name, value);
}

Summary& Summary::part(const std::string& name) {
  for (auto& [known, part] : parts_) {
    if (known == name) {
      return part;
    }
  }
  return parts_.emplace_back(name, Summary()).second;
}

}  // namespace core
}  // namespace lacuna

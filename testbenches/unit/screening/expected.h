// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

namespace lacuna::testing {

/// What scripts/derive_screening found with NumPy.
inline const nlohmann::json& expected() {
  static const auto json =
      nlohmann::json::parse(std::ifstream(LACUNA_TEST_DATA "/screening/expected.json"));
  return json;
}

/// A matrix of it, row after row.
template <class T>
std::vector<T> flat(const char* name) {
  std::vector<T> values;
  for (const auto& row : expected().at(name)) {
    if (row.is_array()) {
      for (const auto& value : row) {
        values.push_back(value.get<T>());
      }
    } else {
      values.push_back(row.get<T>());
    }
  }
  return values;
}

inline constexpr std::size_t expected_categories = 40;
inline constexpr std::size_t expected_dimension = 24;
inline constexpr std::size_t expected_projected = 6;
inline constexpr std::size_t expected_listed = 4;  ///< contexts whose results are listed

}  // namespace lacuna::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/tensor.h"

namespace lacuna::reference {

/// Where two tensors differ first, in row-major order.
struct Mismatch {
  Shape coordinates;        ///< one for every dimension
  std::size_t element = 0;  ///< the same, flat
  std::int64_t expected = 0;
  std::int64_t actual = 0;
  std::size_t mismatches = 0;  ///< elements that differ in all
  std::size_t elements = 0;    ///< of the tensor

  /// "element [0, 3, 1, 7]: expected 12, got 13 (5 of 4096 elements differ)"
  std::string text() const;
};

/// Nothing when both hold the same values.
/// @throws Error (stuck) when types or shapes differ, or the type is float32
std::optional<Mismatch> first_mismatch(const Tensor& expected, const Tensor& actual);

}  // namespace lacuna::reference

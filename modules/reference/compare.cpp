// SPDX-License-Identifier: Apache-2.0
#include "reference/compare.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::reference {
namespace {

template <class T>
std::optional<Mismatch> first_mismatch_of(Span<const T> expected, Span<const T> actual) {
  const auto [first, other] = std::mismatch(expected.begin(), expected.end(), actual.begin());
  if (first == expected.end()) {
    return std::nullopt;
  }
  Mismatch result;
  result.element = static_cast<std::size_t>(first - expected.begin());
  result.expected = *first;
  result.actual = *other;
  result.elements = expected.size();
  for (std::size_t i = result.element; i < expected.size(); ++i) {
    result.mismatches += expected[i] != actual[i] ? 1 : 0;
  }
  return result;
}

std::optional<Mismatch> first_mismatch_of(const Tensor& expected, const Tensor& actual) {
  switch (expected.type()) {
    case DataType::int8:
      return first_mismatch_of(expected.elements<std::int8_t>(), actual.elements<std::int8_t>());
    case DataType::uint8:
      return first_mismatch_of(expected.elements<std::uint8_t>(), actual.elements<std::uint8_t>());
    case DataType::int16:
      return first_mismatch_of(expected.elements<std::int16_t>(), actual.elements<std::int16_t>());
    case DataType::int32:
      return first_mismatch_of(expected.elements<std::int32_t>(), actual.elements<std::int32_t>());
    case DataType::float32:
      break;
  }
  throw model_error("only whole numbers are compared bit for bit");
}

}  // namespace

std::string Mismatch::text() const {
  return fmt::format("element {}: expected {}, got {} ({} of {} elements differ)",
                     to_text(coordinates), expected, actual, mismatches, elements);
}

std::optional<Mismatch> first_mismatch(const Tensor& expected, const Tensor& actual) {
  if (expected.type() != actual.type() || expected.shape() != actual.shape()) {
    throw model_error(fmt::format("compared tensors differ in kind: {} {} and {} {}",
                                  name_of(expected.type()), to_text(expected.shape()),
                                  name_of(actual.type()), to_text(actual.shape())));
  }
  auto result = first_mismatch_of(expected, actual);
  if (result) {
    result->coordinates.resize(expected.rank());
    std::size_t rest = result->element;
    for (std::size_t d = expected.rank(); d-- > 0;) {
      result->coordinates[d] = rest % expected.shape()[d];
      rest /= expected.shape()[d];
    }
  }
  return result;
}

}  // namespace lacuna::reference

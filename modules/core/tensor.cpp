// SPDX-License-Identifier: Apache-2.0
#include "core/tensor.h"

#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace lacuna {
inline namespace core {
namespace {

constexpr std::size_t most_elements = std::numeric_limits<std::int64_t>::max();

/// Bytes of RAM in this machine: zero-filling more would only summon the out-of-memory killer.
std::size_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_size = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_size <= 0) {
    return most_elements;
  }
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_size);
}

std::vector<std::uint8_t> zeros(DataType type, const Shape& shape, std::size_t elements) {
  if (elements <= physical_memory() / size_of(type)) {
    try {
      return std::vector<std::uint8_t>(elements * size_of(type));
    } catch (const std::bad_alloc&) {
    }
  }
  throw input_error({}, "a tensor of shape " + to_text(shape) + " does not fit into memory");
}

}  // namespace

std::size_t size_of(DataType type) {
  switch (type) {
    case DataType::int8:
    case DataType::uint8:
      return 1;
    case DataType::int16:
      return 2;
    case DataType::int32:
    case DataType::float32:
      return 4;
  }
  throw model_error("unknown tensor type");
}

std::string_view name_of(DataType type) {
  switch (type) {
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int16:
      return "int16";
    case DataType::int32:
      return "int32";
    case DataType::float32:
      return "float32";
  }
  throw model_error("unknown tensor type");
}

std::size_t element_count(const Shape& shape) {
  for (const std::size_t dimension : shape) {
    if (dimension == 0) {
      return 0;
    }
  }
  std::size_t count = 1;
  for (const std::size_t dimension : shape) {
    if (count > most_elements / dimension) {
      throw input_error({}, "shape " + to_text(shape) + " has more than 2^63 elements");
    }
    count *= dimension;
  }
  return count;
}

std::string to_text(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + "]";
}

Tensor::Tensor(DataType type, Shape shape)
    : type_(type),
      shape_(std::move(shape)),
      size_(element_count(shape_)),
      bytes_(zeros(type_, shape_, size_)) {}

void Tensor::require(DataType type) const {
  if (type != type_) {
    throw model_error("a tensor of " + std::string(name_of(type_)) + " is used as one of " +
                      std::string(name_of(type)));
  }
}

}  // namespace core
}  // namespace lacuna

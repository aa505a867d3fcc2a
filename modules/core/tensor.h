// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/span.h"

namespace lacuna {
inline namespace core {

enum class DataType { int8, uint8, int16, int32, float32 };

std::size_t size_of(DataType type);       ///< bytes of one element
std::string_view name_of(DataType type);  ///< "int8"

template <class T>
struct DataTypeOf;
template <>
struct DataTypeOf<std::int8_t> {
  static constexpr DataType value = DataType::int8;
};
template <>
struct DataTypeOf<std::uint8_t> {
  static constexpr DataType value = DataType::uint8;
};
template <>
struct DataTypeOf<std::int16_t> {
  static constexpr DataType value = DataType::int16;
};
template <>
struct DataTypeOf<std::int32_t> {
  static constexpr DataType value = DataType::int32;
};
template <>
struct DataTypeOf<float> {
  static constexpr DataType value = DataType::float32;
};

using Shape = std::vector<std::size_t>;

/// Number of elements of a shape. @throws Error (bad_input) when it does not fit 63 bits
std::size_t element_count(const Shape& shape);
std::string to_text(const Shape& shape);  ///< "[64, 3, 7, 7]"

/// A dense row-major array in host memory.
class Tensor {
 public:
  Tensor() = default;
  /// Zero-filled. @throws Error (bad_input) on a shape too large for memory
  Tensor(DataType type, Shape shape);

  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  std::size_t rank() const { return shape_.size(); }
  std::size_t size() const { return size_; }  ///< elements
  bool empty() const { return size_ == 0; }

  Span<std::uint8_t> bytes() { return {bytes_.data(), bytes_.size()}; }
  Span<const std::uint8_t> bytes() const { return {bytes_.data(), bytes_.size()}; }

  /// The elements as T. @throws Error (stuck) when T is not the tensor's type
  template <class T>
  Span<T> elements() {
    require(DataTypeOf<T>::value);
    return {reinterpret_cast<T*>(bytes_.data()), size_};
  }
  template <class T>
  Span<const T> elements() const {
    require(DataTypeOf<T>::value);
    return {reinterpret_cast<const T*>(bytes_.data()), size_};
  }

 private:
  void require(DataType type) const;

  DataType type_ = DataType::int8;
  Shape shape_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> bytes_;
};

/// Reads a NumPy .npy file (format 1.0, 2.0, 3.0; little endian; C or Fortran order, returned in C order).
/// int64 whose values fit are not converted: the types are those of DataType.
/// @throws Error (bad_input) with the byte offset of what is wrong
Tensor load_npy(const std::string& path);
/// The same from bytes in memory; `name` stands in messages.
Tensor parse_npy(Span<const std::uint8_t> file, const std::string& name);
/// Writes format 1.0 by way of a temporary file, so that no half-written file is left.
void save_npy(const std::string& path, const Tensor& tensor);

}  // namespace core
}  // namespace lacuna

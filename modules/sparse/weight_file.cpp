// SPDX-License-Identifier: Apache-2.0
#include "sparse/weight_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

/// Where the value of `key` stands in the header of a .npy file, so that a message can point there.
std::optional<std::uint64_t> header_offset(std::string_view file, std::string_view key) {
  constexpr std::size_t longest_header = 4096;
  const std::string_view header = file.substr(0, longest_header);
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t value = header.find_first_not_of(": ", at + key.size());
  return value == std::string_view::npos ? at : value;
}

Place place_of(const std::string& input, std::string_view file, std::string_view key) {
  Place place;
  place.file = input;
  place.byte_offset = header_offset(file, key);
  return place;
}

/// A tensor of a type, of rank 2 or 4. @param what "weights", for messages
Tensor load_operand(const std::string& input, DataType type, const char* what, const char* shapes) {
  const std::string file = read_file(input);
  const Span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(file.data()),
                                       file.size());
  Tensor tensor = parse_npy(bytes, input);
  Diagnostics diagnostics;
  if (tensor.type() != type) {
    diagnostics.add(
        place_of(input, file, "'descr'"), "",
        fmt::format("{} of {}, expected {}", what, name_of(tensor.type()), name_of(type)));
  }
  if (tensor.rank() != 2 && tensor.rank() != 4) {
    diagnostics.add(place_of(input, file, "'shape'"), "",
                    fmt::format("{} of rank {} {}, expected {}", what, tensor.rank(),
                                to_text(tensor.shape()), shapes));
  } else if (tensor.empty()) {
    diagnostics.add(place_of(input, file, "'shape'"), "",
                    fmt::format("{} holds no {}", to_text(tensor.shape()), what));
  }
  diagnostics.throw_if_any();
  return tensor;
}

}  // namespace

Tensor load_weight_file(const std::string& input) {
  return load_operand(input, DataType::int8, "weights", "[K, C] or [K, C, kh, kw]");
}

Tensor load_activation_file(const std::string& input) {
  return load_operand(input, DataType::uint8, "activations", "[M, K] or [N, C, H, W]");
}

Tensor as_tensor(Span<const std::uint8_t> bytes, Shape shape) {
  Tensor tensor(DataType::uint8, std::move(shape));
  std::copy(bytes.begin(), bytes.end(), tensor.bytes().data());
  return tensor;
}

Tensor in_original_shape(Span<const std::int8_t> weights, const Shape& shape) {
  const Tensor wide =
      channels_first(std::vector<std::int16_t>(weights.begin(), weights.end()), shape);
  Tensor tensor(DataType::int8, shape);
  const Span<const std::int16_t> from = wide.elements<std::int16_t>();
  std::transform(from.begin(), from.end(), tensor.elements<std::int8_t>().begin(),
                 [](std::int16_t weight) { return static_cast<std::int8_t>(weight); });
  return tensor;
}

}  // namespace lacuna::sparse

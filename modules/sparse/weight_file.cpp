// SPDX-License-Identifier: Apache-2.0
#include "sparse/weight_file.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"

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

}  // namespace lacuna::sparse

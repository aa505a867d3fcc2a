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

}  // namespace

Tensor load_weight_file(const std::string& input) {
  const std::string file = read_file(input);
  const Span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(file.data()),
                                       file.size());
  Tensor weights = parse_npy(bytes, input);
  Diagnostics diagnostics;
  if (weights.type() != DataType::int8) {
    diagnostics.add(place_of(input, file, "'descr'"), "",
                    fmt::format("weights of {}, expected int8", name_of(weights.type())));
  }
  if (weights.rank() != 2 && weights.rank() != 4) {
    diagnostics.add(place_of(input, file, "'shape'"), "",
                    fmt::format("weights of rank {} {}, expected [K, C] or [K, C, kh, kw]",
                                weights.rank(), to_text(weights.shape())));
  } else if (weights.empty()) {
    diagnostics.add(place_of(input, file, "'shape'"), "",
                    fmt::format("{} holds no weights", to_text(weights.shape())));
  }
  diagnostics.throw_if_any();
  return weights;
}

}  // namespace lacuna::sparse

// SPDX-License-Identifier: Apache-2.0
#include "sparse/unified_format.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/number_text.h"

namespace lacuna::sparse {
namespace {

using Ratio = std::pair<unsigned, unsigned>;

Ratio parse_ratio(const std::string& option, const std::string& text, const char* expected) {
  Place place;
  place.file = option + " " + text;
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) {
    const auto kept = whole_number<unsigned>(std::string_view(text).substr(0, colon));
    const auto of = whole_number<unsigned>(std::string_view(text).substr(colon + 1));
    if (kept && of) {
      return {*kept, *of};
    }
  }
  throw input_error(place, fmt::format("'{}' is no ratio, expected {}", text, expected));
}

[[noreturn]] void refuse(const std::string& option, const std::string& text, const char* expected) {
  Place place;
  place.file = option + " " + text;
  throw input_error(place, fmt::format("the format has no {}, expected {}", text, expected));
}

}  // namespace

std::string name_of(const UnifiedFormat& format) {
  return fmt::format("n{}_m{}_b{}", format.vectors, format.window, format.columns);
}

std::vector<UnifiedFormat> unified_formats() {
  std::vector<UnifiedFormat> formats;
  for (unsigned vectors = 1; vectors <= UnifiedFormat::vector_group; ++vectors) {
    for (const unsigned window : {2U, 3U, 4U}) {
      for (const unsigned columns : {4U, 8U}) {
        formats.push_back({vectors, window, columns});
      }
    }
  }
  return formats;
}

UnifiedFormat parse_unified_format(const std::string& vector, const std::string& value,
                                   const std::string& bit) {
  constexpr const char* vectors = "N:8 with N from 1 to 8";
  constexpr const char* values = "2:2, 2:3 or 2:4";
  constexpr const char* bits = "4:8 or 8:8";
  UnifiedFormat format;
  const Ratio kept_vectors = parse_ratio("--vector", vector, vectors);
  if (kept_vectors.second != UnifiedFormat::vector_group || kept_vectors.first < 1 ||
      kept_vectors.first > UnifiedFormat::vector_group) {
    refuse("--vector", vector, vectors);
  }
  format.vectors = kept_vectors.first;
  const Ratio kept_values = parse_ratio("--value", value, values);
  if (kept_values.first != UnifiedFormat::kept_values || kept_values.second < 2 ||
      kept_values.second > 4) {
    refuse("--value", value, values);
  }
  format.window = kept_values.second;
  const Ratio kept_bits = parse_ratio("--bit", bit, bits);
  if (kept_bits.second != 8 || (kept_bits.first != 4 && kept_bits.first != 8)) {
    refuse("--bit", bit, bits);
  }
  format.columns = kept_bits.first;
  return format;
}

}  // namespace lacuna::sparse

// SPDX-License-Identifier: Apache-2.0
#include "sparse/hss_format.h"

#include <charconv>

#include "core/error.h"

namespace lacuna::sparse {
namespace {

bool parse_number(const char* first, const char* last, unsigned& value) {
  const auto [end, error] = std::from_chars(first, last, value);
  return error == std::errc() && end == last;
}

}  // namespace

unsigned KeepRatio::index_bits() const {
  if (keeps_all()) {
    return 0;
  }
  unsigned bits = 0;
  while ((1U << bits) < of) {
    ++bits;
  }
  return bits;
}

KeepRatio parse_keep_ratio(const std::string& text, const std::string& option) {
  const std::size_t colon = text.find(':');
  KeepRatio ratio;
  const bool numbers = colon != std::string::npos &&
                       parse_number(text.data(), text.data() + colon, ratio.kept) &&
                       parse_number(text.data() + colon + 1, text.data() + text.size(), ratio.of);
  if (!numbers || ratio.kept == 0 || ratio.kept > ratio.of || ratio.of > longest_keep_group) {
    Place place;
    place.file = option + " " + text;
    throw input_error(place, "expected G:H, such as 2:4, with G from 1 to H and H up to 16");
  }
  return ratio;
}

std::string to_text(const KeepRatio& ratio) {
  return std::to_string(ratio.kept) + ":" + std::to_string(ratio.of);
}

}  // namespace lacuna::sparse

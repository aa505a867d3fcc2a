// SPDX-License-Identifier: Apache-2.0
#include "sparse/hss_format.h"

#include "core/error.h"
#include "core/number_text.h"

namespace lacuna::sparse {

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
  KeepRatio ratio{0, 0};
  if (colon != std::string::npos) {
    ratio.kept = whole_number<unsigned>(std::string_view(text).substr(0, colon)).value_or(0);
    ratio.of = whole_number<unsigned>(std::string_view(text).substr(colon + 1)).value_or(0);
  }
  if (ratio.kept == 0 || ratio.kept > ratio.of || ratio.of > longest_keep_group) {
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

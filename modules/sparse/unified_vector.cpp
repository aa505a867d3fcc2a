// SPDX-License-Identifier: Apache-2.0
#include "sparse/unified_vector.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace lacuna::sparse {
namespace {

constexpr int largest_magnitude = 127;

int magnitude_of(std::int8_t value) {
  return std::min(std::abs(static_cast<int>(value)), largest_magnitude);
}

std::int8_t element(Span<const std::int8_t> segment, std::size_t index) {
  return index < segment.size() ? segment[index] : std::int8_t{0};
}

/// The two largest magnitudes of a window, in rising order of place.
std::array<std::uint8_t, 2> keep_two(Span<const std::int8_t> segment, std::size_t first,
                                     unsigned window) {
  unsigned best = 0;
  unsigned second = 1;
  const auto size = [&](unsigned place) {
    return std::abs(static_cast<int>(element(segment, first + place)));
  };
  if (size(second) > size(best)) {
    std::swap(best, second);
  }
  for (unsigned place = 2; place < window; ++place) {
    if (size(place) > size(best)) {
      second = std::exchange(best, place);
    } else if (size(place) > size(second)) {
      second = place;
    }
  }
  return {static_cast<std::uint8_t>(std::min(best, second)),
          static_cast<std::uint8_t>(std::max(best, second))};
}

/// The most significant columns in which any bit is set, as a mask.
unsigned leading_columns(unsigned set, unsigned count) {
  unsigned mask = 0;
  for (unsigned bit = UnifiedFormat::magnitude_columns; bit-- > 0 && count != 0;) {
    if ((set >> bit & 1) != 0) {
      mask |= 1U << bit;
      --count;
    }
  }
  return mask;
}

/// The nearest number whose bits are all in the mask; the larger of two. Sub-masks are walked in
/// falling order.
int nearest_in(unsigned mask, int magnitude) {
  int best = 0;
  unsigned candidate = mask;
  while (true) {
    const int value = static_cast<int>(candidate);
    if (std::abs(value - magnitude) < std::abs(best - magnitude) ||
        (std::abs(value - magnitude) == std::abs(best - magnitude) && value > best)) {
      best = value;
    }
    if (candidate == 0) {
      return best;
    }
    candidate = (candidate - 1) & mask;
  }
}

}  // namespace

UnifiedVector compress_vector(Span<const std::int8_t> segment, const UnifiedFormat& format,
                              UnifiedRounding rounding) {
  UnifiedVector vector;
  std::array<int, UnifiedFormat::lanes> magnitudes{};
  unsigned set = 0;
  for (unsigned window = 0; window < UnifiedFormat::windows; ++window) {
    const std::size_t first = std::size_t{window} * format.window;
    const auto kept = keep_two(segment, first, format.window);
    for (unsigned i = 0; i < kept.size(); ++i) {
      const unsigned lane = 2 * window + i;
      const std::int8_t value = element(segment, first + kept[i]);
      vector.index[lane] = kept[i];
      vector.sign = static_cast<std::uint8_t>(vector.sign | (value < 0 ? 1U << lane : 0U));
      magnitudes[lane] = magnitude_of(value);
      set |= static_cast<unsigned>(magnitudes[lane]);
    }
  }
  const unsigned mask =
      format.dense_columns() ? unsigned{largest_magnitude} : leading_columns(set, format.columns);
  unsigned at = 0;
  for (unsigned bit = UnifiedFormat::magnitude_columns; bit-- > 0;) {
    if ((mask >> bit & 1) != 0) {
      vector.significance[at++] = static_cast<std::uint8_t>(bit);
    }
  }
  for (unsigned lane = 0; lane < UnifiedFormat::lanes; ++lane) {
    const unsigned magnitude = rounding == UnifiedRounding::nearest
                                   ? static_cast<unsigned>(nearest_in(mask, magnitudes[lane]))
                                   : static_cast<unsigned>(magnitudes[lane]) & mask;
    for (unsigned i = 0; i < at; ++i) {
      const unsigned bit = magnitude >> vector.significance[i] & 1;
      vector.column[i] = static_cast<std::uint8_t>(vector.column[i] | bit << lane);
    }
  }
  return vector;
}

void decode_vector(const UnifiedVector& vector, const UnifiedFormat& format,
                   Span<std::int8_t> segment) {
  std::fill(segment.begin(), segment.end(), std::int8_t{0});
  for (unsigned lane = 0; lane < UnifiedFormat::lanes; ++lane) {
    int magnitude = 0;
    for (unsigned i = 0; i < vector.column.size(); ++i) {
      magnitude += (vector.column[i] >> lane & 1) << vector.significance[i];
    }
    const std::size_t place = std::size_t{lane / 2} * format.window + vector.index[lane];
    if (place < segment.size()) {
      const bool negative = (vector.sign >> lane & 1) != 0;
      segment[place] = static_cast<std::int8_t>(negative ? -magnitude : magnitude);
    }
  }
}

}  // namespace lacuna::sparse

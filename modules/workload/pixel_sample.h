// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.h"

namespace lacuna::workload {

/// `most` output pixels drawn by a stream of the seed, or all in order when there are no more.
inline std::vector<std::size_t> sample_pixels(std::size_t positions, std::size_t most,
                                              std::uint64_t seed, const std::string& stream) {
  std::vector<std::size_t> pixels;
  if (positions <= most) {
    for (std::size_t p = 0; p < positions; ++p) {
      pixels.push_back(p);
    }
    return pixels;
  }
  const RandomStream random(seed, stream);
  for (std::size_t i = 0; i < most; ++i) {
    pixels.push_back(below(random.word(i), static_cast<std::uint32_t>(positions)));
  }
  return pixels;
}

}  // namespace lacuna::workload

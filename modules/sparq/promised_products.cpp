// SPDX-License-Identifier: Apache-2.0
#include "sparq/promised_products.h"

#include <algorithm>
#include <array>
#include <vector>

#include "sparse/sparq_pair.h"

namespace lacuna::sparq {
namespace {

using sparse::SparqFormat;

std::uint8_t byte_of(std::int16_t activation) {
  return static_cast<std::uint8_t>(activation);
}

/// A pair's activations as they take part, whatever the weights.
std::array<unsigned, 2> kept(std::int16_t first, std::int16_t second, PeKind pe,
                             const SparqFormat& format) {
  if (pe == PeKind::sparq) {
    return sparse::decode_pair(sparse::encode_pair(byte_of(first), byte_of(second), format));
  }
  constexpr std::uint8_t upper[] = {4};
  return {sparse::place_window(byte_of(first), 4, {upper, 1}, format.rounding).value(),
          sparse::place_window(byte_of(second), 4, {upper, 1}, format.rounding).value()};
}

void separable_products(Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                        std::size_t length, PeKind pe, const SparqFormat& format,
                        Span<std::int32_t> sums) {
  std::vector<std::int16_t> reduced(activations.size());
  for (std::size_t row = 0; row < activations.size(); row += length) {
    for (std::size_t i = 0; i < length; i += pair_elements) {
      const bool alone = i + 1 == length;
      const std::array<unsigned, 2> values = kept(
          activations[row + i], alone ? std::int16_t{0} : activations[row + i + 1], pe, format);
      reduced[row + i] = static_cast<std::int16_t>(values[0]);
      if (!alone) {
        reduced[row + i + 1] = static_cast<std::int16_t>(values[1]);
      }
    }
  }
  reference::dot_products(reduced, weights, length, sums);
}

void sysmt_products(Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                    std::size_t length, sparse::SparqRounding rounding, Span<std::int32_t> sums) {
  constexpr std::uint8_t halves[] = {0, 4};
  std::array<std::int32_t, 256> trimmed{};
  for (unsigned value = 0; value < trimmed.size(); ++value) {
    trimmed[value] = static_cast<std::int32_t>(
        sparse::place_window(static_cast<std::uint8_t>(value), 4, {halves, 2}, rounding).value());
  }
  const std::size_t columns = weights.size() / length;
  for (std::size_t n = 0; n < sums.size(); ++n) {
    const std::int16_t* x = activations.data() + n / columns * length;
    const std::int16_t* w = weights.data() + n % columns * length;
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < length; i += pair_elements) {
      const std::int32_t x1 = i + 1 < length ? x[i + 1] : 0;
      const std::int32_t w1 = i + 1 < length ? w[i + 1] : 0;
      const bool collide = x[i] != 0 && w[i] != 0 && x1 != 0 && w1 != 0;
      const std::int32_t product =
          collide ? trimmed[byte_of(x[i])] * w[i] + trimmed[static_cast<std::uint8_t>(x1)] * w1
                  : x[i] * w[i] + x1 * w1;
      sum += static_cast<std::uint32_t>(product);
    }
    sums[n] = static_cast<std::int32_t>(sum);
  }
}

}  // namespace

reference::DotProducts promised_products(PeKind pe, const SparqFormat& format) {
  switch (pe) {
    case PeKind::dense:
      return reference::dot_products;
    case PeKind::sysmt:
      return [rounding = format.rounding](Span<const std::int16_t> activations,
                                          Span<const std::int16_t> weights, std::size_t length,
                                          Span<std::int32_t> sums) {
        sysmt_products(activations, weights, length, rounding, sums);
      };
    default:
      return [pe, format](Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                          std::size_t length, Span<std::int32_t> sums) {
        separable_products(activations, weights, length, pe, format, sums);
      };
  }
}

}  // namespace lacuna::sparq

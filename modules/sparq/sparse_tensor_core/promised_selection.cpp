// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/promised_selection.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "sparse/sparq_pair.h"

namespace lacuna::sparq {
namespace {

constexpr std::size_t group = 4;
constexpr std::size_t values = 256;

/// Both values of all pairs, by first + 256 * second.
using Pairs = std::vector<std::array<unsigned, 2>>;

Pairs all_pairs(const sparse::SparqFormat& format) {
  Pairs pairs(values * values);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = sparse::decode_pair(sparse::encode_pair(
        static_cast<std::uint8_t>(i % values), static_cast<std::uint8_t>(i / values), format));
  }
  return pairs;
}

/// Two weights of a channel and where their activations are; a missing one's weight is zero.
struct Choice {
  std::size_t place = 0;
  std::size_t other = 0;
  std::int32_t weight = 0;
  std::int32_t other_weight = 0;
};

/// @throws Error (bad_input) when more than two of four are not zero
std::vector<Choice> choices_of(Span<const std::int16_t> weights) {
  std::vector<Choice> choices;
  for (std::size_t first = 0; first < weights.size(); first += group) {
    const std::size_t count = std::min(group, weights.size() - first);
    std::array<std::uint8_t, group> places{};
    std::array<std::int8_t, group> four{};
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = static_cast<std::uint8_t>(i);
      four[i] = static_cast<std::int8_t>(weights[first + i]);
    }
    const sparse::SelectedPair pair =
        sparse::select_pair({places.data(), count}, {four.data(), count});
    choices.push_back(
        {first + pair.activation[0], first + pair.activation[1], pair.weight[0], pair.weight[1]});
  }
  return choices;
}

void selected_products(Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                       std::size_t length, const Pairs& pairs, Span<std::int32_t> sums) {
  const std::size_t columns = weights.size() / length;
  for (std::size_t n = 0; n < columns; ++n) {
    const std::vector<Choice> choices = choices_of(weights.subspan(n * length, length));
    for (std::size_t m = 0; m * columns < sums.size(); ++m) {
      const std::int16_t* x = activations.data() + m * length;
      std::uint32_t sum = 0;
      for (const Choice& choice : choices) {
        const std::size_t first =
            choice.weight != 0 ? static_cast<std::size_t>(x[choice.place]) : 0;
        const std::size_t second =
            choice.other_weight != 0 ? static_cast<std::size_t>(x[choice.other]) : 0;
        const std::array<unsigned, 2>& pair = pairs[first + values * second];
        sum += static_cast<std::uint32_t>(static_cast<std::int32_t>(pair[0]) * choice.weight +
                                          static_cast<std::int32_t>(pair[1]) * choice.other_weight);
      }
      sums[m * columns + n] = static_cast<std::int32_t>(sum);
    }
  }
}

}  // namespace

reference::DotProducts promised_selection(const sparse::SparqFormat& format) {
  return [pairs = std::make_shared<const Pairs>(all_pairs(format))](
             Span<const std::int16_t> activations, Span<const std::int16_t> weights,
             std::size_t length, Span<std::int32_t> sums) {
    selected_products(activations, weights, length, *pairs, sums);
  };
}

}  // namespace lacuna::sparq

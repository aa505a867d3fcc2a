// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/selected_panel.h"

#include <algorithm>

#include "core/error.h"
#include "sparse/sparq_pair.h"

namespace lacuna::sparq {
namespace {

constexpr std::size_t window_elements = 4;
/// Windows of a block: their pairs (160 KiB) stay in the second-level cache.
constexpr std::size_t block_windows = 64;
constexpr std::size_t window_values = selected_choices * selected_positions * 2;
constexpr std::uint32_t first_alone = 6;

/// The number of the pair of places i < j.
std::uint32_t choice_of(std::uint32_t i, std::uint32_t j) {
  return i == 0 ? j - 1 : i + j;
}

std::int32_t halves(std::int8_t first, std::int8_t second) {
  const std::uint32_t low = static_cast<std::uint16_t>(std::int16_t{first});
  const std::uint32_t high = static_cast<std::uint16_t>(std::int16_t{second});
  return static_cast<std::int32_t>(low | high << 16);
}

SelectedWindow window_of(const std::int8_t* weights, std::size_t count) {
  std::array<std::uint32_t, 2> places{};
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (weights[i] == 0) {
      continue;
    }
    if (found == places.size()) {
      throw model_error("more than two of four weights are not zero in a tile of 2:4 weights");
    }
    places[found++] = i;
  }
  if (found == 2) {
    return {halves(weights[places[0]], weights[places[1]]), choice_of(places[0], places[1])};
  }
  return {found == 1 ? halves(weights[places[0]], 0) : 0, first_alone + places[0]};
}

}  // namespace

ReducedValues reduced_values(const sparse::SparqFormat& format) {
  ReducedValues values;
  for (unsigned value = 0; value < values.alone.size(); ++value) {
    const auto beside = [&](std::uint8_t other) {
      const auto pair =
          sparse::decode_pair(sparse::encode_pair(static_cast<std::uint8_t>(value), other, format));
      return static_cast<std::uint8_t>(pair[0]);
    };
    values.crowded[value] = beside(1);
    values.alone[value] = beside(0);
  }
  return values;
}

void SelectedPanel::set(std::size_t channels, std::size_t elements, Span<const std::int8_t> rows,
                        std::size_t stride) {
  channels_ = channels;
  elements_ = elements;
  windows_ = (elements + window_elements - 1) / window_elements;
  table_.resize(channels * windows_);
  nonzero_.assign(elements, 0);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const std::int8_t* row = rows.data() + channel * stride;
    for (std::size_t w = 0; w < windows_; ++w) {
      const std::size_t first = w * window_elements;
      table_[channel * windows_ + w] =
          window_of(row + first, std::min(window_elements, elements - first));
    }
    for (std::size_t e = 0; e < elements; ++e) {
      nonzero_[e] += row[e] != 0 ? 1 : 0;
    }
  }
}

void SelectedPanel::multiply_add(Span<const std::uint8_t> activations, const ReducedValues& values,
                                 Span<std::int32_t> sums) {
  const std::size_t positions = elements_ == 0 ? 0 : activations.size() / elements_;
  pairs_.resize(block_windows * window_values);
  for (std::size_t first = 0; first < positions; first += selected_positions) {
    const std::size_t count = std::min(selected_positions, positions - first);
    totals_.assign(channels_ * selected_positions, 0);
    for (std::size_t window = 0; window < windows_; window += block_windows) {
      const std::size_t windows =
          gather(activations.subspan(first * elements_), count, window, values);
      for (std::size_t channel = 0; channel < channels_; ++channel) {
        add_selected_windows(pairs_.data(), &table_[channel * windows_ + window], windows,
                             &totals_[channel * selected_positions]);
      }
    }
    for (std::size_t p = 0; p < count; ++p) {
      std::int32_t* to = sums.data() + (first + p) * channels_;
      for (std::size_t channel = 0; channel < channels_; ++channel) {
        to[channel] = static_cast<std::int32_t>(
            static_cast<std::uint32_t>(to[channel]) +
            static_cast<std::uint32_t>(totals_[channel * selected_positions + p]));
      }
    }
  }
}

std::size_t SelectedPanel::gather(Span<const std::uint8_t> activations, std::size_t count,
                                  std::size_t first_window, const ReducedValues& values) {
  const std::size_t windows = std::min(block_windows, windows_ - first_window);
  std::array<SelectedNeighbour, window_elements> neighbours{};
  for (std::size_t w = 0; w < windows; ++w) {
    for (std::size_t i = 0; i < window_elements; ++i) {
      const std::size_t element = (first_window + w) * window_elements + i;
      SelectedNeighbour& to = neighbours[i];
      for (std::size_t p = 0; p < count; ++p) {
        const std::uint8_t value =
            element < elements_ ? activations[p * elements_ + element] : std::uint8_t{0};
        to.crowded[p] = values.crowded[value];
        to.alone[p] = values.alone[value];
        to.zero[p] = value == 0 ? -1 : 0;
      }
    }
    make_selected_pairs(neighbours.data(), pairs_.data() + w * window_values);
  }
  return windows;
}

}  // namespace lacuna::sparq

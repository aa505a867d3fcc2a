// SPDX-License-Identifier: Apache-2.0
#include "sparse/adaptive_type.h"

#include <algorithm>
#include <cstdlib>

namespace lacuna::sparse {
namespace {

constexpr NumericType all_types[] = {NumericType::integer, NumericType::flint,
                                     NumericType::power_of_two};
constexpr unsigned type_count = 3;

using Histogram = std::array<std::uint32_t, 256>;

/// @param bits of the magnitude
std::int64_t flint_magnitude(unsigned code, unsigned bits) {
  if (bits == 0 || ((code >> (bits - 1)) & 1u) == 0) {
    return code;
  }
  const unsigned low_bits = bits - 1;
  const unsigned low = code & ((1u << low_bits) - 1);
  if (low == 0) {
    return std::int64_t{1} << (2 * low_bits);
  }
  unsigned zeros = 0;
  while (((low >> (low_bits - 1 - zeros)) & 1u) == 0) {
    ++zeros;
  }
  return std::int64_t{low} << (2 * zeros + 1);
}

std::int64_t plain_value(unsigned code, NumericType type, unsigned bits) {
  const unsigned sign = (code >> (bits - 1)) & 1u;
  const unsigned rest = code & ((1u << (bits - 1)) - 1);
  if (type == NumericType::integer) {
    return std::int64_t{rest} - (std::int64_t{sign} << (bits - 1));
  }
  std::int64_t magnitude = 0;
  if (type == NumericType::flint) {
    magnitude = flint_magnitude(rest, bits - 1);
  } else if (rest != 0) {
    magnitude = std::int64_t{1} << std::min(rest - 1, 32u);  // from 2^7 on all are too large
  }
  return sign != 0 ? -magnitude : magnitude;
}

bool allowed(NumericType type, TypeChoice choice) {
  switch (choice) {
    case TypeChoice::integer:
      return type == NumericType::integer;
    case TypeChoice::flint:
      return type == NumericType::flint;
    case TypeChoice::power_of_two:
      return type == NumericType::power_of_two;
    case TypeChoice::automatic:
      break;
  }
  return true;
}

std::vector<Histogram> histograms(Span<const std::int8_t> weights, std::size_t reduction) {
  std::vector<Histogram> result(weights.size() / reduction, Histogram{});
  for (std::size_t i = 0; i < weights.size(); ++i) {
    ++result[i / reduction][AdaptiveGrid::index(weights[i])];
  }
  return result;
}

/// The best unit of one type for one channel.
struct Candidate {
  AdaptiveFormat format;
  std::uint64_t squared_error = ~std::uint64_t{0};
};

Candidate best_unit(const std::vector<AdaptiveGrid>& grids, NumericType type, unsigned bits,
                    const Histogram& histogram) {
  Candidate best;
  for (unsigned shift = 0; shift < grids.size(); ++shift) {
    const std::uint64_t error = grids[shift].squared_error(histogram);
    if (error < best.squared_error) {
      best = {{type, bits, shift}, error};
    }
  }
  return best;
}

/// Grids of one type for every unit: 2^0 to the one with which integers span int8.
std::vector<AdaptiveGrid> grids_of(NumericType type, unsigned bits) {
  std::vector<AdaptiveGrid> grids;
  for (unsigned shift = 0; shift <= 8 - bits; ++shift) {
    grids.emplace_back(AdaptiveFormat{type, bits, shift});
  }
  return grids;
}

std::vector<AdaptiveFormat> choose_formats(const std::vector<Histogram>& channels,
                                           const AdaptiveOptions& options) {
  std::array<std::vector<Candidate>, type_count> candidates;  // [type][channel]
  std::array<std::uint64_t, type_count> sums{};
  std::array<bool, type_count> usable{};
  for (unsigned t = 0; t < type_count; ++t) {
    usable[t] = allowed(all_types[t], options.type);
    if (!usable[t]) {
      continue;
    }
    const std::vector<AdaptiveGrid> grids = grids_of(all_types[t], options.bits);
    for (const Histogram& histogram : channels) {
      candidates[t].push_back(best_unit(grids, all_types[t], options.bits, histogram));
      sums[t] += candidates[t].back().squared_error;
    }
  }
  const auto best_type = [&usable](auto error_of) {
    unsigned best = type_count;
    for (unsigned t = 0; t < type_count; ++t) {
      if (usable[t] && (best == type_count || error_of(t) < error_of(best))) {
        best = t;
      }
    }
    return best;
  };
  const unsigned of_tensor = best_type([&](unsigned t) { return sums[t]; });
  std::vector<AdaptiveFormat> formats;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const unsigned type =
        options.scope == TypeScope::tensor
            ? of_tensor
            : best_type([&](unsigned t) { return candidates[t][i].squared_error; });
    formats.push_back(candidates[type][i].format);
  }
  return formats;
}

}  // namespace

std::uint8_t format_byte(const AdaptiveFormat& format) {
  return static_cast<std::uint8_t>((format.bits - 1) | static_cast<unsigned>(format.type) << 3 |
                                   format.shift << 5);
}

std::int8_t adaptive_value(unsigned code, const AdaptiveFormat& format) {
  const std::int64_t value =
      plain_value(code, format.type, format.bits) * (std::int64_t{1} << format.shift);
  return value < -128 || value > 127 ? std::int8_t{0} : static_cast<std::int8_t>(value);
}

AdaptiveGrid::AdaptiveGrid(const AdaptiveFormat& format) {
  for (int weight = -128; weight <= 127; ++weight) {
    unsigned best = 0;
    int value = adaptive_value(0, format);
    for (unsigned code = 1; code < 1u << format.bits; ++code) {
      const int other = adaptive_value(code, format);
      const int error = std::abs(value - weight);
      const int other_error = std::abs(other - weight);
      const bool tie_towards_zero = other_error == error && std::abs(other) < std::abs(value);
      if (other_error < error || tie_towards_zero) {
        best = code;
        value = other;
      }
    }
    const std::size_t at = index(static_cast<std::int8_t>(weight));
    codes_[at] = static_cast<std::uint8_t>(best);
    values_[at] = static_cast<std::int8_t>(value);
  }
}

std::uint64_t AdaptiveGrid::squared_error(const Histogram& histogram) const {
  std::uint64_t sum = 0;
  for (int weight = -128; weight <= 127; ++weight) {
    const std::size_t at = index(static_cast<std::int8_t>(weight));
    const int error = weight - values_[at];
    sum += std::uint64_t{histogram[at]} * static_cast<std::uint64_t>(error * error);
  }
  return sum;
}

AdaptiveTensor encode_adaptive(Span<const std::int8_t> weights, std::size_t reduction,
                               const AdaptiveOptions& options) {
  AdaptiveTensor result;
  const std::vector<Histogram> channels = histograms(weights, reduction);
  result.formats = choose_formats(channels, options);
  result.codes.reserve(weights.size());
  result.decoded.reserve(weights.size());
  std::vector<std::vector<AdaptiveGrid>> grids;
  for (const NumericType type : all_types) {
    grids.push_back(grids_of(type, options.bits));
  }
  for (std::size_t channel = 0; channel < channels.size(); ++channel) {
    const AdaptiveFormat& format = result.formats[channel];
    const AdaptiveGrid& grid = grids[static_cast<unsigned>(format.type)][format.shift];
    result.squared_error += grid.squared_error(channels[channel]);
    for (std::size_t i = 0; i < reduction; ++i) {
      const std::int8_t weight = weights[channel * reduction + i];
      result.codes.push_back(grid.code(weight));
      result.decoded.push_back(grid.value(weight));
    }
  }
  return result;
}

}  // namespace lacuna::sparse

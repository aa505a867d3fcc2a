// SPDX-License-Identifier: Apache-2.0
// BBS once more, from its description and as slowly as that reads: lists of bits, and search
// instead of arithmetic. It shares nothing with the library but the names of the results.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace naive {

struct Group {
  std::vector<int> weights;
  int redundant = 0;
  int low = 0;
  int constant = 0;
  long squared_error = 0;
};

/// Two's complement, sign first.
inline std::string bits_of(int weight) {
  std::string bits;
  for (int value = 128; value >= 1; value /= 2) {
    bits += ((weight + 256) % 256) / value % 2 != 0 ? '1' : '0';
  }
  return bits;
}

inline long squared_error(const std::vector<int>& a, const std::vector<int>& b) {
  long sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += long{a[i] - b[i]} * (a[i] - b[i]);
  }
  return sum;
}

inline Group rounded_averaging(const std::vector<int>& weights, int columns) {
  Group result;
  for (int column = 1; column <= 3; ++column) {
    bool same = true;
    for (const int weight : weights) {
      const std::string bits = bits_of(weight);
      same = same && bits[static_cast<std::size_t>(column)] == bits[0];
    }
    if (!same) {
      break;
    }
    result.redundant = column;
  }
  result.low = columns > result.redundant ? columns - result.redundant : 0;
  int unit = 1;
  for (int i = 0; i < result.low; ++i) {
    unit *= 2;
  }
  // The average of the low bits: the integer whose distance to it is least, the even one of two.
  int sum = 0;
  for (const int weight : weights) {
    sum += ((weight % unit) + unit) % unit;
  }
  const int count = static_cast<int>(weights.size());
  int best = -1;
  for (int c = 0; c <= unit; ++c) {
    const int distance = std::abs(c * count - sum);
    const int least = std::abs(best * count - sum);
    if (best < 0 || distance < least || (distance == least && c % 2 == 0)) {
      best = c;
    }
  }
  result.constant = best;
  for (const int weight : weights) {
    result.weights.push_back(weight - ((weight % unit) + unit) % unit + best);
  }
  result.squared_error = squared_error(weights, result.weights);
  return result;
}

inline Group shifted(const std::vector<int>& weights, int columns, int offset) {
  Group result;
  result.constant = offset;
  result.redundant = 7;
  std::vector<int> values;
  for (const int weight : weights) {
    int value = weight + offset;
    value = value > 127 ? 127 : value < -127 ? -127 : value;
    values.push_back(value);
    const int first_one = static_cast<int>(bits_of(std::abs(value)).find('1'));
    if (value != 0 && first_one - 1 < result.redundant) {
      result.redundant = first_one - 1;
    }
  }
  result.low = columns > result.redundant ? columns - result.redundant : 0;
  const int unit = 1 << result.low;
  const int most = result.low == 0 ? 127 : 1 << (7 - columns);
  for (const int value : values) {
    int nearest = 0;
    for (int k = 0; k < most || (result.low == 0 && k <= 127); ++k) {
      if (std::abs(k * unit - std::abs(value)) < std::abs(nearest - std::abs(value))) {
        nearest = k * unit;
      }
    }
    result.weights.push_back((value < 0 ? -nearest : nearest) - offset);
  }
  result.squared_error = squared_error(weights, result.weights);
  return result;
}

inline Group zero_point_shifting(const std::vector<int>& weights, int columns, int constant_bits) {
  Group best;
  bool first = true;
  const int limit = 1 << (constant_bits - 1);
  for (int offset = -limit; offset < limit; ++offset) {
    const Group candidate = shifted(weights, columns, offset);
    if (first || candidate.squared_error < best.squared_error) {
      best = candidate;
      first = false;
    }
  }
  return best;
}

/// Weights of many shapes: uniform, near zero, near an edge, constant, one outlier, alternating
/// extremes, heavy tails.
inline std::vector<std::int8_t> random_weights(std::mt19937& random, std::size_t count) {
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const int kind = draw(0, 7);
  const int centre = draw(-128, 127);
  const int spread = draw(0, 20);
  std::vector<std::int8_t> weights(count);
  for (std::size_t i = 0; i < count; ++i) {
    int value = 0;
    switch (kind) {
      case 0:
        value = draw(-128, 127);
        break;
      case 1:
        value = draw(-spread, spread);
        break;
      case 2:
        value = draw(100, 127);
        break;
      case 3:
        value = draw(-128, -100);
        break;
      case 4:
        value = centre;
        break;
      case 5:
        value = i == 0 ? centre : draw(-3, 3);
        break;
      case 6:
        value = draw(0, 1) != 0 ? -128 : 127;
        break;
      default:
        value = draw(0, 15) == 0 ? draw(-128, 127) : draw(-spread, spread) / 2;
        break;
    }
    weights[i] = static_cast<std::int8_t>(value);
  }
  return weights;
}

}  // namespace naive

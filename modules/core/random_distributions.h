// SPDX-License-Identifier: Apache-2.0
//
// Random words to samples in integers alone: inverse distribution functions as checked-in tables
// with linear interpolation, so that no host's mathematical library has a say. Values are fixed
// point with 16 fraction bits.
#pragma once

#include <cstdint>

#include "core/random.h"
#include "core/span.h"

namespace lacuna {
inline namespace core {

inline constexpr int sample_fraction_bits = 16;
inline constexpr std::int32_t sample_one = 1 << sample_fraction_bits;

/// |z| of a standard normal z. The word's tail probability (word | 1) / 2^32 decides; the largest
/// is about 6.34.
std::int32_t half_normal(std::uint32_t word);
/// A standard exponential: -ln((word | 1) / 2^32), at most about 22.2.
std::int32_t exponential(std::uint32_t word);
/// half_normal, and the word's lowest bit as the sign.
std::int32_t normal(std::uint32_t word);
/// exponential, and the word's lowest bit as the sign: a Laplace variable of scale 1 (standard
/// deviation sqrt 2).
std::int32_t laplace(std::uint32_t word);

/// samples[i] = normal(stream.word(first + i)), and so on.
void fill_normal(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples);
void fill_laplace(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples);
void fill_half_normal(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples);

/// mantissa / 2^30 * 2^exponent, the mantissa in [2^30, 2^31).
struct ScaledInteger {
  std::uint32_t mantissa = 0;
  std::int32_t exponent = 0;

  /// Exact: 31 bits fit a double.
  double value() const;
};

/// exp(x) for x with 16 fraction bits, within 2^-18 relative; |x| below 2^24 (256 in real numbers).
ScaledInteger integer_exp(std::int32_t x);
/// exp(mean + deviation * z) with z = normal(word); mean and deviation have 16 fraction bits,
/// |deviation| below 2^20.
ScaledInteger lognormal(std::uint32_t word, std::int32_t mean, std::int32_t deviation);

}  // namespace core
}  // namespace lacuna

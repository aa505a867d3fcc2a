// SPDX-License-Identifier: Apache-2.0
#include "core/random_distributions.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace lacuna {
inline namespace core {
namespace {

// half_normal_table, exponential_table (one entry per segment edge), exp2_table; octaves of 64
// segments.
#include "core/random_tables.inc"

constexpr std::size_t chunk = 1024;

/// Interpolates a table over p = u / 2^32 whose octaves of p have 64 segments each, so that
/// relative precision in the tail is the same as in the middle. The conversion to double is exact
/// and sorts the bits for us: exponent and first six mantissa bits are the segment, the next
/// sixteen the place in it.
inline std::int32_t look_up(const std::uint32_t (&table)[2049], std::uint32_t word) {
  const auto u = static_cast<double>(static_cast<std::int64_t>(word | 1));
  std::uint64_t bits = 0;
  std::memcpy(&bits, &u, sizeof bits);
  const std::uint32_t segment = static_cast<std::uint32_t>(bits >> 46) - (1023U << 6);
  const auto fraction = static_cast<std::uint32_t>((bits >> 30) & 0xFFFF);
  const std::uint32_t fall = table[segment] - table[segment + 1];
  return static_cast<std::int32_t>(table[segment] - ((fall * fraction + 0x8000) >> 16));
}

inline std::int32_t signed_by(std::uint32_t word, std::int32_t magnitude) {
  const std::int32_t mask = -static_cast<std::int32_t>(word & 1);
  return (magnitude ^ mask) - mask;
}

template <class Transform>
void fill_with(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples,
               Transform transform) {
  std::array<std::uint32_t, chunk> words;
  for (std::size_t done = 0; done < samples.size(); done += chunk) {
    const std::size_t count = std::min(chunk, samples.size() - done);
    stream.fill(first + done, {words.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      samples[done + i] = transform(words[i]);
    }
  }
}

}  // namespace

std::int32_t half_normal(std::uint32_t word) {
  return look_up(half_normal_table, word);
}

std::int32_t exponential(std::uint32_t word) {
  return look_up(exponential_table, word);
}

std::int32_t normal(std::uint32_t word) {
  return signed_by(word, half_normal(word));
}

std::int32_t laplace(std::uint32_t word) {
  return signed_by(word, exponential(word));
}

void fill_normal(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples) {
  fill_with(stream, first, samples, [](std::uint32_t word) { return normal(word); });
}

void fill_laplace(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples) {
  fill_with(stream, first, samples, [](std::uint32_t word) { return laplace(word); });
}

void fill_half_normal(const RandomStream& stream, std::uint64_t first, Span<std::int32_t> samples) {
  fill_with(stream, first, samples, [](std::uint32_t word) { return half_normal(word); });
}

double ScaledInteger::value() const {
  // Powers of two are exact whatever the library: repeated doubling and halving never rounds here.
  double result = static_cast<double>(mantissa) / static_cast<double>(1U << 30);
  for (std::int32_t i = 0; i < exponent; ++i) {
    result *= 2.0;
  }
  for (std::int32_t i = 0; i > exponent; --i) {
    result *= 0.5;
  }
  return result;
}

ScaledInteger integer_exp(std::int32_t x) {
  constexpr std::int64_t log2_e = 1549082005;  // log2(e) with 30 fraction bits, rounded
  const std::int64_t scaled = x * log2_e;      // 46 fraction bits
  const std::int64_t whole = scaled >> 46;     // towards minus infinity
  const auto fraction = static_cast<std::uint32_t>((scaled >> 14) & 0xFFFFFFFF);
  const std::size_t index = fraction >> 24;
  const std::uint64_t rise = exp2_table[index + 1] - exp2_table[index];
  const std::uint64_t part = (rise * (fraction & 0xFFFFFF) + 0x800000) >> 24;
  const auto mantissa = static_cast<std::uint32_t>(exp2_table[index] + part);
  return {std::min(mantissa, 0x7FFFFFFFU), static_cast<std::int32_t>(whole)};
}

ScaledInteger lognormal(std::uint32_t word, std::int32_t mean, std::int32_t deviation) {
  const std::int64_t spread = (std::int64_t{deviation} * normal(word)) >> sample_fraction_bits;
  return integer_exp(static_cast<std::int32_t>(mean + spread));
}

}  // namespace core
}  // namespace lacuna

// SPDX-License-Identifier: Apache-2.0
//
// Classifiers without a trained network: every value is a pure function of the seed and its place,
// so that rows can be made on demand in any order. Weights are whole numbers times a power of two,
// and everything is computed by additions, multiplications and square roots in a fixed order: the
// same bits on every host.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/span.h"
#include "workload/classifier.h"
#include "workload/counter_words.h"

namespace lacuna::workload {

/// A classifier z = W h + b and the contexts that it meets.
class SyntheticClassifier {
 public:
  virtual ~SyntheticClassifier() = default;

  std::size_t categories() const { return categories_; }
  std::size_t dimension() const { return dimension_; }

  /// @param weights  [count, dimension], rows `first` and after
  virtual void weights(std::size_t first, std::size_t count, Span<float> weights) const = 0;
  /// Normal with deviation 1/2.
  void bias(std::size_t first, std::size_t count, Span<float> bias) const;
  std::vector<float> all_biases() const;
  /// Context `index`. It belongs to a category drawn evenly, whose output it raises to 4 .. 16,
  /// while those of most others have a deviation of about 2.
  virtual void context(std::uint64_t index, Span<float> context) const = 0;
  /// That category.
  std::size_t label(std::uint64_t index) const;

 protected:
  SyntheticClassifier(const ClassifierParams& params);
  double strength(std::uint64_t index) const;  ///< 4 .. 16, drawn evenly
  /// Whole numbers of weights are worth this; it makes rows of length about 1.
  float unit() const { return unit_; }
  /// Adds noise of the length that the parameters say to `count` whole numbers of row `row`.
  void add_noise(std::size_t row, Span<std::int32_t> values) const;

 private:
  std::size_t categories_;
  std::size_t dimension_;
  float unit_;
  CounterWords labels_;
  CounterWords noise_;
  CounterWords biases_;
  std::array<std::int16_t, 256> noise_table_;
};

/// Weights with a part of low rank, as the classifiers of trained networks have. With v_1 .. v_r
/// random directions, s_t^2 proportional to 1 / sqrt(t) and summing to 1:
///
///     row      w_i = sum of 4 entries of codebooks + noise; an entry is sqrt(share) * sum_t s_t
///              u_t v_t with u normal. Books have 256 entries and shares 0.4, 0.3, 0.2, 0.1 of a
///              row's energy, so categories with the same first entry are alike.
///     context  h = strength * (sum of the entries of its category) + 11 * sum_t s_t c_t v_t
///              + noise of length 3, c normal
///
/// A projection to more than r dimensions keeps what matters; noise is what it cannot learn.
class LowRankClassifier final : public SyntheticClassifier {
 public:
  explicit LowRankClassifier(const ClassifierParams& params);

  void weights(std::size_t first, std::size_t count, Span<float> weights) const override;
  void context(std::uint64_t index, Span<float> context) const override;

 private:
  static constexpr std::size_t books = 4;
  static constexpr std::size_t entries = 256;

  void make_basis(std::size_t rank, std::uint64_t seed);
  void make_books(std::uint64_t seed);
  void add_entries(std::size_t row, Span<std::int32_t> values) const;

  CounterWords codes_;
  std::uint64_t seed_;
  std::vector<float> basis_;         ///< [rank, dimension]: s_t v_t
  std::vector<std::int16_t> books_;  ///< [books, entries, dimension], in units
};

/// The classifier of these parameters whose screener is learned.
std::unique_ptr<SyntheticClassifier> make_classifier(const ClassifierParams& params);

}  // namespace lacuna::workload

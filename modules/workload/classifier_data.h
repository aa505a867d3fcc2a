// SPDX-License-Identifier: Apache-2.0
//
// What every machine that classifies is given, and what it gives back.
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparse/screening/special_functions.h"
#include "workload/front_end.h"
#include "workload/normalizer.h"

namespace lacuna::workload {

struct ClassifierShape {
  std::uint64_t categories = 0;  ///< l
  std::uint32_t dimension = 0;   ///< d
  std::uint32_t length = 0;      ///< k, of a screener row
};

/// Weights, biases and the screener's, by category. Rows may be stored or made on demand.
class ClassifierData {
 public:
  virtual ~ClassifierData() = default;
  virtual ClassifierShape shape() const = 0;
  /// One row, packed, int4_bytes(length).
  virtual void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const = 0;
  virtual std::int32_t screener_bias(std::uint64_t category) const = 0;
  virtual void weights(std::uint64_t category, Span<float> row) const = 0;
  virtual float bias(std::uint64_t category) const = 0;
};

/// What a machine knows of a classifier beside its rows.
struct ClassifierConstants {
  std::uint32_t dimension = 0;
  std::uint32_t length = 0;
  std::int32_t threshold = 0;  ///< a sum above it makes a candidate
  float worth = 1;             ///< of a step of a screener sum
  bool returns_all = false;
  Normalizer normalizer = Normalizer::softmax;
};

/// A batch to classify.
struct ClassifierBatch {
  const ClassifierData* data = nullptr;
  ClassifierConstants constants;
  std::uint32_t contexts = 1;
  std::vector<float> features;          ///< [contexts, d]
  std::vector<std::uint8_t> projected;  ///< [contexts, int4_bytes(k)]
  std::uint64_t projection_operations = 0;
  std::vector<FrontEndLayer> front_end;  ///< what the host has to work out first
};

/// A category and its output before the softmax.
struct Scored {
  std::uint64_t category = 0;
  float value = 0;

  friend bool operator==(const Scored& a, const Scored& b) {
    return a.category == b.category && a.value == b.value;
  }
};

/// What classifying one context gives.
struct Classification {
  std::vector<Scored> accurate;     ///< candidates, by category
  std::vector<Scored> approximate;  ///< all others, by category, where asked for
  /// Of the softmax over all categories: candidates with their accurate outputs, all others with the
  /// screener's. All zero where sigmoids make the probabilities.
  sparse::screening::SoftmaxPart normalizer;
  std::vector<float> probabilities;  ///< of `accurate`
};

}  // namespace lacuna::workload

// SPDX-License-Identifier: Apache-2.0
//
// Approximate screening of one classifier beside full classification and SVD-softmax: what it gets
// right, what it reads and computes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "sparse/screening/cost.h"
#include "sparse/screening/learner.h"
#include "sparse/screening/quality.h"
#include "workload/classifier.h"
#include "workload/synthetic_classifier.h"

namespace lacuna::workload {

/// How a study is made.
struct ScreeningStudyParams {
  unsigned bits = 4;
  std::uint64_t rows = 1000000;
  unsigned contexts = 16;
  std::uint64_t training = 0;
  unsigned top = 5;
  bool svd = true;
  unsigned svd_width = 0;
  std::uint64_t svd_rows = 0;
  sparse::screening::ProcessorParams processor;

  template <class Description>
  static void describe(Description& d) {
    d("bits", &ScreeningStudyParams::bits, "of screener weights").range(2U, 4U);
    d("rows", &ScreeningStudyParams::rows,
      "categories that quality is measured on, the first ones, with as large a share of "
      "candidates; "
      "costs are of all")
        .range(1U, std::uint64_t{1} << 31);
    d("contexts", &ScreeningStudyParams::contexts, "contexts that quality is measured with")
        .range(1U, 4096U);
    d("training", &ScreeningStudyParams::training,
      "contexts that the screener learns from; 0: eight for each value of a projected context")
        .range(0U, 1000000U);
    d("top", &ScreeningStudyParams::top, "best categories that are compared").range(1U, 1000U);
    d("svd", &ScreeningStudyParams::svd, "whether SVD-softmax is part of it");
    d("svd_width", &ScreeningStudyParams::svd_width,
      "preview width of SVD-softmax; 0: an eighth of the dimension")
        .range(0U, 65535U);
    d("svd_rows", &ScreeningStudyParams::svd_rows,
      "rows that SVD-softmax completes; 0: as many as there are candidates");
    d("processor", &ScreeningStudyParams::processor, "whose roofline gives the speedups");
  }
};

/// One way of classifying.
struct StudyRow {
  std::string name;
  sparse::screening::Quality quality;
  sparse::screening::Cost cost;  ///< of one batch of the whole classifier
  sparse::screening::RooflineTime time;
};

struct ScreeningStudy {
  std::string name;
  ClassifierParams classifier;
  std::size_t rows = 0;  ///< categories that quality was measured on
  std::size_t training = 0;
  std::size_t svd_width = 0;
  std::int32_t threshold = 0;  ///< in steps of sums
  double worth = 0;            ///< of one step
  std::vector<StudyRow> ways;  ///< full classification first
};

/// Contexts start + 0 .. start + count, [count, dimension].
std::vector<float> make_contexts(const SyntheticClassifier& classifier, std::uint64_t start,
                                 std::size_t count);

/// Numbers of contexts: those to classify start at 0.
inline constexpr std::uint64_t training_contexts = std::uint64_t{1} << 32;
inline constexpr std::uint64_t validation_contexts = std::uint64_t{2} << 32;

/// How a learner or a rival sees a synthetic classifier; both must stay where they are.
sparse::screening::LinearClassifier linear_classifier(const SyntheticClassifier& classifier,
                                                      Span<const float> biases);

/// The screener of a synthetic classifier: learned from `training` contexts (0: eight for each value
/// of a projected context), or as declared (bits are 4 then). All of its weights are in memory.
sparse::screening::Screener make_screener(const ClassifierParams& params,
                                          const SyntheticClassifier& classifier, unsigned bits = 4,
                                          std::uint64_t training = 0, unsigned threads = 1);

/// @param stage  is told what begins, for progress on a terminal
/// @throws Error (bad_input) on a parameter that does not fit the classifier
ScreeningStudy study_screening(const Classifier& classifier, const ScreeningStudyParams& params,
                               const std::function<void(const std::string&)>& stage = {});

}  // namespace lacuna::workload

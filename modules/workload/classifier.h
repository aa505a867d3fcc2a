// SPDX-License-Identifier: Apache-2.0
//
// Files of extreme classifiers: one linear layer with very many categories, and what is to find its
// few good ones.
//
//     name: xmlcnn_670k
//     classifier: {categories: 670091, dimension: 512, candidates: 13402, front_end: xmlcnn}
//
// All keys: ClassifierParams. Files may `include` others as platform files do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/parameters.h"
#include "workload/front_end.h"
#include "workload/normalizer.h"
#include "workload/workload.h"

namespace lacuna::workload {

/// Where the INT4 screener comes from.
enum class ScreenerSource {
  learned,   ///< least squares over context vectors, from the classifier's weights
  declared,  ///< drawn by counter, and the classifier's rows from it
};

/// The `classifier:` of a workload file.
struct ClassifierParams {
  std::uint64_t categories = 0;
  std::uint32_t dimension = 0;
  double projection = 0.25;
  std::uint64_t candidates = 0;
  std::uint32_t batch = 1;
  std::uint64_t seed = 1;
  ScreenerSource screener = ScreenerSource::learned;
  Normalizer normalizer = Normalizer::softmax;
  FrontEnd front_end = FrontEnd::none;
  bool end_to_end = false;
  std::uint32_t batches = 1;
  double rank = 0.25;
  double noise = 0.3;

  /// Length of a projected context: k = round(projection * dimension), at least 1.
  std::size_t projected_length() const;
  /// Values of the low-dimensional part of a learned classifier's weights and contexts.
  std::size_t low_rank() const;

  template <class Description>
  static void describe(Description& d) {
    d("categories", &ClassifierParams::categories, "rows of the classifier")
        .range(1U, std::uint64_t{1} << 31)
        .required();
    d("dimension", &ClassifierParams::dimension, "length of a context vector")
        .range(1U, 65535U)
        .required();
    d("projection", &ClassifierParams::projection,
      "length of the projected context as a share of the dimension [Liu, Fig. 6.11]")
        .range(0.0001, 1.0);
    d("candidates", &ClassifierParams::candidates,
      "categories that get an accurate result, for each context")
        .range(1U, std::uint64_t{1} << 31)
        .required();
    d("batch", &ClassifierParams::batch, "contexts classified at once").range(1U, 4096U);
    d("seed", &ClassifierParams::seed, "of weights, contexts and projection");
    d("screener", &ClassifierParams::screener,
      "learned: by least squares from the weights; declared: drawn by counter, and the weights "
      "made "
      "from it on demand");
    d("normalizer", &ClassifierParams::normalizer, "what makes probabilities of the outputs");
    d("front_end", &ClassifierParams::front_end,
      "the network in front of it; takes the host's time where `end_to_end` says so");
    d("end_to_end", &ClassifierParams::end_to_end,
      "whether the host works contexts out before they are classified, those of the next batch "
      "meanwhile");
    d("batches", &ClassifierParams::batches, "batches one after another, of contexts of their own")
        .range(1U, 1024U);
    d("rank", &ClassifierParams::rank,
      "dimensions that weights and contexts mostly lie in, as a share of all; of learned ones only")
        .range(0.0001, 1.0);
    d("noise", &ClassifierParams::noise,
      "length of a row's part outside of what a screener can learn, the rest being 1")
        .range(0.0, 10.0);
  }
  void validate(Validation& check) const;
};

/// A classifier that a file describes.
struct Classifier {
  std::string name;
  ClassifierParams params;
  Place place;  ///< of the key that says it is one
};

/// Whether a document describes a classifier instead of layers.
bool is_classifier(const Node& document);

/// @throws Error (bad_input) with everything that is wrong
Classifier load_classifier(const std::string& file, const std::vector<Setting>& settings = {});
Classifier read_classifier(const Node& document, const std::string& default_name);

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::ScreenerSource> {
  static std::vector<lacuna::EnumName<lacuna::workload::ScreenerSource>> table() {
    using lacuna::workload::ScreenerSource;
    return {{"learned", ScreenerSource::learned}, {"declared", ScreenerSource::declared}};
  }
};

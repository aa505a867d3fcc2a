// SPDX-License-Identifier: Apache-2.0
#include "workload/screening_study.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/screening/candidates.h"
#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/svd_softmax.h"
#include "workload/declared_classifier.h"

namespace lacuna::workload {

using namespace sparse::screening;
namespace screening = sparse::screening;

namespace {

constexpr std::size_t block_rows = 2048;

std::uint64_t training_count(const ClassifierParams& params, std::uint64_t asked) {
  return asked != 0 ? asked : 8 * params.projected_length();
}

/// Packed INT4 contexts, [count, int4_bytes(k)].
std::vector<std::uint8_t> pack_contexts(const Screener& screener, Span<const float> contexts) {
  const std::size_t d = screener.projection.columns();
  const std::size_t bytes = int4_bytes(screener.projection.rows());
  std::vector<std::uint8_t> packed(contexts.size() / d * bytes);
  for (std::size_t i = 0; i * d < contexts.size(); ++i) {
    screen_context(screener.projection, screener.context, contexts.subspan(i * d, d),
                   Span<std::uint8_t>(packed).subspan(i * bytes, bytes));
  }
  return packed;
}

std::vector<std::int32_t> sums_of(const Screener& screener, Span<const float> contexts) {
  const std::size_t batch = contexts.size() / screener.projection.columns();
  std::vector<std::int32_t> sums(batch * screener.bias.size());
  screen_batch(screener.rows(), pack_contexts(screener, contexts), batch, sums);
  return sums;
}

/// The outputs of all contexts, one way or another: [contexts, categories].
struct Outputs {
  std::vector<float> full;
  std::vector<float> preview;  ///< of SVD-softmax, or nothing
};

/// Measures the quality of every way on the same contexts.
class Measurement {
 public:
  Measurement(const SyntheticClassifier& classifier, std::size_t contexts, unsigned top)
      : classifier_(classifier),
        biases_(classifier.all_biases()),
        count_(contexts),
        contexts_(make_contexts(classifier, 0, contexts)),
        top_(top) {}

  LinearClassifier linear() const { return linear_classifier(classifier_, biases_); }

  /// One pass over the classifier's rows, which may be made on the way.
  void classify(const SvdBasis* basis) {
    const std::size_t l = classifier_.categories();
    const std::size_t d = classifier_.dimension();
    const std::size_t width = basis == nullptr ? 0 : basis->width;
    outputs_.full.resize(count_ * l);
    outputs_.preview.resize(basis == nullptr ? 0 : count_ * l);
    std::vector<float> previews(count_ * width);
    for (std::size_t c = 0; c < count_ && basis != nullptr; ++c) {
      preview_context(*basis, context(c), Span<float>(previews).subspan(c * width, width));
    }
    std::vector<float> rows(std::min(block_rows, l) * d);
    std::vector<float> preview_rows(std::min(block_rows, l) * width);
    for (std::size_t first = 0; first < l; first += block_rows) {
      const std::size_t n = std::min(block_rows, l - first);
      const Span<float> block = Span<float>(rows).first(n * d);
      classifier_.weights(first, n, block);
      for (std::size_t c = 0; c < count_; ++c) {
        for (std::size_t i = 0; i < n; ++i) {
          outputs_.full[c * l + first + i] =
              accurate_result(block.subspan(i * d, d), context(c), biases_[first + i]);
        }
      }
      if (basis == nullptr) {
        continue;
      }
      preview_weights(*basis, block, Span<float>(preview_rows).first(n * width));
      for (std::size_t c = 0; c < count_; ++c) {
        preview_outputs(Span<const float>(preview_rows).first(n * width),
                        Span<const float>(previews).subspan(c * width, width),
                        Span<const float>(biases_).subspan(first, n),
                        Span<float>(outputs_.preview).subspan(c * l + first, n));
      }
    }
  }

  /// @param candidates  of one context, from its sums
  template <class Choose>
  screening::Quality of_screening(const Screener& screener, const Choose& candidates) const {
    const std::size_t l = classifier_.categories();
    const std::vector<std::int32_t> sums = sums_of(screener, contexts_);
    QualityMeter meter(top_);
    for (std::size_t c = 0; c < count_; ++c) {
      const Span<const std::int32_t> here = Span<const std::int32_t>(sums).subspan(c * l, l);
      const auto chosen = candidates(here);
      meter.add(
          full(c),
          mixed_output(here, static_cast<float>(screener.worth()), chosen, results(c, chosen)),
          chosen);
    }
    return meter.quality();
  }

  screening::Quality of_svd(std::size_t full_rows) const {
    const std::size_t l = classifier_.categories();
    QualityMeter meter(top_);
    for (std::size_t c = 0; c < count_; ++c) {
      const auto begin = outputs_.preview.begin() + static_cast<std::ptrdiff_t>(c * l);
      std::vector<float> output(begin, begin + static_cast<std::ptrdiff_t>(l));
      const auto chosen = top_outputs(output, full_rows);
      for (const std::uint32_t category : chosen) {
        output[category] = full(c)[category];
      }
      meter.add(full(c), output, chosen);
    }
    return meter.quality();
  }

  screening::Quality of_full() const {
    screening::Quality quality;
    quality.contexts = count_;
    quality.top1_agreement = quality.topk_agreement = quality.recall = 1;
    quality.candidates = double(classifier_.categories());
    return quality;
  }

 private:
  Span<const float> context(std::size_t c) const {
    const std::size_t d = classifier_.dimension();
    return Span<const float>(contexts_).subspan(c * d, d);
  }
  Span<const float> full(std::size_t c) const {
    const std::size_t l = classifier_.categories();
    return Span<const float>(outputs_.full).subspan(c * l, l);
  }
  /// Accurate results are those of full classification: the same operations in the same order.
  std::vector<float> results(std::size_t c, const std::vector<std::uint32_t>& candidates) const {
    std::vector<float> values;
    values.reserve(candidates.size());
    for (const std::uint32_t category : candidates) {
      values.push_back(full(c)[category]);
    }
    return values;
  }

  const SyntheticClassifier& classifier_;
  std::vector<float> biases_;
  std::size_t count_;
  std::vector<float> contexts_;
  unsigned top_;
  Outputs outputs_;
};

Screener declared_screener(const DeclaredClassifier& classifier) {
  Screener screener{
      classifier.projection(), classifier.context_format(), classifier.weight_step(), {}, {}};
  const std::size_t l = classifier.categories();
  screener.weights.resize(l * int4_bytes(screener.projection.rows()));
  screener.bias.resize(l);
  classifier.screener_weights(0, l, screener.weights);
  classifier.screener_biases(0, l, screener.bias);
  return screener;
}

}  // namespace

std::vector<float> make_contexts(const SyntheticClassifier& classifier, std::uint64_t start,
                                 std::size_t count) {
  const std::size_t d = classifier.dimension();
  std::vector<float> contexts(count * d);
  for (std::size_t i = 0; i < count; ++i) {
    classifier.context(start + i, Span<float>(contexts).subspan(i * d, d));
  }
  return contexts;
}

LinearClassifier linear_classifier(const SyntheticClassifier& classifier,
                                   Span<const float> biases) {
  return {classifier.categories(), classifier.dimension(),
          [&classifier](std::size_t first, std::size_t count, Span<float> weights) {
            classifier.weights(first, count, weights);
          },
          biases};
}

Screener make_screener(const ClassifierParams& params, const SyntheticClassifier& classifier,
                       unsigned bits, std::uint64_t training, unsigned threads) {
  if (const auto* declared = dynamic_cast<const DeclaredClassifier*>(&classifier)) {
    if (bits != 4) {
      throw input_error({}, "bits", "a declared screener has 4");
    }
    return declared_screener(*declared);
  }
  const TernaryProjection projection(params.seed, params.projected_length(), params.dimension);
  const std::vector<float> contexts =
      make_contexts(classifier, training_contexts, training_count(params, training));
  const ContextFormat format = choose_context_format(projection, contexts);
  const std::vector<float> biases = classifier.all_biases();
  const RealScreener real = learn_screener(linear_classifier(classifier, biases), projection,
                                           format.fraction_bits, contexts, threads);
  return quantize_screener(real, projection, format, bits);
}

ScreeningStudy study_screening(const Classifier& classifier, const ScreeningStudyParams& params,
                               const std::function<void(const std::string&)>& stage) {
  const auto begin = [&](const char* what) {
    if (stage) {
      stage(what);
    }
  };
  const ClassifierParams& whole = classifier.params;
  ClassifierParams part = whole;
  part.categories = std::min<std::uint64_t>(whole.categories, params.rows);
  const double share = double(part.categories) / double(whole.categories);
  const auto in_part = [&](double count) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(share * count + 0.5)));
  };
  ScreeningStudy study{classifier.name, whole, part.categories, 0, 0, 0, 0, {}};
  if (whole.screener == ScreenerSource::learned) {
    study.training = training_count(whole, params.training);
  }
  study.svd_width = params.svd_width != 0 ? params.svd_width : std::max(1U, whole.dimension / 8);
  const double svd_rows = double(params.svd_rows != 0 ? params.svd_rows : whole.candidates);

  if (params.svd && study.svd_width > whole.dimension) {
    throw input_error(
        {}, "svd_width",
        fmt::format("{} is out of range, expected 1 .. {}", study.svd_width, whole.dimension));
  }

  begin("making the classifier");
  const auto synthetic = make_classifier(part);
  begin("learning the screener");
  const Screener screener = make_screener(part, *synthetic, params.bits, params.training);
  Measurement measurement(*synthetic, params.contexts, params.top);
  if (params.svd) {
    begin("decomposing the classifier");
    const SvdBasis basis = make_svd_basis(measurement.linear(), study.svd_width);
    begin("classifying");
    measurement.classify(&basis);
  } else {
    begin("classifying");
    measurement.classify(nullptr);
  }
  const std::size_t m = in_part(double(whole.candidates));
  study.worth = screener.worth();
  study.threshold = tune_threshold(
      sums_of(screener, make_contexts(*synthetic, validation_contexts, params.contexts)),
      m * params.contexts);

  ScreeningSizes shape{whole.categories,         whole.dimension, whole.projected_length(),
                       double(whole.candidates), whole.batch,     params.bits};
  const auto add = [&](const std::string& name, const screening::Quality& quality,
                       const Cost& cost) {
    study.ways.push_back({name, quality, cost, roofline_time(cost, params.processor)});
  };
  add("full classification", measurement.of_full(), full_cost(shape));
  add("screening, best m",
      measurement.of_screening(
          screener, [&](Span<const std::int32_t> sums) { return top_candidates(sums, m); }),
      screening_cost(shape));
  const screening::Quality filtered = measurement.of_screening(
      screener,
      [&](Span<const std::int32_t> sums) { return filter_candidates(sums, study.threshold); });
  ScreeningSizes filtered_shape = shape;
  filtered_shape.candidates = filtered.candidates / share;
  add("screening, threshold", filtered, screening_cost(filtered_shape));
  if (params.svd) {
    add("SVD-softmax", measurement.of_svd(in_part(svd_rows)),
        svd_cost(shape, study.svd_width, svd_rows));
  }
  return study;
}

}  // namespace lacuna::workload

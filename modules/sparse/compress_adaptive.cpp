// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress_adaptive.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/tensor.h"
#include "sparse/output_directory.h"
#include "sparse/weight_file.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

constexpr unsigned format_bits = 8;

std::uint64_t count(const std::vector<AdaptiveFormat>& formats, NumericType type) {
  return static_cast<std::uint64_t>(
      std::count_if(formats.begin(), formats.end(),
                    [type](const AdaptiveFormat& format) { return format.type == type; }));
}

}  // namespace

std::string AdaptiveSummary::to_json() const {
  const std::uint64_t bits = weights * options.bits + channels * format_bits;
  nlohmann::ordered_json json;
  json["bits"] = options.bits;
  json["weights"] = weights;
  json["channels"] = channels;
  json["integer_channels"] = integer_channels;
  json["flint_channels"] = flint_channels;
  json["power_of_two_channels"] = power_of_two_channels;
  json["effective_bits_per_weight"] =
      weights == 0 ? 0.0 : static_cast<double>(bits) / static_cast<double>(weights);
  json["compression_ratio"] =
      bits == 0 ? 0.0 : 8.0 * static_cast<double>(weights) / static_cast<double>(bits);
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  return json.dump(2) + "\n";
}

AdaptiveSummary compress_adaptive_file(const std::string& input, const std::string& directory,
                                       const AdaptiveCompressOptions& options) {
  const Tensor original = load_weight_file(input);
  const std::vector<std::int8_t> before = channels_last(original);
  const WeightDimensions dimensions = weight_dimensions(original.shape());
  const AdaptiveTensor encoded = encode_adaptive(before, dimensions.reduction(), options);

  AdaptiveSummary summary;
  summary.options = options;
  summary.weights = before.size();
  summary.channels = dimensions.channels;
  summary.integer_channels = count(encoded.formats, NumericType::integer);
  summary.flint_channels = count(encoded.formats, NumericType::flint);
  summary.power_of_two_channels = count(encoded.formats, NumericType::power_of_two);
  summary.squared_error = encoded.squared_error;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int error = std::abs(int{before[i]} - int{encoded.decoded[i]});
    summary.max_absolute_error = std::max(summary.max_absolute_error, static_cast<unsigned>(error));
  }
  std::vector<std::uint8_t> formats;
  std::transform(encoded.formats.begin(), encoded.formats.end(), std::back_inserter(formats),
                 format_byte);

  OutputDirectory out(directory);
  save_npy(out.stage("weights.npy"), in_original_shape(encoded.decoded, original.shape()));
  save_npy(out.stage("codes.npy"),
           as_tensor(encoded.codes, {dimensions.channels, dimensions.reduction()}));
  save_npy(out.stage("formats.npy"), as_tensor(formats, {formats.size()}));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

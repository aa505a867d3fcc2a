// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress_bit_flip.h"

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

constexpr std::size_t stored_group = 8;

}  // namespace

std::string BitFlipSummary::to_json() const {
  const double bits = 8.0 * static_cast<double>(columns + groups);
  nlohmann::ordered_json json;
  json["columns"] = options.columns;
  json["group"] = options.group;
  json["weights"] = weights;
  json["stored_groups"] = groups;
  json["stored_columns"] = columns;
  json["effective_bits_per_weight"] = weights == 0 ? 0.0 : bits / static_cast<double>(weights);
  json["compression_ratio"] = bits == 0.0 ? 0.0 : 8.0 * static_cast<double>(weights) / bits;
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  return json.dump(2) + "\n";
}

BitFlipSummary compress_bit_flip(const std::string& input, const std::string& directory,
                                 const BitFlipCompressOptions& options) {
  const Tensor original = load_weight_file(input);
  const std::vector<std::int8_t> before = channels_last(original);
  const WeightDimensions dimensions = weight_dimensions(original.shape());
  const std::size_t reduction = dimensions.reduction();
  std::vector<std::int8_t> weights = before;
  flip_bits(weights, reduction, {options.columns, options.group});

  BitFlipSummary summary;
  summary.options = options;
  summary.weights = weights.size();
  std::vector<std::uint8_t> indices;
  std::vector<std::uint8_t> columns;
  for (std::size_t channel = 0; channel < weights.size(); channel += reduction) {
    for (std::size_t first = 0; first < reduction; first += stored_group) {
      const Span<const std::int8_t> group = Span<const std::int8_t>(weights).subspan(
          channel + first, std::min(stored_group, reduction - first));
      indices.push_back(used_columns(group));
      append_columns(group, indices.back(), columns);
    }
  }
  summary.groups = indices.size();
  summary.columns = columns.size();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int error = std::abs(int{before[i]} - int{weights[i]});
    summary.squared_error += static_cast<std::uint64_t>(error) * static_cast<unsigned>(error);
    summary.max_absolute_error = std::max(summary.max_absolute_error, static_cast<unsigned>(error));
  }

  OutputDirectory out(directory);
  save_npy(out.stage("weights.npy"), in_original_shape(weights, original.shape()));
  save_npy(out.stage("index.npy"),
           as_tensor(indices, {dimensions.channels, indices.size() / dimensions.channels}));
  save_npy(out.stage("columns.npy"), as_tensor(columns, {columns.size()}));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

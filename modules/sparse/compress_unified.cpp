// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress_unified.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/tensor.h"
#include "sparse/output_directory.h"
#include "sparse/unified_stream.h"
#include "sparse/weight_file.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

/// [vectors, width] of bytes that `fill` takes from each vector.
template <class Fill>
Tensor byte_tensor(const UnifiedTensor& tensor, std::size_t width, Fill fill) {
  Tensor bytes(DataType::uint8, {tensor.vectors.size(), width});
  std::uint8_t* at = bytes.bytes().data();
  for (const UnifiedVector& vector : tensor.vectors) {
    at = fill(vector, at);
  }
  return bytes;
}

Tensor place_tensor(const UnifiedTensor& tensor) {
  Tensor places(DataType::int32, {tensor.places.size(), 3});
  std::int32_t* at = places.elements<std::int32_t>().data();
  for (const VectorPlace& place : tensor.places) {
    *at++ = static_cast<std::int32_t>(place.group);
    *at++ = static_cast<std::int32_t>(place.segment);
    *at++ = static_cast<std::int32_t>(place.row);
  }
  return places;
}

void count_errors(Span<const std::int8_t> before, Span<const std::int8_t> after,
                  UnifiedSummary& summary) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int error = std::abs(int{before[i]} - int{after[i]});
    summary.squared_error += static_cast<std::uint64_t>(error) * static_cast<unsigned>(error);
    summary.max_absolute_error = std::max(summary.max_absolute_error, static_cast<unsigned>(error));
    summary.zeros += after[i] == 0 ? 1 : 0;
  }
}

void stage_streams(const UnifiedTensor& tensor, OutputDirectory& out) {
  const std::size_t columns = tensor.format.columns;
  save_npy(out.stage("vector_index.npy"), place_tensor(tensor));
  save_npy(out.stage("value_index.npy"),
           byte_tensor(tensor, UnifiedFormat::lanes, [](const UnifiedVector& v, std::uint8_t* at) {
             return std::copy(v.index.begin(), v.index.end(), at);
           }));
  save_npy(out.stage("sign.npy"),
           byte_tensor(tensor, 1, [](const UnifiedVector& v, std::uint8_t* at) {
             *at = v.sign;
             return at + 1;
           }));
  save_npy(out.stage("bit_index.npy"),
           byte_tensor(tensor, columns, [&](const UnifiedVector& v, std::uint8_t* at) {
             return std::copy_n(v.significance.begin(), columns, at);
           }));
  save_npy(out.stage("data.npy"),
           byte_tensor(tensor, columns, [&](const UnifiedVector& v, std::uint8_t* at) {
             return std::copy_n(v.column.begin(), columns, at);
           }));
}

}  // namespace

std::string UnifiedSummary::to_json() const {
  nlohmann::ordered_json json;
  json["format"] = name_of(format);
  json["rounding"] = rounding == UnifiedRounding::nearest ? "nearest" : "trunc";
  json["weights"] = sizes.weights;
  json["vectors"] = sizes.vectors;
  json["stream_bits"] = {{"data", sizes.data},
                         {"sign", sizes.sign},
                         {"value_index", sizes.value_index},
                         {"vector_index", sizes.vector_index},
                         {"bit_index", sizes.bit_index}};
  json["effective_bits_per_weight"] = sizes.effective_bits_per_weight();
  json["compression_ratio"] = sizes.compression_ratio();
  json["stream_bytes"] = stream_bytes;
  json["zero_weights"] = zeros;
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  return json.dump(2) + "\n";
}

UnifiedSummary compress_unified_file(const std::string& input, const std::string& directory,
                                     const UnifiedFormat& format, UnifiedRounding rounding) {
  const Tensor original = load_weight_file(input);
  const std::vector<std::int8_t> weights = channels_last(original);
  const UnifiedTensor tensor =
      compress_unified(weights, weight_dimensions(original.shape()).channels, format, rounding);
  const std::vector<std::int8_t> decoded = decode_unified(tensor);
  const std::vector<std::uint8_t> stream = encode_unified_stream(tensor, original.shape());
  UnifiedSummary summary;
  summary.format = format;
  summary.rounding = rounding;
  summary.sizes = tensor.sizes();
  summary.stream_bytes = stream.size();
  count_errors(weights, decoded, summary);

  OutputDirectory out(directory);
  save_npy(out.stage("weights.npy"), in_original_shape(decoded, original.shape()));
  stage_streams(tensor, out);
  write_file(out.stage("stream.bin"),
             std::string_view(reinterpret_cast<const char*>(stream.data()), stream.size()));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

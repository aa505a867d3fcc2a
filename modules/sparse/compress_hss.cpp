// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress_hss.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "sparse/hss_stream.h"
#include "sparse/output_directory.h"
#include "sparse/weight_file.h"

namespace lacuna::sparse {
namespace {

/// [rows, width] of what `part` gives for each row.
template <class Part>
Tensor row_tensor(const HssTensor& tensor, DataType type, Part part) {
  Tensor rows(type, {tensor.rows.size(), part(tensor.rows.front()).size()});
  std::uint8_t* at = rows.bytes().data();
  for (const HssRow& row : tensor.rows) {
    at = std::copy(part(row).begin(), part(row).end(), at);
  }
  return rows;
}

HssSummary summarize(const Tensor& before, const Tensor& after, const HssTensor& tensor) {
  HssSummary summary;
  summary.format = tensor.format;
  summary.weights = before.size();
  for (const HssRow& row : tensor.rows) {
    summary.value_bits += row.values.size() * 8;
    summary.index_bits += row.block_index.size() / tensor.format.blocks.kept *
                          std::uint64_t{tensor.format.window_index_bits()};
  }
  const Span<const std::int8_t> from = before.elements<std::int8_t>();
  const Span<const std::int8_t> to = after.elements<std::int8_t>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto error = static_cast<unsigned>(std::abs(int{from[i]} - int{to[i]}));
    summary.squared_error += std::uint64_t{error} * error;
    summary.max_absolute_error = std::max(summary.max_absolute_error, error);
    summary.zeros += to[i] == 0 ? 1 : 0;
  }
  return summary;
}

}  // namespace

std::string HssSummary::to_json() const {
  const auto bits = static_cast<double>(value_bits + index_bits);
  nlohmann::ordered_json json;
  json["blocks"] = to_text(format.blocks);
  json["values"] = to_text(format.values);
  json["weights"] = weights;
  json["stream_bits"] = {{"values", value_bits}, {"indices", index_bits}};
  json["effective_bits_per_weight"] = bits / static_cast<double>(weights);
  json["compression_ratio"] = 8.0 * static_cast<double>(weights) / bits;
  json["stream_bytes"] = stream_bytes;
  json["zero_weights"] = zeros;
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  return json.dump(2) + "\n";
}

HssSummary compress_hss_file(const std::string& input, const std::string& directory,
                             const HssFormat& format) {
  const Tensor original = load_weight_file(input);
  const HssTensor tensor = compress_hss_tensor(original, format);
  const Tensor decoded = decode_hss_tensor(tensor);
  const std::vector<std::uint8_t> stream = encode_hss_stream(tensor);
  HssSummary summary = summarize(original, decoded, tensor);
  summary.stream_bytes = stream.size();

  OutputDirectory out(directory);
  save_npy(out.stage("weights.npy"), decoded);
  save_npy(
      out.stage("values.npy"),
      row_tensor(
          tensor, DataType::int8, [](const HssRow& row) -> const auto& { return row.values; }));
  save_npy(out.stage("block_index.npy"),
           row_tensor(
               tensor, DataType::uint8,
               [](const HssRow& row) -> const auto& { return row.block_index; }));
  save_npy(out.stage("value_index.npy"),
           row_tensor(
               tensor, DataType::uint8,
               [](const HssRow& row) -> const auto& { return row.value_index; }));
  write_file(out.stage("stream.bin"),
             std::string_view(reinterpret_cast<const char*>(stream.data()), stream.size()));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

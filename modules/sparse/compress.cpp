// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/tensor.h"
#include "sparse/bbs_stream.h"
#include "sparse/output_directory.h"
#include "sparse/weight_file.h"

namespace lacuna::sparse {
namespace {

TensorCompression compression(const BbsCompressOptions& options) {
  TensorCompression how;
  how.pruning = {options.method, options.columns, options.constant_bits};
  how.group = options.group;
  how.narrow = options.narrow_inputs;
  return how;
}

BbsSummary summarize(const BbsCompressOptions& options, const CompressedTensor& compressed,
                     std::size_t stream_bytes) {
  BbsSummary summary;
  summary.options = options;
  summary.sizes = compressed.sizes;
  summary.group_length = compressed.cut.group;
  summary.stream_bytes = stream_bytes;
  summary.squared_error = compressed.squared_error;
  summary.max_absolute_error = compressed.max_error;
  summary.overfull_groups = compressed.overfull_groups;
  return summary;
}

std::string_view as_text(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string BbsSummary::to_json() const {
  nlohmann::ordered_json json;
  json["method"] = options.method == BbsMethod::rounded_averaging ? "ra" : "zps";
  json["columns"] = options.columns;
  json["group"] = options.group;
  json["group_length"] = group_length;
  json["constant_bits"] = options.constant_bits;
  json["weights"] = sizes.weights;
  json["groups"] = sizes.groups;
  json["stored_column_bits"] = sizes.stored_column_bits;
  json["metadata_bits"] = sizes.metadata_bits;
  json["effective_bits_per_weight"] = sizes.effective_bits_per_weight();
  json["compression_ratio"] = sizes.compression_ratio();
  json["stream_bytes"] = stream_bytes;
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  json["groups_with_more_than_3_redundant_columns"] = overfull_groups;
  return json.dump(2) + "\n";
}

BbsSummary compress_bbs(const std::string& input, const std::string& directory,
                        const BbsCompressOptions& options) {
  const TensorCompression how = compression(options);
  check(how.pruning);
  const CompressedTensor compressed = compress_tensor(load_weight_file(input), how);
  const std::vector<std::uint8_t> stream = encode_stream(compressed);
  const BbsSummary summary = summarize(options, compressed, stream.size());

  OutputDirectory out(directory);
  save_npy(out.stage("weights.npy"), reconstructed(compressed));
  save_npy(out.stage("metadata.npy"), metadata_tensor(compressed.metadata));
  write_file(out.stage("stream.bin"), as_text(stream));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

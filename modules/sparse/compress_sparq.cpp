// SPDX-License-Identifier: Apache-2.0
#include "sparse/compress_sparq.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/tensor.h"
#include "sparse/output_directory.h"
#include "sparse/weight_file.h"

namespace lacuna::sparse {
namespace {

/// Channels of a pixel side by side: [N, C, H, W] as [N, H, W, C], or back; matrices as they are.
enum class Turn { to_rows, from_rows };
std::vector<std::uint8_t> turn(Span<const std::uint8_t> values, const Shape& shape, Turn way) {
  std::vector<std::uint8_t> result(values.begin(), values.end());
  if (shape.size() != 4) {
    return result;
  }
  const std::size_t channels = shape[1];
  const std::size_t pixels = shape[2] * shape[3];
  for (std::size_t image = 0; image < shape[0]; ++image) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const std::size_t planes = (image * channels + channel) * pixels + pixel;
        const std::size_t rows = (image * pixels + pixel) * channels + channel;
        if (way == Turn::to_rows) {
          result[rows] = values[planes];
        } else {
          result[planes] = values[rows];
        }
      }
    }
  }
  return result;
}

void count_errors(Span<const std::uint8_t> before, Span<const std::uint8_t> after,
                  SparqSummary& summary) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int error = std::abs(int{before[i]} - int{after[i]});
    summary.squared_error += static_cast<std::uint64_t>(error) * static_cast<unsigned>(error);
    summary.max_absolute_error = std::max(summary.max_absolute_error, static_cast<unsigned>(error));
    summary.zeros += before[i] == 0 ? 1 : 0;
    summary.exact += error == 0 ? 1 : 0;
  }
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string SparqSummary::to_json() const {
  nlohmann::ordered_json json;
  json["format"] = name_of(format);
  json["activations"] = sizes.activations;
  json["stream_bits"] = {{"data", sizes.data}, {"metadata", sizes.metadata}};
  json["bits_per_activation"] = sizes.bits_per_activation();
  json["zero_activations"] = zeros;
  json["exact_activations"] = exact;
  json["sum_of_squared_errors"] = squared_error;
  json["max_absolute_error"] = max_absolute_error;
  return json.dump(2) + "\n";
}

SparqSummary compress_sparq_file(const std::string& input, const std::string& directory,
                                 const SparqFormat& format) {
  const Tensor original = load_activation_file(input);
  const Shape& shape = original.shape();
  const std::size_t elements = shape[1];
  const std::vector<std::uint8_t> rows = turn(original.bytes(), shape, Turn::to_rows);
  const SparqTensor tensor = encode_sparq(rows, rows.size() / elements, format);
  const std::vector<std::uint8_t> decoded = decode_sparq(tensor);
  const SparqStreams streams = pack_sparq(tensor);
  SparqSummary summary;
  summary.format = format;
  summary.sizes = tensor.sizes();
  count_errors(rows, decoded, summary);

  Tensor quantized(DataType::uint8, shape);
  const std::vector<std::uint8_t> planes = turn(decoded, shape, Turn::from_rows);
  std::copy(planes.begin(), planes.end(), quantized.bytes().begin());
  OutputDirectory out(directory);
  save_npy(out.stage("activations.npy"), quantized);
  write_file(out.stage("data.bin"), text_of(streams.data));
  write_file(out.stage("metadata.bin"), text_of(streams.metadata));
  write_file(out.stage("summary.json"), summary.to_json());
  out.commit();
  return summary;
}

}  // namespace lacuna::sparse

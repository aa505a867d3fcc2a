// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_tensor.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

unsigned max_difference(Span<const std::int8_t> a, Span<const std::int16_t> b) {
  int most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(a[i] - b[i]));
  }
  return static_cast<unsigned>(most);
}

}  // namespace

double BbsSizes::effective_bits_per_weight() const {
  return static_cast<double>(bits()) / static_cast<double>(weights);
}

double BbsSizes::compression_ratio() const {
  return static_cast<double>(weight_bits) * static_cast<double>(weights) /
         static_cast<double>(bits());
}

GroupCut group_cut(const Shape& shape, const TensorCompression& how) {
  const WeightDimensions size = weight_dimensions(shape);
  if (how.group == 0 || how.group > max_group) {
    throw input_error({}, "group", fmt::format("{} is not in 1..{}", how.group, max_group));
  }
  if (size.weights() == 0) {
    throw input_error({}, fmt::format("{} holds no weights", to_text(shape)));
  }
  if (how.order == GroupOrder::machine) {
    return {size.reduction(), size.channels, how.group};
  }
  const bool shorten = how.narrow == NarrowInputs::shorten && size.inputs < how.group;
  return {size.weights(), 1, shorten ? size.inputs : how.group};
}

BbsSizes sizes_of(const GroupCut& cut, Span<const GroupMetadata> metadata) {
  BbsSizes sizes;
  sizes.weights = cut.weights();
  sizes.groups = cut.groups();
  sizes.metadata_bits = sizes.groups * metadata_bits_per_group;
  const std::size_t per_row = cut.groups_per_row();
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < per_row; ++g) {
      sizes.stored_column_bits += cut.length(g) * stored_columns(metadata[row * per_row + g]);
    }
  }
  return sizes;
}

CompressedTensor compress_tensor(const Tensor& weights, const TensorCompression& how) {
  CompressedTensor result;
  result.shape = weights.shape();
  result.how = how;
  const std::vector<std::int8_t> original = channels_last(weights);
  result.cut = group_cut(weights.shape(), how);
  result.weights.resize(original.size());
  result.metadata.resize(result.cut.groups());
  result.squared_error =
      compress_groups(how.pruning, result.cut, original, result.weights, result.metadata);
  result.sizes = sizes_of(result.cut, result.metadata);
  result.max_error = max_difference(original, result.weights);
  for (const GroupMetadata& group : result.metadata) {
    result.overfull_groups += group.redundant > static_cast<int>(max_redundant_columns) ? 1 : 0;
  }
  return result;
}

Tensor reconstructed(const CompressedTensor& compressed) {
  return channels_first(compressed.weights, compressed.shape);
}

Tensor metadata_tensor(Span<const GroupMetadata> metadata) {
  Tensor tensor(DataType::int8, {metadata.size(), 3});
  std::int8_t* to = tensor.elements<std::int8_t>().data();
  for (const GroupMetadata& group : metadata) {
    *to++ = group.redundant;
    *to++ = group.low;
    *to++ = group.constant;
  }
  return tensor;
}

}  // namespace lacuna::sparse

// SPDX-License-Identifier: Apache-2.0
#include "workload/tensor_files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace lacuna::workload {
namespace {

std::string names_of(const std::vector<DataType>& types) {
  std::string text;
  for (const DataType type : types) {
    text += (text.empty() ? "" : " or ") + std::string(name_of(type));
  }
  return text;
}

/// The data of a .npy file stands at its end, so that the offset of an element follows from the
/// file's size.
std::uint64_t offset_of(const std::string& file, const Tensor& tensor, std::size_t element) {
  return std::filesystem::file_size(file) - tensor.bytes().size() +
         element * size_of(tensor.type());
}

}  // namespace

std::string TensorFiles::resolve(const Node& node) const {
  const std::filesystem::path named(node.scalar);
  const std::filesystem::path base = node.place.line > 0
                                         ? std::filesystem::path(node.place.file).parent_path()
                                         : std::filesystem::path(directory_);
  return (named.is_absolute() ? named : base / named).string();
}

std::shared_ptr<const Tensor> TensorFiles::load(const Node& node, const std::string& path,
                                                const std::vector<DataType>& types) {
  const std::string file = resolve(node);
  try {
    auto tensor = std::make_shared<const Tensor>(load_npy(file));
    if (std::find(types.begin(), types.end(), tensor->type()) != types.end()) {
      return tensor;
    }
    diagnostics_.add(node.place, path,
                     fmt::format("{} holds {}, expected {}", in_quotes(node.scalar),
                                 name_of(tensor->type()), names_of(types)));
  } catch (const Error& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      if (diagnostic.place.byte_offset) {
        diagnostics_.add(diagnostic.place, path, diagnostic.message);
      } else {
        diagnostics_.add(node.place, path, in_quotes(node.scalar) + ": " + diagnostic.message);
      }
    }
  }
  return nullptr;
}

std::shared_ptr<const Tensor> TensorFiles::load_per_channel(const Node& node,
                                                            const std::string& path, DataType type,
                                                            std::size_t channels) {
  auto tensor = load(node, path, {type});
  if (tensor && tensor->shape() != Shape{channels}) {
    diagnostics_.add(node.place, path,
                     fmt::format("{} has shape {}, expected [{}]: one for every output channel",
                                 in_quotes(node.scalar), to_text(tensor->shape()), channels));
    return nullptr;
  }
  return tensor;
}

std::shared_ptr<const Tensor> TensorFiles::load_scales(const Node& node, const std::string& path,
                                                       std::size_t channels) {
  auto tensor = load_per_channel(node, path, DataType::float32, channels);
  if (!tensor) {
    return nullptr;
  }
  const auto scales = tensor->elements<float>();
  const auto* wrong = std::find_if_not(scales.begin(), scales.end(),
                                       [](float s) { return std::isfinite(s) && s > 0.0F; });
  if (wrong != scales.end()) {
    const std::string file = resolve(node);
    const auto channel = static_cast<std::size_t>(wrong - scales.begin());
    diagnostics_.add(
        {file, 0, 0, offset_of(file, *tensor, channel)}, path,
        fmt::format("the scale of channel {} is {}, expected a positive, finite number", channel,
                    *wrong));
    return nullptr;
  }
  return tensor;
}

}  // namespace lacuna::workload

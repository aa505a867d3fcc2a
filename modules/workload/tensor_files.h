// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/tensor.h"

namespace lacuna::workload {

/// Opens the .npy files that a workload file names. What is wrong lands in the diagnostics: with
/// the byte offset in the .npy file where it lies in the file's content, otherwise at the place
/// that names the file.
class TensorFiles {
 public:
  /// @param directory  of paths whose node does not know which file it stands in (--set)
  TensorFiles(std::string directory, Diagnostics& diagnostics)
      : directory_(std::move(directory)), diagnostics_(diagnostics) {}

  /// The tensor that `node` names, or nullptr when it cannot be read or its type is none of
  /// `types`.
  std::shared_ptr<const Tensor> load(const Node& node, const std::string& path,
                                     const std::vector<DataType>& types);
  /// The same of one dimension [channels].
  std::shared_ptr<const Tensor> load_per_channel(const Node& node, const std::string& path,
                                                 DataType type, std::size_t channels);
  /// float32 [channels], every one positive and finite.
  std::shared_ptr<const Tensor> load_scales(const Node& node, const std::string& path,
                                            std::size_t channels);

 private:
  std::string resolve(const Node& node) const;

  std::string directory_;
  Diagnostics& diagnostics_;
};

}  // namespace lacuna::workload

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "workload/layer.h"

namespace lacuna::workload {

/// Strings layers together while keeping track of the image between them.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(const Params& knobs) : knobs_(knobs) {}

  struct Image {
    std::uint32_t channels = 3;
    std::uint32_t size = 224;  ///< height and width
    bool after_relu = false;   ///< uint8 rather than int8
  };

  struct Window {
    std::uint32_t kernel = 1;
    std::uint32_t stride = 1;
    std::uint32_t padding = 0;
    std::uint32_t groups = 1;
    /// 0: the kernel is square; otherwise its width, with so much padding that the image keeps its own
    std::uint32_t kernel_width = 0;
  };

  /// Adds a convolution with bias and returns the image that it makes.
  Image convolution(const std::string& name, const Image& input, std::uint32_t out_channels,
                    const Window& window, bool relu);
  /// The image after pooling; pooling itself is not a layer.
  static Image pool(const Image& input, const Window& window);

  struct Matrix {
    std::uint32_t tokens = 1;  ///< of one sequence
    std::uint32_t in = 1;
    std::uint32_t out = 1;
    bool after_relu = false;
  };

  /// Adds a matrix product with bias.
  void gemm(const std::string& name, const Matrix& matrix, bool relu);

  /// Adds `<prefix>scores` (Q K^T) and `<prefix>contexts` (P V) unless the knobs exclude them.
  /// Sequences of a batch are further heads: they share nothing either.
  void attention(const std::string& prefix, std::uint32_t tokens, std::uint32_t heads,
                 std::uint32_t width);

  /// @throws Error (bad_input, no place) for a layer that cannot be computed
  std::vector<Layer> take();

 private:
  void add(Layer layer);

  Params knobs_;
  std::vector<Layer> layers_;
};

}  // namespace lacuna::workload

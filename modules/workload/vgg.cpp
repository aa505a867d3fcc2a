// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {

std::vector<Layer> layers_of(const VggParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  NetworkBuilder::Image image{3, network.image};
  unsigned number = 0;
  const std::pair<std::uint32_t, unsigned> stages[] = {
      {64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
  for (const auto& [channels, repeats] : stages) {
    for (unsigned i = 0; i < repeats; ++i) {
      image =
          builder.convolution("conv" + std::to_string(number++), image, channels, {3, 1, 1}, true);
    }
    image = NetworkBuilder::pool(image, {2, 2});
  }
  // Adaptive pooling makes 7x7 of whatever is left.
  builder.gemm("fc0", {1, 512 * 7 * 7, 4096, true}, true);
  builder.gemm("fc1", {1, 4096, 4096, true}, true);
  builder.gemm("fc2", {1, 4096, network.classes, true}, false);
  return builder.take();
}

}  // namespace lacuna::workload

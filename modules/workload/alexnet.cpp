// SPDX-License-Identifier: Apache-2.0
#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {

std::vector<Layer> layers_of(const AlexnetParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const bool original = network.variant == AlexnetVariant::original;
  const std::uint32_t towers = original ? 2 : 1;
  NetworkBuilder::Image image{3, original ? 227U : 224U};
  image =
      builder.convolution("conv0", image, original ? 96 : 64, {11, 4, original ? 0U : 2U}, true);
  image = NetworkBuilder::pool(image, {3, 2});
  image = builder.convolution("conv1", image, original ? 256 : 192, {5, 1, 2, towers}, true);
  image = NetworkBuilder::pool(image, {3, 2});
  image = builder.convolution("conv2", image, 384, {3, 1, 1}, true);
  image = builder.convolution("conv3", image, original ? 384 : 256, {3, 1, 1, towers}, true);
  image = builder.convolution("conv4", image, 256, {3, 1, 1, towers}, true);
  image = NetworkBuilder::pool(image, {3, 2});
  builder.gemm("fc0", {1, image.channels * image.size * image.size, 4096, true}, true);
  builder.gemm("fc1", {1, 4096, 4096, true}, true);
  builder.gemm("fc2", {1, 4096, network.classes, true}, false);
  return builder.take();
}

}  // namespace lacuna::workload

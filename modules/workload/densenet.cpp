// SPDX-License-Identifier: Apache-2.0
#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {

std::vector<Layer> layers_of(const DensenetParams& network, const Params& knobs) {
  constexpr std::uint32_t growth = 32;
  constexpr std::uint32_t bottleneck = 4 * growth;
  constexpr unsigned blocks[] = {6, 12, 24, 16};
  NetworkBuilder builder(knobs);
  NetworkBuilder::Image image =
      builder.convolution("features.conv0", {3, network.image}, 64, {7, 2, 3}, true);
  image = NetworkBuilder::pool(image, {3, 2, 1});
  for (unsigned block = 0; block < 4; ++block) {
    const std::string number = std::to_string(block + 1);
    for (unsigned i = 1; i <= blocks[block]; ++i) {
      const std::string name =
          "features.denseblock" + number + ".denselayer" + std::to_string(i) + ".";
      // Normalization and a ReLU stand before every convolution, and the growing image is what they read.
      const auto narrow = builder.convolution(name + "conv1", image, bottleneck, {1}, true);
      builder.convolution(name + "conv2", narrow, growth, {3, 1, 1}, false);
      image.channels += growth;
    }
    if (block < 3) {
      image = builder.convolution("features.transition" + number + ".conv", image,
                                  image.channels / 2, {1}, false);
      image = NetworkBuilder::pool(image, {2, 2});
      image.after_relu = true;
    }
  }
  builder.gemm("classifier", {1, image.channels, network.classes, true}, false);
  return builder.take();
}

}  // namespace lacuna::workload

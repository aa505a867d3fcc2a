// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {
namespace {

using Image = NetworkBuilder::Image;

std::array<unsigned, 4> blocks_of(std::uint32_t depth) {
  switch (depth) {
    case 18:
      return {2, 2, 2, 2};
    case 101:
      return {3, 4, 23, 3};
    default:
      return {3, 4, 6, 3};  // 34 and 50
  }
}

Image basic_block(NetworkBuilder& builder, const std::string& name, const Image& input,
                  std::uint32_t width, std::uint32_t stride) {
  const Image inner = builder.convolution(name + "conv1", input, width, {3, stride, 1}, true);
  return builder.convolution(name + "conv2", inner, width, {3, 1, 1}, false);
}

Image bottleneck(NetworkBuilder& builder, const std::string& name, const Image& input,
                 std::uint32_t width, std::uint32_t stride) {
  const Image narrow = builder.convolution(name + "conv1", input, width, {1}, true);
  const Image inner = builder.convolution(name + "conv2", narrow, width, {3, stride, 1}, true);
  return builder.convolution(name + "conv3", inner, 4 * width, {1}, false);
}

}  // namespace

std::vector<Layer> layers_of(const ResnetParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const bool basic = network.depth < 50;
  Image image = builder.convolution("conv1", {3, network.image}, 64, {7, 2, 3}, true);
  image = NetworkBuilder::pool(image, {3, 2, 1});
  const auto blocks = blocks_of(network.depth);
  for (std::uint32_t stage = 0; stage < blocks.size(); ++stage) {
    const std::uint32_t width = 64U << stage;
    for (std::uint32_t i = 0; i < blocks[stage]; ++i) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i) + ".";
      const std::uint32_t stride = stage > 0 && i == 0 ? 2 : 1;
      const Image output = basic ? basic_block(builder, name, image, width, stride)
                                 : bottleneck(builder, name, image, width, stride);
      if (stride != 1 || image.channels != output.channels) {
        builder.convolution(name + "conv_downsample", image, output.channels, {1, stride}, false);
      }
      image = {output.channels, output.size, true};  // the ReLU follows the addition
    }
  }
  builder.gemm("fc", {1, image.channels, network.classes, true}, false);
  return builder.take();
}

}  // namespace lacuna::workload

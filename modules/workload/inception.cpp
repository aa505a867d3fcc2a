// SPDX-License-Identifier: Apache-2.0
#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {
namespace {

using Image = NetworkBuilder::Image;
using Window = NetworkBuilder::Window;

/// Convolutions of one block, as torchvision's BasicConv2d: each with a ReLU.
class Block {
 public:
  Block(NetworkBuilder& builder, const std::string& name, const Image& input)
      : builder_(builder), name_(name), input_(input) {}

  /// The first convolution of a branch.
  Image first(const char* name, std::uint32_t channels, const Window& window = {}) {
    return next(name, input_, channels, window);
  }
  Image next(const char* name, const Image& image, std::uint32_t channels, const Window& window) {
    return builder_.convolution(name_ + name + ".conv", image, channels, window, true);
  }

 private:
  NetworkBuilder& builder_;
  std::string name_;
  Image input_;
};

/// Channels of one block of GoogLeNet: 1x1; reduction and 3x3; reduction and 5x5; after the pool.
struct GooglenetBlock {
  const char* name;
  std::uint32_t one, reduce_three, three, reduce_five, five, pooled;
  bool pool_before;
};

constexpr GooglenetBlock googlenet_blocks[] = {
    {"inception3a.", 64, 96, 128, 16, 32, 32, true},
    {"inception3b.", 128, 128, 192, 32, 96, 64, false},
    {"inception4a.", 192, 96, 208, 16, 48, 64, true},
    {"inception4b.", 160, 112, 224, 24, 64, 64, false},
    {"inception4c.", 128, 128, 256, 24, 64, 64, false},
    {"inception4d.", 112, 144, 288, 32, 64, 64, false},
    {"inception4e.", 256, 160, 320, 32, 128, 128, false},
    {"inception5a.", 256, 160, 320, 32, 128, 128, true},
    {"inception5b.", 384, 192, 384, 48, 128, 128, false},
};

constexpr Window row_of_three{1, 1, 0, 1, 3};  // 1x3
constexpr Window column_of_three{3, 1, 1, 1, 1};
constexpr Window row_of_seven{1, 1, 0, 1, 7};
constexpr Window column_of_seven{7, 1, 3, 1, 1};

Image block_a(NetworkBuilder& builder, const char* name, const Image& input, std::uint32_t pooled) {
  Block block(builder, name, input);
  block.first("branch1x1", 64);
  block.next("branch5x5_2", block.first("branch5x5_1", 48), 64, {5, 1, 2});
  const Image three =
      block.next("branch3x3dbl_2", block.first("branch3x3dbl_1", 64), 96, {3, 1, 1});
  block.next("branch3x3dbl_3", three, 96, {3, 1, 1});
  block.first("branch_pool", pooled);
  return {64 + 64 + 96 + pooled, input.size, true};
}

Image block_b(NetworkBuilder& builder, const char* name, const Image& input) {
  Block block(builder, name, input);
  const Image smaller = block.first("branch3x3", 384, {3, 2});
  const Image three =
      block.next("branch3x3dbl_2", block.first("branch3x3dbl_1", 64), 96, {3, 1, 1});
  block.next("branch3x3dbl_3", three, 96, {3, 2});
  return {384 + 96 + input.channels, smaller.size, true};
}

Image block_c(NetworkBuilder& builder, const char* name, const Image& input, std::uint32_t width) {
  Block block(builder, name, input);
  block.first("branch1x1", 192);
  const Image seven =
      block.next("branch7x7_2", block.first("branch7x7_1", width), width, row_of_seven);
  block.next("branch7x7_3", seven, 192, column_of_seven);
  Image chain = block.first("branch7x7dbl_1", width);
  chain = block.next("branch7x7dbl_2", chain, width, column_of_seven);
  chain = block.next("branch7x7dbl_3", chain, width, row_of_seven);
  chain = block.next("branch7x7dbl_4", chain, width, column_of_seven);
  block.next("branch7x7dbl_5", chain, 192, row_of_seven);
  block.first("branch_pool", 192);
  return {4 * 192, input.size, true};
}

Image block_d(NetworkBuilder& builder, const char* name, const Image& input) {
  Block block(builder, name, input);
  const Image smaller = block.next("branch3x3_2", block.first("branch3x3_1", 192), 320, {3, 2});
  Image chain = block.next("branch7x7x3_2", block.first("branch7x7x3_1", 192), 192, row_of_seven);
  chain = block.next("branch7x7x3_3", chain, 192, column_of_seven);
  block.next("branch7x7x3_4", chain, 192, {3, 2});
  return {320 + 192 + input.channels, smaller.size, true};
}

Image block_e(NetworkBuilder& builder, const char* name, const Image& input) {
  Block block(builder, name, input);
  block.first("branch1x1", 320);
  const Image three = block.first("branch3x3_1", 384);
  block.next("branch3x3_2a", three, 384, row_of_three);
  block.next("branch3x3_2b", three, 384, column_of_three);
  const Image twice =
      block.next("branch3x3dbl_2", block.first("branch3x3dbl_1", 448), 384, {3, 1, 1});
  block.next("branch3x3dbl_3a", twice, 384, row_of_three);
  block.next("branch3x3dbl_3b", twice, 384, column_of_three);
  block.first("branch_pool", 192);
  return {320 + 2 * 384 + 2 * 384 + 192, input.size, true};
}

}  // namespace

std::vector<Layer> layers_of(const GooglenetParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const bool original = network.variant == GooglenetVariant::original;
  const Window pool{3, 2, 1};
  Image image = builder.convolution("conv1.conv", {3, 224}, 64, {7, 2, 3}, true);
  image = NetworkBuilder::pool(image, pool);
  image = builder.convolution("conv2.conv", image, 64, {1}, true);
  image = builder.convolution("conv3.conv", image, 192, {3, 1, 1}, true);
  for (const GooglenetBlock& b : googlenet_blocks) {
    image = b.pool_before ? NetworkBuilder::pool(image, pool) : image;
    Block block(builder, b.name, image);
    block.first("branch1", b.one);
    block.next("branch2.1", block.first("branch2.0", b.reduce_three), b.three, {3, 1, 1});
    block.next("branch3.1", block.first("branch3.0", b.reduce_five), b.five,
               original ? Window{5, 1, 2} : Window{3, 1, 1});
    block.first("branch4.1", b.pooled);
    image.channels = b.one + b.three + b.five + b.pooled;
  }
  builder.gemm("fc", {1, image.channels, network.classes, true}, false);
  return builder.take();
}

std::vector<Layer> layers_of(const InceptionParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const Window pool{3, 2};
  Block stem(builder, "", {3, 299});
  Image image = stem.first("Conv2d_1a_3x3", 32, {3, 2});
  image = stem.next("Conv2d_2a_3x3", image, 32, {3});
  image = stem.next("Conv2d_2b_3x3", image, 64, {3, 1, 1});
  image = stem.next("Conv2d_3b_1x1", NetworkBuilder::pool(image, pool), 80, {1});
  image = stem.next("Conv2d_4a_3x3", image, 192, {3});
  image = NetworkBuilder::pool(image, pool);
  image = block_a(builder, "Mixed_5b.", image, 32);
  image = block_a(builder, "Mixed_5c.", image, 64);
  image = block_a(builder, "Mixed_5d.", image, 64);
  image = block_b(builder, "Mixed_6a.", image);
  image = block_c(builder, "Mixed_6b.", image, 128);
  image = block_c(builder, "Mixed_6c.", image, 160);
  image = block_c(builder, "Mixed_6d.", image, 160);
  image = block_c(builder, "Mixed_6e.", image, 192);
  image = block_d(builder, "Mixed_7a.", image);
  image = block_e(builder, "Mixed_7b.", image);
  image = block_e(builder, "Mixed_7c.", image);
  builder.gemm("fc", {1, image.channels, network.classes, true}, false);
  return builder.take();
}

}  // namespace lacuna::workload

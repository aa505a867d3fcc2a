// SPDX-License-Identifier: Apache-2.0
#include "workload/network_builder.h"
#include "workload/networks.h"

namespace lacuna::workload {
namespace {

void feed_forward(NetworkBuilder& builder, const std::string& name, std::uint32_t tokens,
                  std::uint32_t width, std::uint32_t hidden) {
  builder.gemm(name + "fc1", {tokens, width, hidden}, false);
  builder.gemm(name + "fc2", {tokens, hidden, width}, false);  // after GELU: still signed
}

/// Queries, keys and values come out of one product.
void stacked_block(NetworkBuilder& builder, const std::string& name, std::uint32_t tokens,
                   std::uint32_t width, std::uint32_t heads, std::uint32_t hidden) {
  builder.gemm(name + "qkv", {tokens, width, 3 * width}, false);
  builder.attention(name, tokens, heads, width);
  builder.gemm(name + "proj", {tokens, width, width}, false);
  feed_forward(builder, name, tokens, width, hidden);
}

}  // namespace

std::vector<Layer> layers_of(const VitParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const NetworkBuilder::Image patches = builder.convolution(
      "patch_embed.conv", {3, network.image}, network.width, {network.patch, network.patch}, false);
  const std::uint32_t tokens = patches.size * patches.size + 1;  // and the class token
  const std::uint32_t width = network.width;
  for (std::uint32_t i = 0; i < network.blocks; ++i) {
    stacked_block(builder, "b" + std::to_string(i) + ".", tokens, width, network.heads,
                  network.hidden);
  }
  builder.gemm("head.fc", {1, width, network.classes}, false);
  return builder.take();
}

std::vector<Layer> layers_of(const BertParams& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const std::uint32_t tokens = knobs.length.value_or(network.length);
  const std::uint32_t width = network.width;
  for (std::uint32_t i = 0; i < network.blocks; ++i) {
    const std::string name = "l" + std::to_string(i) + ".";
    builder.gemm(name + "query", {tokens, width, width}, false);
    builder.gemm(name + "key", {tokens, width, width}, false);
    builder.gemm(name + "value", {tokens, width, width}, false);
    builder.attention(name, tokens, network.heads, width);
    builder.gemm(name + "proj", {tokens, width, width}, false);
    feed_forward(builder, name, tokens, width, network.hidden);
  }
  builder.gemm("pooler.fc", {1, width, width}, false);
  builder.gemm("classifier", {1, width, network.classes}, false);
  return builder.take();
}

std::vector<Layer> layers_of(const Gpt2Params& network, const Params& knobs) {
  NetworkBuilder builder(knobs);
  const std::uint32_t tokens = knobs.length.value_or(network.length);
  for (std::uint32_t i = 0; i < network.blocks; ++i) {
    stacked_block(builder, "h" + std::to_string(i) + ".", tokens, network.width, network.heads,
                  network.hidden);
  }
  return builder.take();
}

}  // namespace lacuna::workload

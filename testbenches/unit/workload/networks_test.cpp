// SPDX-License-Identifier: Apache-2.0
#include "workload/networks.h"

#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

Workload load(const std::string& name, const std::vector<Setting>& settings = {}) {
  return load_workload(LACUNA_SOURCE_DIR "/workloads/" + name + ".yaml", settings);
}

std::uint64_t macs_of(const Workload& network, LayerKind kind) {
  std::uint64_t sum = 0;
  for (const Layer& layer : network.layers) {
    sum += layer.kind == kind ? layer.shape.macs() : 0;
  }
  return sum;
}

std::size_t offline_layers(const Workload& network) {
  std::size_t count = 0;
  for (const Layer& layer : network.layers) {
    count += layer.weight_storage == WeightStorage::offline ? 1 : 0;
  }
  return count;
}

std::uint64_t offline_weights(const Workload& network) {
  std::uint64_t sum = 0;
  for (const Layer& layer : network.layers) {
    sum += layer.weight_storage == WeightStorage::offline ? layer.shape.weights() : 0;
  }
  return sum;
}

const Layer& layer_named(const Workload& network, const std::string& name) {
  for (const Layer& layer : network.layers) {
    if (layer.name == name) {
      return layer;
    }
  }
  throw std::runtime_error("no layer " + name);
}

}  // namespace

TEST_CASE("convolutional networks have the published layers, MACs and weights") {
  // papers/NETWORKS §1: weighted layers, conv MAC, FC MAC, conv weights + FC weights.
  struct Expected {
    const char* name;
    std::size_t layers;
    std::uint64_t convolution_macs;
    std::uint64_t gemm_macs;
    std::uint64_t weights;
  };
  const Expected table[] = {
      {"resnet18", 21, 1813561344, 512000, 11166912 + 512000},
      {"resnet34", 37, 3663249408, 512000, 21267648 + 512000},
      {"resnet50", 54, 4087136256, 2048000, 23454912 + 2048000},
      {"resnet101", 105, 7799357440, 2048000, 42394816 + 2048000},
      {"vgg16", 16, 15346630656, 123633664, 14710464 + 123633664},
      {"alexnet", 8, 655566528, 58621952, 2468544 + 58621952},
      {"googlenet", 58, 1497352192, 1024000, 5585344 + 1024000},
      {"inception_v3", 95, 5711168096, 2048000, 21751136 + 2048000},
      {"densenet121", 121, 2833137664, 1024000, 6870208 + 1024000},
      {"alexnet_2012", 8, 665784864, 58621952, 2332704 + 58621952},
  };
  for (const Expected& expected : table) {
    CAPTURE(expected.name);
    const Workload network = load(expected.name);
    CHECK(network.name == expected.name);
    CHECK(network.is_network);
    CHECK(network.layers.size() == expected.layers);
    CHECK(macs_of(network, LayerKind::convolution) == expected.convolution_macs);
    CHECK(macs_of(network, LayerKind::gemm) == expected.gemm_macs);
    CHECK(offline_weights(network) == expected.weights);
    CHECK(network.macs() == expected.convolution_macs + expected.gemm_macs);
  }
}

TEST_CASE("inception branches meet in the image that the next block reads") {
  const Workload googlenet = load("googlenet");
  CHECK(layer_named(googlenet, "inception3b.branch1.conv").shape.in_channels == 256);
  CHECK(layer_named(googlenet, "inception4a.branch1.conv").shape.in_channels == 480);
  CHECK(layer_named(googlenet, "inception5b.branch4.1.conv").shape.in_height == 7);
  CHECK(layer_named(googlenet, "fc").shape.in_channels == 1024);
  const Workload inception = load("inception_v3");
  const LayerShape& wide = layer_named(inception, "Mixed_6b.branch7x7_2.conv").shape;
  CHECK((wide.kernel_height == 1 && wide.kernel_width == 7));
  CHECK((wide.out_height() == 17 && wide.out_width() == 17));
  CHECK(layer_named(inception, "Mixed_7a.branch3x3_2.conv").shape.out_height() == 8);
  CHECK(layer_named(inception, "Mixed_7c.branch1x1.conv").shape.in_channels == 2048);
  const Workload densenet = load("densenet121");
  CHECK(layer_named(densenet, "features.denseblock4.denselayer16.conv1").shape.in_channels == 992);
  CHECK(activation_type(layer_named(densenet, "features.denseblock2.denselayer3.conv1")) ==
        DataType::uint8);
  // The 5x5 kernels of the original [papers/NETWORKS §1].
  const Workload original = load("googlenet", {{"network.variant", "original", "--set"}});
  CHECK(macs_of(original, LayerKind::convolution) == 1581647872);
}

TEST_CASE("transformers have the MACs of their formulas") {
  // papers/NETWORKS §2: linear = L l (4 d^2 + 2 d ff), attention = L 2 l^2 d.
  struct Expected {
    const char* name;
    std::size_t offline;
    std::uint64_t blocks, width, hidden, tokens;
    std::uint64_t around;  // patch embedding and head, or pooler and classifier
  };
  const Expected table[] = {
      {"vit_small", 50, 12, 384, 1536, 197, 196ULL * 768 * 384 + 384ULL * 1000},
      {"vit_base", 50, 12, 768, 3072, 197, 196ULL * 768 * 768 + 768ULL * 1000},
      {"bert_base", 74, 12, 768, 3072, 128, 768ULL * 768 + 768ULL * 2},
      {"gpt2", 48, 12, 768, 3072, 1024, 0},
  };
  for (const Expected& e : table) {
    CAPTURE(e.name);
    const Workload network = load(e.name);
    CHECK(offline_layers(network) == e.offline);
    CHECK(network.layers.size() == e.offline + 2 * e.blocks);
    const std::uint64_t linear =
        e.blocks * e.tokens * (4 * e.width * e.width + 2 * e.width * e.hidden);
    const std::uint64_t attention = e.blocks * 2 * e.tokens * e.tokens * e.width;
    CHECK(macs_of(network, LayerKind::attention) == attention);
    CHECK(network.macs() == linear + attention + e.around);
  }
  // The table's own figures, in GMAC to four places.
  CHECK(macs_of(load("vit_small"), LayerKind::attention) == 357663744);  // .3577
  CHECK(macs_of(load("vit_base"), LayerKind::attention) == 715327488);   // .7153
  CHECK(load("gpt2").macs() == 106300440576);                            // 106.3004
}

TEST_CASE("BERT takes any length") {
  const Workload network = load("bert_base", {{"workload.length", "384", "--set"}});
  CHECK(macs_of(network, LayerKind::attention) == 12ULL * 2 * 384 * 384 * 768);  // 2.7179 G
  CHECK(macs_of(network, LayerKind::gemm) ==
        12ULL * 384 * (4 * 768 * 768 + 2 * 768 * 3072) + 768 * 768 + 768 * 2);  // 32.6149 G
  CHECK(layer_named(network, "l3.fc1").shape.in_width == 384);
  CHECK(layer_named(network, "pooler.fc").shape.in_width == 1);
}

TEST_CASE("layers agree one by one with lists made independently of the generators") {
  std::ifstream file(LACUNA_TEST_DATA "/workload/layer_shapes.tsv");
  REQUIRE(file);
  std::map<std::string, Workload> networks;
  std::map<std::string, std::size_t> seen;
  std::string line;
  while (std::getline(file, line)) {
    if (line.front() == '#') {
      continue;
    }
    std::istringstream fields(line);
    std::string network, name;
    std::uint32_t out = 0, in = 0, kernel = 0, stride = 0, padding = 0, input = 0, output = 0,
                  tokens = 0;
    fields >> network >> name >> out >> in >> kernel >> stride >> padding >> input >> output >>
        tokens;
    REQUIRE(fields);
    if (networks.count(network) == 0) {
      networks[network] = load(network, {{"workload.attention", "exclude", "--set"}});
    }
    CAPTURE(network, name);
    const std::vector<Layer>& layers = networks[network].layers;
    REQUIRE(seen[network] < layers.size());
    const Layer& layer = layers[seen[network]++];
    const LayerShape& s = layer.shape;
    CHECK(layer.name == name);
    CHECK(layer.kind == (tokens == 0 ? LayerKind::convolution : LayerKind::gemm));
    CHECK(s.out_channels == out);
    CHECK(s.in_channels == in);
    CHECK(s.kernel_height == kernel);
    CHECK(s.kernel_width == kernel);
    CHECK(s.stride_height == stride);
    CHECK(s.pad_top == padding);
    CHECK(s.pad_right == padding);
    CHECK(s.in_height == input);
    CHECK(s.in_width == (tokens == 0 ? input : tokens));
    CHECK(s.out_height() == output);
    CHECK(s.batch == 1);
    CHECK(s.groups == 1);
  }
  CHECK(seen.size() == 6);
  for (const auto& [network, count] : seen) {
    CHECK(networks[network].layers.size() == count);
  }
}

TEST_CASE("attention is one product a head") {
  const Workload network = load("vit_small");
  const Layer& scores = layer_named(network, "b0.scores");
  CHECK(scores.kind == LayerKind::attention);
  CHECK(scores.shape.groups == 6);
  CHECK(scores.shape.in_channels == 384);
  CHECK(scores.shape.out_channels == 6 * 197);
  CHECK(scores.shape.in_width == 197);
  CHECK(scores.shape.reduction() == 64);
  CHECK(scores.weight_storage == WeightStorage::dynamic);
  CHECK(activation_type(scores) == DataType::int8);
  CHECK_FALSE(scores.compress);
  const Layer& contexts = layer_named(network, "b0.contexts");
  CHECK(contexts.shape.in_channels == 6 * 197);
  CHECK(contexts.shape.out_channels == 384);
  CHECK(contexts.shape.reduction() == 197);
  CHECK(contexts.weight_storage == WeightStorage::dynamic_transposed);
  CHECK(activation_type(contexts) == DataType::uint8);  // probabilities
  CHECK(scores.shape.macs() == 197ULL * 197 * 384);
  CHECK(contexts.shape.macs() == scores.shape.macs());
}

TEST_CASE("a batch multiplies the MACs and not the weights") {
  for (const char* name : {"resnet18", "vgg16", "vit_small", "bert_base"}) {
    CAPTURE(name);
    const Workload one = load(name);
    const Workload four = load(name, {{"workload.batch", "4", "--set"}});
    CHECK(four.macs() == 4 * one.macs());
    CHECK(offline_weights(four) == offline_weights(one));
    CHECK(four.layers.size() == one.layers.size());
  }
}

TEST_CASE("activations are unsigned where a ReLU precedes") {
  const Workload resnet = load("resnet50");
  CHECK(activation_type(layer_named(resnet, "conv1")) == DataType::int8);  // the image
  CHECK(activation_type(layer_named(resnet, "layer1.0.conv1")) == DataType::uint8);
  CHECK(activation_type(layer_named(resnet, "layer4.0.conv_downsample")) == DataType::uint8);
  CHECK(activation_type(layer_named(resnet, "fc")) == DataType::uint8);
  for (const Layer& layer : load("vit_base").layers) {
    CHECK((activation_type(layer) == DataType::int8 ||
           layer.name.find("contexts") != std::string::npos));
  }
}

TEST_CASE("outputs are eight bits unless the knob says otherwise") {
  const Workload narrow = load("resnet50");
  CHECK(layer_named(narrow, "layer1.0.conv1").output == DataType::uint8);  // a ReLU follows
  CHECK(layer_named(narrow, "layer1.0.conv3").output ==
        DataType::int8);  // the addition comes first
  CHECK(layer_named(narrow, "fc").output == DataType::int8);
  const Workload wide = load("resnet50", {{"workload.output", "int16", "--set"}});
  CHECK(layer_named(wide, "layer1.0.conv1").output == DataType::int16);
  const Workload raw = load("resnet50", {{"workload.output", "int32", "--set"}});
  for (const Layer& layer : raw.layers) {
    CHECK_FALSE(layer.requantize());
  }
}

TEST_CASE("the knobs reach the layers' distributions") {
  const Workload network = load("resnet18", {{"workload.zero_fraction", "0.75", "--set"},
                                             {"workload.weights", "laplace", "--set"},
                                             {"workload.activation_sigma", "20", "--set"}});
  CHECK(network.layers[1].activations.zero_fraction == 0.75);
  CHECK(network.layers[1].activations.sigma == 20.0);
  CHECK(network.layers[0].activations.zero_fraction == 0.0);
  CHECK(network.layers[0].weights.distribution == WeightDistribution::laplace);
}

TEST_CASE("every network type is documented") {
  CHECK(network_types() == std::vector<std::string>{"resnet", "vgg", "alexnet", "googlenet",
                                                    "inception_v3", "densenet", "vit", "bert",
                                                    "gpt2"});
  for (const std::string& type : network_types()) {
    CHECK_FALSE(document_network(type).empty());
  }
  CHECK_THROWS_AS(document_network("gpt"), Error);
}

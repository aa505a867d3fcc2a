// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <catch2/catch.hpp>

#include "scratch_folder.h"
#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

/// All that is wrong with a file, one line each, without the scratch folder's name.
std::string problems(const ScratchFolder& folder, const std::string& content,
                     const std::vector<Setting>& settings = {}) {
  folder.write("x.yaml", content);
  try {
    load_workload(folder.path("x.yaml"), settings);
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    std::string text;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      text += (text.empty() ? "" : "\n") + diagnostic.text();
    }
    const std::string prefix = folder.path("");
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
  return "accepted";
}

struct Case {
  const char* content;
  const char* expected;
};

}  // namespace

TEST_CASE("what is wrong with a workload file is said with its place") {
  const ScratchFolder folder;
  const Case cases[] = {
      {"name: x\n", "x.yaml:1:1: expected either 'network' or 'layers'"},
      {"network: {type: resnet}\nlayers: []\n",
       "x.yaml:1:1: expected either 'network' or 'layers'"},
      {"networks: {type: resnet}\n",
       "x.yaml:1:1: networks: unknown parameter 'networks', did you mean 'network'?"},
      {"network: resnet50\n", "x.yaml:1:10: network: expected a mapping, found 'resnet50'"},
      {"network: {depth: 50}\n",
       "x.yaml:1:10: network.type: is missing, expected one of resnet, vgg, alexnet, googlenet, "
       "inception_v3, densenet, vit, bert, gpt2"},
      {"network: {type: resnet, depth: 51}\n",
       "x.yaml:1:32: network.depth: '51' is not possible, expected one of 18, 34, 50, 101, "
       "did you mean '50'?"},
      {"network: {type: resnet, image: 0}\n",
       "x.yaml:1:32: network.image: '0' is out of range, expected 1 .. 4096"},
      {"network: {type: vgg, image: 8}\n",
       "x.yaml:1:10: network: layer 'conv10': input height is 0, expected 1 .. 1048576"},
      {"network: {type: vit, width: 100, heads: 3}\n",
       "x.yaml:1:41: network.heads: must divide the width"},
      {"network: {type: resnet}\nworkload: {length: 7}\n",
       "x.yaml:2:20: workload.length: only networks of sequences (bert, gpt2) have it"},
      {"network: {type: resnet}\nworkload: {batch: 0}\n",
       "x.yaml:2:19: workload.batch: '0' is out of range, expected 1 .. 4096"},
      {"network: {type: resnet}\nworkload: {zero_fraction: 1.5}\n",
       "x.yaml:2:27: workload.zero_fraction: '1.5' is out of range, expected 0 .. 1"},
      {"layers: []\n", "x.yaml:1:9: layers: an empty list, expected at least one layer"},
  };
  for (const Case& c : cases) {
    CHECK(problems(folder, c.content) == c.expected);
  }
}

TEST_CASE("what is wrong with a layer by hand is said with its place") {
  const ScratchFolder folder;
  const Case cases[] = {
      {"layers:\n  - {name: g, type: gemm, activations: {shape: [1, 4]}}\n",
       "x.yaml:2:5: layers[0].weights: required parameter 'weights' is missing"},
      {"layers:\n"
       "  - {name: a/b, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n",
       "x.yaml:2:12: layers[0].name: expected up to 100 letters, digits, '.', '_' and '-', not "
       "beginning with '.'"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [0, 4]}, weights: {shape: [2, 4]}}\n",
       "x.yaml:2:49: layers[0].activations.shape[0]: '0' is out of range, expected 1 .. 1048576"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4, 1]}}\n",
       "x.yaml:2:74: layers[0].weights.shape: weights of a gemm have 2 dimensions [N, K], but the "
       "shape is [2, 4, 1]"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 5]}}\n",
       "x.yaml:2:74: layers[0].weights.shape: weights [2, 5] are for 5 elements a row, but the "
       "activations at x.yaml:2:48 are [1, 4]"},
      {"layers:\n"
       "  - {name: g, type: gemm, stride: 1, activations: {shape: [1, 4]}, weights: {shape: [2, "
       "4]}}\n",
       "x.yaml:2:35: layers[0].stride: only convolutions have it"},
      {"layers:\n"
       "  - name: c\n"
       "    type: conv\n"
       "    activations: {shape: [1, 8, 5, 5]}\n"
       "    weights: {shape: [4, 3, 3, 3]}\n"
       "    groups: 2\n",
       "x.yaml:5:22: layers[0].weights.shape: weights [4, 3, 3, 3] are for 6 input channels in all "
       "groups, but the activations at x.yaml:4:26 are [1, 8, 5, 5]"},
      {"layers:\n"
       "  - name: c\n"
       "    type: conv\n"
       "    activations: {shape: [1, 8, 5, 5]}\n"
       "    weights: {shape: [4, 8, 7, 3]}\n",
       "x.yaml:2:5: layers[0]: the kernel's height 7 is larger than the padded input's 5"},
      {"layers:\n"
       "  - name: c\n"
       "    type: conv\n"
       "    activations: {shape: [1, 8, 5, 5]}\n"
       "    weights: {shape: [4, 8, 3, 3]}\n"
       "    stride: [1, 0]\n"
       "    padding: [1, 1, 1]\n"
       "    dilation: two\n",
       "x.yaml:6:17: layers[0].stride[1]: '0' is out of range, expected 1 .. 1048576\n"
       "x.yaml:8:15: layers[0].dilation: expected a whole number, found 'two'\n"
       "x.yaml:7:14: layers[0].padding: a list of 3, expected one number or a list of 2 or 4"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1048576, 4096]}, weights: {shape: [2, "
       "4096]}}\n",
       "x.yaml:2:5: layers[0]: more than 2147483648 activations"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {npy: a.npy, shape: [1, 2]}, weights: {shape: [2, "
       "4]}}\n",
       "x.yaml:2:40: layers[0].activations: expected either npy or a shape"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4], type: int8, zero_fraction: 0.5},\n"
       "     weights: {shape: [2, 4]}}\n",
       "x.yaml:2:83: layers[0].activations.zero_fraction: only uint8 activations have it: after a "
       "ReLU"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n",
       "x.yaml:3:12: layers[1].name: another layer is called 'g'"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n"
       "workload: {batch: 2}\n",
       "x.yaml:3:19: workload.batch: layers by hand have the batch of their activations"},
  };
  for (const Case& c : cases) {
    CHECK(problems(folder, c.content) == c.expected);
  }
}

TEST_CASE("what is wrong with a tensor file is said with the byte or with who names it") {
  const ScratchFolder folder;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float wrong : {nan, infinity, 0.0F, -1.0F}) {
    Tensor scales(DataType::float32, {3});
    scales.elements<float>()[0] = scales.elements<float>()[1] = 1.0F;
    scales.elements<float>()[2] = wrong;
    folder.save("s.npy", scales);
    // NumPy pads the header so that data begins at byte 128 or 64; here it is 64 + 64, and 8 bytes of data precede.
    const std::string text = problems(folder,
                                      "layers:\n"
                                      "  - {name: g, type: gemm, activations: {shape: [1, 4]}, "
                                      "weights: {shape: [3, 4]}, scale: {npy: s.npy}}\n");
    CHECK(text.find("s.npy: byte 136: layers[0].scale.npy: the scale of channel 2 is ") == 0);
  }

  folder.save("short.npy", Tensor(DataType::float32, {2}));
  folder.save("floats.npy", Tensor(DataType::float32, {1, 4}));
  folder.save("cube.npy", Tensor(DataType::int8, {2, 4, 1}));
  folder.write("bad.npy", "not an array");
  folder.make_folder("folder");
  const Case cases[] = {
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [3, 4]},\n"
       "     scale: {npy: short.npy}}\n",
       "x.yaml:3:19: layers[0].scale.npy: 'short.npy' has shape [2], expected [3]: one for every "
       "output channel"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {npy: floats.npy}, weights: {shape: [3, 4]}}\n",
       "x.yaml:2:46: layers[0].activations.npy: 'floats.npy' holds float32, expected uint8 or "
       "int8"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {npy: cube.npy}}\n",
       "x.yaml:2:72: layers[0].weights.npy: weights of a gemm have 2 dimensions [N, K], but the "
       "shape is [2, 4, 1]"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {npy: bad.npy}, weights: {shape: [3, 4]}}\n",
       "bad.npy: byte 0: layers[0].activations.npy: not a .npy file: it does not start with "
       "\\x93NUMPY"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {npy: none.npy}, weights: {shape: [3, 4]}}\n",
       "x.yaml:2:46: layers[0].activations.npy: 'none.npy': cannot open: No such file or "
       "directory"},
      {"layers:\n"
       "  - {name: g, type: gemm, activations: {npy: folder}, weights: {shape: [3, 4]}}\n",
       "x.yaml:2:46: layers[0].activations.npy: 'folder': is a directory, expected a file"},
  };
  for (const Case& c : cases) {
    CHECK(problems(folder, c.content) == c.expected);
  }
}

TEST_CASE("everything that is wrong is said at once") {
  const ScratchFolder folder;
  CHECK(
      problems(
          folder,
          "workload: {batch: many}\n"
          "layers:\n"
          "  - {name: a, type: conf, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n"
          "  - {name: b, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 9]}}\n") ==
      "x.yaml:1:19: workload.batch: expected a whole number, found 'many'\n"
      "x.yaml:3:21: layers[0].type: expected one of conv, gemm, found 'conf', did you mean "
      "'conv'?\n"
      "x.yaml:4:74: layers[1].weights.shape: weights [2, 9] are for 9 elements a row, but the "
      "activations at x.yaml:4:48 are [1, 4]");
}

TEST_CASE("a wrong setting is said with the option that makes it") {
  const ScratchFolder folder;
  const char* network = "network: {type: bert}\n";
  CHECK(problems(folder, network, {{"workload.batch", "-1", "--set workload.batch=-1"}})
            .find("--set workload.batch=-1: workload.batch: ") == 0);
  CHECK(problems(folder, network, {{"workload.bach", "2", "--set workload.bach=2"}}) ==
        "--set workload.bach=2: workload.bach: unknown parameter 'bach', did you mean 'batch'?");
  CHECK(problems(folder, network, {{"workload.attention", "maybe", "--set x"}}) ==
        "--set x: workload.attention: expected one of include, exclude, found 'maybe'");
  CHECK(problems(folder, network,
                 {{"workload.batch", "4096", "--set x"}, {"workload.length", "16384", "--set x"}})
            .find("network: layer 'l0.query': input width is 67108864, expected 1 .. 1048576") !=
        std::string::npos);
}

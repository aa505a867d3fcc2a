// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <catch2/catch.hpp>

#include "scratch_folder.h"
#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::workload;

TEST_CASE("a matrix product from files takes its geometry from them") {
  const ScratchFolder folder;
  folder.save("a.npy", Tensor(DataType::int8, {5, 48}));
  folder.save("w.npy", Tensor(DataType::int8, {7, 48}));
  folder.write("x.yaml",
               "layers:\n"
               "  - {name: g, type: gemm, activations: {npy: a.npy}, weights: {npy: w.npy}}\n");
  const Workload workload = load_workload(folder.path("x.yaml"));
  CHECK(workload.name == "x");
  CHECK_FALSE(workload.is_network);
  REQUIRE(workload.layers.size() == 1);
  const Layer& layer = workload.layers.front();
  CHECK(layer.name == "g");
  CHECK(layer.kind == LayerKind::gemm);
  CHECK(layer.shape.in_width == 5);
  CHECK(layer.shape.in_channels == 48);
  CHECK(layer.shape.out_channels == 7);
  CHECK(layer.output == DataType::int32);
  CHECK_FALSE(layer.compress);
  CHECK_FALSE(layer.bias.drawn);
  CHECK(activation_type(layer) == DataType::int8);
  CHECK(layer.place.line == 2);
}

TEST_CASE("a convolution by hand has every option of its geometry") {
  const ScratchFolder folder;
  folder.write("x.yaml",
               "name: two\n"
               "layers:\n"
               "  - name: c\n"
               "    type: conv\n"
               "    activations: {shape: [2, 8, 14, 9], zero_fraction: 0.25, sigma: 12.5}\n"
               "    weights: {shape: [32, 4, 3, 2], distribution: laplace}\n"
               "    stride: [2, 1]\n"
               "    padding: [1, 0, 2, 3]\n"
               "    dilation: 2\n"
               "    groups: 2\n"
               "    relu: true\n"
               "    compress: true\n"
               "    output: int8\n"
               "  - name: d\n"
               "    type: conv\n"
               "    activations: {shape: [1, 1, 3, 3], type: int8}\n"
               "    weights: {shape: [1, 1, 1, 1]}\n"
               "    padding: [1, 2]\n");
  const Workload workload = load_workload(folder.path("x.yaml"));
  CHECK(workload.name == "two");
  const Layer& c = workload.layers.at(0);
  CHECK(c.shape.batch == 2);
  CHECK(c.shape.in_channels == 8);
  CHECK(c.shape.in_height == 14);
  CHECK(c.shape.in_width == 9);
  CHECK(c.shape.out_channels == 32);
  CHECK(c.shape.kernel_height == 3);
  CHECK(c.shape.kernel_width == 2);
  CHECK(c.shape.stride_height == 2);
  CHECK(c.shape.stride_width == 1);
  CHECK(c.shape.pad_top == 1);
  CHECK(c.shape.pad_left == 0);
  CHECK(c.shape.pad_bottom == 2);
  CHECK(c.shape.pad_right == 3);
  CHECK(c.shape.dilation_height == 2);
  CHECK(c.shape.dilation_width == 2);
  CHECK(c.shape.groups == 2);
  CHECK(c.relu);
  CHECK(c.compress);
  CHECK(c.output == DataType::uint8);
  CHECK(c.activations.zero_fraction == 0.25);
  CHECK(c.activations.sigma == 12.5);
  CHECK(c.weights.distribution == WeightDistribution::laplace);
  const Layer& d = workload.layers.at(1);
  CHECK(activation_type(d) == DataType::int8);
  CHECK(d.activations.sigma == signed_sigma);
  CHECK(d.shape.pad_top == 1);
  CHECK(d.shape.pad_bottom == 1);
  CHECK(d.shape.pad_left == 2);
  CHECK(d.shape.pad_right == 2);
  CHECK(d.weights.distribution == WeightDistribution::gaussian);
}

TEST_CASE("scales and biases come from files") {
  const ScratchFolder folder;
  Tensor scales(DataType::float32, {2});
  scales.elements<float>()[0] = 0.5F;
  scales.elements<float>()[1] = 1e-40F;  // a denormal is positive
  folder.save("s.npy", scales);
  folder.save("b.npy", Tensor(DataType::int32, {2}));
  folder.write("x.yaml",
               "layers:\n"
               "  - {name: g, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]},\n"
               "     scale: {npy: s.npy}, bias: {npy: b.npy}}\n");
  const Layer layer = load_workload(folder.path("x.yaml")).layers.front();
  REQUIRE(layer.weights.scales);
  CHECK(layer.weights.scales->elements<float>()[0] == 0.5F);
  CHECK(layer.bias.given);
}

TEST_CASE("the output knob is the default of layers by hand and loses to their own") {
  const ScratchFolder folder;
  folder.write("x.yaml",
               "layers:\n"
               "  - {name: a, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}}\n"
               "  - {name: b, type: gemm, activations: {shape: [1, 4]}, weights: {shape: [2, 4]}, "
               "output: int16}\n"
               "workload: {output: int8}\n");
  const Workload file = load_workload(folder.path("x.yaml"));
  CHECK(file.layers[0].output == DataType::int8);
  CHECK(file.layers[1].output == DataType::int16);
  const Workload set = load_workload(folder.path("x.yaml"),
                                     {{"workload.output", "int32", "--set workload.output=int32"}});
  CHECK(set.layers[0].output == DataType::int32);
  CHECK(set.layers[1].output == DataType::int16);
}

TEST_CASE("an included file's tensors are relative to that file") {
  const ScratchFolder folder;
  folder.make_folder("inner");
  folder.save("inner/a.npy", Tensor(DataType::uint8, {1, 3}));
  folder.save("inner/w.npy", Tensor(DataType::int8, {2, 3}));
  folder.write("inner/part.yaml",
               "layers:\n"
               "  - {name: g, type: gemm, activations: {npy: a.npy}, weights: {npy: w.npy}}\n");
  folder.write("x.yaml", "include: inner/part.yaml\nname: whole\n");
  const Workload workload = load_workload(folder.path("x.yaml"));
  CHECK(workload.name == "whole");
  CHECK(workload.layers.size() == 1);
}

// SPDX-License-Identifier: Apache-2.0
// How fast tile steps are multiplied: ResNet-50's layers as single steps, our kernel against oneDNN's int8 GEMM in one
// run on one thread. oneDNN's time is for the bare product; ours is given bare, and with everything that a tile step needs
// (gathering activations, preparing weights, counting effective multiplications).
#include "engine/gemm.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "engine/im2col.h"

namespace {

using namespace lacuna::engine;
using lacuna::workload::LayerShape;

struct Layer {
  std::uint32_t channels, size, out_channels, kernel, stride, times;
};

/// ResNet-50 at 224x224; stride on the 3x3 of a stage's first block, as torchvision does.
const std::vector<Layer> resnet50 = {
    {3, 224, 64, 7, 2, 1},    {64, 56, 64, 1, 1, 1},    {64, 56, 64, 3, 1, 3},
    {64, 56, 256, 1, 1, 4},   {256, 56, 64, 1, 1, 2},   {256, 56, 128, 1, 1, 1},
    {128, 56, 128, 3, 2, 1},  {128, 28, 512, 1, 1, 4},  {256, 56, 512, 1, 2, 1},
    {512, 28, 128, 1, 1, 3},  {128, 28, 128, 3, 1, 3},  {512, 28, 256, 1, 1, 1},
    {256, 28, 256, 3, 2, 1},  {256, 14, 1024, 1, 1, 6}, {512, 28, 1024, 1, 2, 1},
    {1024, 14, 256, 1, 1, 5}, {256, 14, 256, 3, 1, 5},  {1024, 14, 512, 1, 1, 1},
    {512, 14, 512, 3, 2, 1},  {512, 7, 2048, 1, 1, 3},  {1024, 14, 2048, 1, 2, 1},
    {2048, 7, 512, 1, 1, 2},  {512, 7, 512, 3, 1, 2},   {2048, 1, 1000, 1, 1, 1},
};

LayerShape shape_of(const Layer& layer) {
  LayerShape s;
  s.in_channels = layer.channels;
  s.in_height = s.in_width = layer.size;
  s.out_channels = layer.out_channels;
  s.kernel_height = s.kernel_width = layer.kernel;
  s.stride_height = s.stride_width = layer.stride;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = layer.kernel / 2;
  return s;
}

/// Seconds of the fastest of some runs.
double seconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    best = passed.count() < best ? passed.count() : best;
  }
  return best;
}

struct Times {
  double onednn = 0, product = 0, gather = 0, weights = 0, count = 0, macs = 0;

  void add(const Times& t, double times) {
    onednn += times * t.onednn;
    product += times * t.product;
    gather += times * t.gather;
    weights += times * t.weights;
    count += times * t.count;
    macs += times * t.macs;
  }
  void print(const std::string& name) const {
    const double step = product + gather + weights + count;
    std::printf("%-22s %8.1f %8.1f %8.2f %8.2f | %7.3f %7.3f %7.3f %7.3f\n", name.c_str(),
                macs / product * 1e-9, macs / onednn * 1e-9, product / onednn, step / onednn,
                product * 1e3, gather * 1e3, weights * 1e3, count * 1e3);
  }
};

Times measure(const Layer& layer, std::mt19937& random) {
  const LayerShape s = shape_of(layer);
  Mapping m;
  m.blocks_per_tile = (s.out_channels + m.array_rows - 1) / m.array_rows;
  m.tile_height = s.out_height();
  m.tile_width = s.out_width();
  m.groups_per_chunk = (s.reduction() + reduction_group - 1) / reduction_group;
  const TileStep step = tile_steps(s, m).front();
  const ActivationWindow window = activation_window(s, m, step, false);
  std::vector<std::uint8_t> image(window.bytes());
  for (auto& byte : image) {
    byte = random() % 2 == 0 ? 0 : static_cast<std::uint8_t>(random());
  }
  std::vector<std::int8_t> weights(s.weights());
  for (auto& weight : weights) {
    weight = static_cast<std::int8_t>(random());
  }
  const std::size_t positions = s.positions();
  std::vector<std::uint8_t> dense(positions * s.reduction());
  gather_activations(s, window, step, image, lacuna::Span<std::uint8_t>(dense), s.reduction());
  std::vector<std::int32_t> sums(positions * s.out_channels);

  ActivationPanel activations;
  WeightPanel panel;
  Times t;
  t.macs = static_cast<double>(s.macs());
  t.gather = seconds([&] { activations.gather(s, window, step, image); });
  t.weights = seconds([&] {
    panel.reset(s.out_channels, s.reduction(), false);
    for (std::uint32_t first = 0; first < s.out_channels; first += m.array_rows) {
      panel.set(
          first, std::min(m.array_rows, s.out_channels - first),
          lacuna::Span<const std::int8_t>(weights).subspan(std::size_t{first} * s.reduction()),
          s.reduction());
    }
  });
  t.product = seconds([&] { panel.multiply_add(activations, sums); });
  t.count = seconds([&] {
              activations.gather(s, window, step, image);
              volatile std::uint64_t macs = effective_macs(activations, panel);
              (void)macs;
            }) -
            t.gather;
  t.onednn = seconds([&] {
    gemm_onednn(dense, false, weights, s.reduction(), positions, s.out_channels, s.reduction(),
                sums);
  });
  return t;
}

}  // namespace

int main(int argc, char** argv) {
  // libgomp reads the environment when it is loaded, so the variable must be there before this process starts.
  if (argc < 1 || std::getenv("OMP_NUM_THREADS") == nullptr ||
      std::string(std::getenv("OMP_NUM_THREADS")) != "1") {
    std::fprintf(stderr, "run as: OMP_NUM_THREADS=1 %s\n", argc < 1 ? "bench_gemm" : argv[0]);
    return 2;
  }
  std::printf("our kernel: %s; preferred here: %s\n", gemm_instruction_set(),
              preferred_gemm_kernel() == GemmKernel::onednn ? "oneDNN" : "int16");
  std::printf("%-22s %8s %8s %8s %8s | %7s %7s %7s %7s\n", "layer", "GMAC/s", "oneDNN", "product",
              "step", "product", "gather", "weights", "count");
  std::printf("%-22s %8s %8s %8s %8s | %31s\n", "", "", "", "/oneDNN", "/oneDNN", "milliseconds");
  std::mt19937 random(1);
  Times all;
  for (const Layer& layer : resnet50) {
    const Times t = measure(layer, random);
    t.print(std::to_string(layer.channels) + "x" + std::to_string(layer.size) + " " +
            std::to_string(layer.kernel) + "x" + std::to_string(layer.kernel) + "/" +
            std::to_string(layer.stride) + " -> " + std::to_string(layer.out_channels));
    all.add(t, layer.times);
  }
  all.print("ResNet-50");
  return 0;
}
